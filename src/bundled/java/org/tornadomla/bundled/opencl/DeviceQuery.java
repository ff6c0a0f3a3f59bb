package org.tornadomla.bundled.opencl;

import static org.tornadomla.bundled.opencl.Library.number;
import static org.tornadomla.bundled.opencl.Library.text;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

import org.tornadomla.bundled.device.DeviceDescription;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** What a driver says of its devices. */
final class DeviceQuery {

    private static final int PLATFORM_VERSION = 0x0901;
    private static final int PLATFORM_NAME = 0x0902;
    private static final int TYPE = 0x1000;
    private static final int MAX_COMPUTE_UNITS = 0x1002;
    private static final int MAX_WORK_GROUP_SIZE = 0x1004;
    private static final int MAX_WORK_ITEM_SIZES = 0x1005;
    private static final int MAX_MEM_ALLOC_SIZE = 0x1010;
    private static final int SINGLE_FP_CONFIG = 0x101B;
    private static final int GLOBAL_MEM_SIZE = 0x101F;
    private static final int LOCAL_MEM_SIZE = 0x1023;
    private static final int AVAILABLE = 0x1027;
    private static final int COMPILER_AVAILABLE = 0x1028;
    private static final int NAME = 0x102B;
    private static final int DRIVER_VERSION = 0x102D;
    private static final int VERSION = 0x102F;
    private static final int EXTENSIONS = 0x1030;
    private static final int HOST_UNIFIED_MEMORY = 0x1035;
    private static final int NATIVE_VECTOR_WIDTH_FLOAT = 0x103A;
    private static final long CORRECTLY_ROUNDED_DIVIDE_SQRT = 1 << 7;

    private DeviceQuery() {
    }

    /** Whether the device is there and its driver compiles source. */
    static boolean canCompile(MemorySegment device) {
        return value(device, AVAILABLE) != 0 && value(device, COMPILER_AVAILABLE) != 0;
    }

    static DeviceDescription describe(MemorySegment platform, MemorySegment device) {
        String extensions = string(device, EXTENSIONS);
        byte[] sizes = Discovery.deviceInfo(device, MAX_WORK_ITEM_SIZES);
        long[] itemSizes = new long[3];
        for (int i = 0; i < 3; i++) {
            itemSizes[i] = number(Arrays.copyOfRange(sizes, i * 8, i * 8 + 8));
        }
        String platformText = text(Discovery.platformInfo(platform, PLATFORM_NAME)) + ", "
                + text(Discovery.platformInfo(platform, PLATFORM_VERSION));
        return new DeviceDescription(string(device, NAME), platformText, "opencl", type(value(device, TYPE)),
                new DeviceDescription.Memory(value(device, GLOBAL_MEM_SIZE), value(device, MAX_MEM_ALLOC_SIZE),
                        value(device, LOCAL_MEM_SIZE), value(device, HOST_UNIFIED_MEMORY) != 0),
                new DeviceDescription.Groups(groupItems(device), itemSizes),
                new DeviceDescription.Arithmetic((int) value(device, MAX_COMPUTE_UNITS),
                        Math.max(1, (int) value(device, NATIVE_VECTOR_WIDTH_FLOAT)), extensions.contains("cl_khr_fp16"),
                        extensions.contains("cl_khr_fp64")),
                "driver " + string(device, DRIVER_VERSION) + ", " + string(device, VERSION) + ", float vectors of "
                        + value(device, NATIVE_VECTOR_WIDTH_FLOAT) + ", " + extensions);
    }

    /** Kernels of groups are for GPUs; a CPU takes any group, and asking it would cost each start a compilation. */
    private static long groupItems(MemorySegment device) {
        long said = value(device, MAX_WORK_GROUP_SIZE);
        return type(value(device, TYPE)) == TornadoDeviceType.CPU ? said : GroupProbe.items(device, said);
    }

    /**
     * Options for the driver's compiler: IEEE division and roots where the device can, no warnings. None relaxes
     * arithmetic.
     */
    static String buildOptions(MemorySegment device) {
        boolean rounds = (value(device, SINGLE_FP_CONFIG) & CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
        return "-w -cl-std=CL1.2" + (rounds ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
    }

    /** The type that a device's bits name: one that is a GPU and more counts as that. */
    static TornadoDeviceType type(long bits) {
        if ((bits & 4) != 0) {
            return TornadoDeviceType.GPU;
        }
        return (bits & 2) != 0 ? TornadoDeviceType.CPU : TornadoDeviceType.ACCELERATOR;
    }

    private static long value(MemorySegment device, int what) {
        return number(Discovery.deviceInfo(device, what));
    }

    private static String string(MemorySegment device, int what) {
        return text(Discovery.deviceInfo(device, what));
    }
}
