package org.tornadomla.backend;

import java.util.Locale;
import java.util.OptionalInt;

import org.tornadomla.bundled.device.DeviceProperties;

import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * What a device has and allows.
 *
 * @param kind         {@code cpu}, {@code gpu} or what else the runtime calls it
 * @param computeUnits cores of a CPU, multiprocessors of a GPU
 * @param memoryBytes  memory of the device
 * @param bufferBytes  largest single buffer
 * @param localBytes   local memory of a work-group
 * @param groupItems   work-items of the largest work-group
 * @param half         arithmetic on 16-bit floats
 * @param bitCasts     whether kernels may take the bits of a float as an int and back: all engines but TornadoVM
 * @param fp64         arithmetic on 64-bit floats
 * @param vectorFloats floats of the device's own vectors; empty when the runtime does not tell
 */
public record DeviceLimits(String kind, int computeUnits, long memoryBytes, long bufferBytes, long localBytes,
        long groupItems, Support half, Support bitCasts, Support fp64, OptionalInt vectorFloats) {

    /** In every text about an OpenCL device there is at least one extension. */
    private static final String EXTENSION = "cl_khr_";

    /** The limits that the runtime reports. */
    static DeviceLimits of(Target target) {
        TornadoDevice device = target.device();
        return switch (device) {
            case DeviceProperties properties -> of(target, Support.of(properties.half()), Support.YES,
                    Support.of(properties.fp64()), OptionalInt.of(properties.vectorFloats()));
            // The SDK's interface has no method for these; names of extensions are in its text.
            default -> of(target, extension(target, "cl_khr_fp16"), Support.NO, extension(target, "cl_khr_fp64"),
                    OptionalInt.empty());
        };
    }

    private static DeviceLimits of(Target target, Support half, Support bitCasts, Support fp64,
            OptionalInt vectorFloats) {
        TornadoDevice device = target.device();
        return new DeviceLimits(device.getDeviceType().toString().toLowerCase(Locale.ROOT), target.computeUnits(),
                device.getMaxGlobalMemory(), device.getMaxAllocMemory(), device.getDeviceLocalMemorySize(),
                device.getPhysicalDevice().getMaxThreadsPerBlock(), half, bitCasts, fp64, vectorFloats);
    }

    private static Support extension(Target target, String name) {
        String info = target.info();
        if (info.contains(EXTENSION)) {
            return Support.of(info.contains(name));
        }
        return Support.UNKNOWN;
    }
}
