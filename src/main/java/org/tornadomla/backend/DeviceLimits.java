package org.tornadomla.backend;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern VECTOR = Pattern.compile("float vectors of (\\d+)");
    /** In every text about an OpenCL device there is at least one extension. */
    private static final String EXTENSION = "cl_khr_";

    /** The limits that the runtime reports. */
    static DeviceLimits of(Target target) {
        TornadoDevice device = target.device();
        String info = target.info();
        Matcher vector = VECTOR.matcher(info);
        return new DeviceLimits(device.getDeviceType().toString().toLowerCase(Locale.ROOT), target.computeUnits(),
                device.getMaxGlobalMemory(), device.getMaxAllocMemory(), device.getDeviceLocalMemorySize(),
                device.getPhysicalDevice().getMaxThreadsPerBlock(), extension(target, info, "cl_khr_fp16"),
                Targets.sdkActive() ? Support.NO : Support.YES, extension(target, info, "cl_khr_fp64"),
                vector.find() ? OptionalInt.of(Integer.parseInt(vector.group(1))) : OptionalInt.empty());
    }

    private static Support extension(Target target, String info, String name) {
        if (target.engine().equals("jvm") || info.contains(name)) {
            return Support.YES;
        }
        return info.contains(EXTENSION) ? Support.NO : Support.UNKNOWN;
    }
}
