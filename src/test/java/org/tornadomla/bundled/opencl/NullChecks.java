package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;

/** A program that compiles kernels while other threads run into null references, each of which is a SIGSEGV. */
final class NullChecks {

    private static final int THREADS = 2;
    private static final int KERNELS = 5;

    private static volatile int sink;

    private NullChecks() {
    }

    public static void main(String[] arguments) {
        OpenClDevice device = (OpenClDevice) new OpenClEngine().devices().getFirst();
        for (int thread = 0; thread < THREADS; thread++) {
            Thread.ofPlatform().daemon().start(NullChecks::run);
        }
        MemorySegment context = OpenCl.createContext(device.handle());
        for (int kernel = 0; kernel < KERNELS; kernel++) {
            OpenCl.build(
                    OpenCl.createProgram(context,
                            "kernel void k%1$d(global int *a) { a[get_global_id(0)] = %1$d; }".formatted(kernel)),
                    device.handle(), "");
        }
    }

    private static void run() {
        while (true) {
            try {
                sink = length(null);
            } catch (NullPointerException expected) {
                sink++;
            }
        }
    }

    private static int length(int[] array) {
        return array.length;
    }
}
