package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;

/**
 * Asks a driver for the largest group that a kernel may have, which can be far less than what it says of the device:
 * Mesa's rusticl says 1024 and takes 32.
 */
final class GroupProbe {

    private static final String SOURCE = "kernel void probe(global int *a) { a[get_global_id(0)] = 0; }";

    private GroupProbe() {
    }

    /** The most work-items of a group of the smallest kernel; what the device says where it cannot be asked. */
    static long items(MemorySegment device, long said) {
        try {
            return Math.min(said, largest(device));
        } catch (OpenClException unknown) {
            return said;
        }
    }

    private static long largest(MemorySegment device) {
        MemorySegment context = OpenCl.createContext(device);
        try {
            MemorySegment program = OpenCl.createProgram(context, SOURCE);
            try {
                OpenCl.build(program, device, "");
                MemorySegment kernel = OpenCl.createKernel(program, "probe");
                try {
                    return OpenCl.kernelWorkGroupSize(kernel, device);
                } finally {
                    OpenCl.releaseKernel(kernel);
                }
            } finally {
                OpenCl.releaseProgram(program);
            }
        } finally {
            OpenCl.releaseContext(context);
        }
    }
}
