package org.tornadomla.backend;

import java.util.Locale;

import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * What a device has and allows.
 *
 * @param kind          {@code cpu}, {@code gpu} or what else the runtime calls it
 * @param computeUnits  cores of a CPU, multiprocessors of a GPU
 * @param memoryBytes   memory of the device
 * @param bufferBytes   largest single buffer
 * @param localBytes    local memory of a work-group
 * @param groupItems    work-items of the largest work-group
 */
public record DeviceLimits(String kind, int computeUnits, long memoryBytes, long bufferBytes, long localBytes,
        long groupItems) {

    /** The limits that the runtime reports. */
    static DeviceLimits of(Target target) {
        TornadoDevice device = target.device();
        return new DeviceLimits(device.getDeviceType().toString().toLowerCase(Locale.ROOT), target.computeUnits(),
                device.getMaxGlobalMemory(), device.getMaxAllocMemory(), device.getDeviceLocalMemorySize(),
                device.getPhysicalDevice().getDeviceMaxWorkGroupSize()[0]);
    }
}
