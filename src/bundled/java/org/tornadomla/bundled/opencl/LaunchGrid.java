package org.tornadomla.bundled.opencl;

import java.util.Arrays;

import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.NdRange;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Chooses and checks the work-items of launches. */
final class LaunchGrid {

    /** Shares of a parallel loop for each core: more than one evens out iterations of unequal cost. */
    private static final int SHARES_PER_CORE = 8;
    private static final int GPU_GROUP = 64;
    private static final int GPU_GROUPS_PER_UNIT = 32;

    private LaunchGrid() {
    }

    /**
     * The work-items of a kernel without a grid of its own; its parallel loops share their iterations among any number.
     * Without such a loop a single work-item runs.
     */
    static NdRange forLoops(OpenClKernel kernel, DeviceDescription device) {
        if (kernel.parallelDepth() == 0) {
            return new NdRange(new long[]{1, 1, 1}, new long[]{1, 1, 1});
        }
        if (device.type() == TornadoDeviceType.CPU) {
            return new NdRange(new long[]{(long) device.arithmetic().units() * SHARES_PER_CORE, 1, 1},
                    new long[]{1, 1, 1});
        }
        long group = Math.min(GPU_GROUP, kernel.maxGroupSize());
        return new NdRange(new long[]{(long) device.arithmetic().units() * GPU_GROUPS_PER_UNIT * group, 1, 1},
                new long[]{group, 1, 1});
    }

    /**
     * The grid of a {@code KernelContext} kernel. Without a local size a CPU runs each work-item alone, as nothing is
     * gained by groups there, and a GPU's driver chooses.
     *
     * @throws TornadoRuntimeException naming task, sizes and limits when the grid cannot run
     */
    static NdRange checked(OpenClKernel kernel, NdRange range, DeviceDescription device) {
        long[] local = range.local();
        if (local == null) {
            return device.type() == TornadoDeviceType.CPU ? new NdRange(range.global(), new long[]{1, 1, 1}) : range;
        }
        long items = 1;
        for (int i = 0; i < 3; i++) {
            if (local[i] < 1 || range.global()[i] % local[i] != 0) {
                throw refuse(kernel, range, "the local size does not divide the global size in dimension " + i);
            }
            if (local[i] > device.groups().itemSizes()[i]) {
                throw refuse(kernel, range, "the device allows " + device.groups().itemSizes()[i]
                        + " work-items of a group in dimension " + i);
            }
            items *= local[i];
        }
        if (items > kernel.maxGroupSize()) {
            throw refuse(kernel, range, "a group of " + items + " work-items; this kernel can have "
                    + kernel.maxGroupSize() + ", the device " + device.groups().items());
        }
        return range;
    }

    private static TornadoRuntimeException refuse(OpenClKernel kernel, NdRange range, String why) {
        return new TornadoRuntimeException(
                "task " + kernel.task().id() + " cannot run with " + text(range) + ": " + why);
    }

    /** The grid in words. */
    static String text(NdRange range) {
        return "global size " + Arrays.toString(range.global()) + ", local size " + Arrays.toString(range.local());
    }
}
