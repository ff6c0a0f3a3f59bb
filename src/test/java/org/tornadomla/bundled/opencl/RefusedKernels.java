package org.tornadomla.bundled.opencl;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Kernels with something that has no translation. */
final class RefusedKernels {

    private static final float[] TABLE = {1f, 2f};
    private static int counter;

    private RefusedKernels() {
    }

    static void print(IntArray a) {
        System.out.println(a.get(0));
    }

    static void table(FloatArray a) {
        a.set(0, TABLE[1]);
    }

    static void mutableStatic(IntArray a) {
        a.set(0, counter);
    }

    static void caught(IntArray a) {
        try {
            a.set(0, 1);
        } catch (IllegalStateException failure) {
            a.set(0, 2);
        }
    }

    static void thrown(IntArray a) {
        if (a.get(0) < 0) {
            throw new IllegalStateException("negative");
        }
    }

    static void object(IntArray a) {
        Object made = new Object();
        a.set(0, made == null ? 1 : 2);
    }

    static void dynamicArray(IntArray a) {
        int[] values = new int[a.get(0)];
        a.set(0, values[0]);
    }

    static void twoDimensions(IntArray a) {
        int[][] values = new int[2][3];
        a.set(0, values[0][1]);
    }

    static void recursive(IntArray a) {
        a.set(0, factorial(a.get(0)));
    }

    private static int factorial(int n) {
        return n < 2 ? 1 : n * factorial(n - 1);
    }

    static void siblings(IntArray a) {
        for (@Parallel
        int i = 0; i < 4; i++) {
            a.set(i, i);
        }
        for (@Parallel
        int j = 0; j < 4; j++) {
            a.set(j, a.get(j) + 1);
        }
    }

    static void downwards(IntArray a) {
        for (@Parallel
        int i = 3; i >= 0; i--) {
            a.set(i, i);
        }
    }

    static void changedInBody(IntArray a) {
        for (@Parallel
        int i = 0; i < 8; i++) {
            a.set(i, i);
            i++;
        }
    }

    static void localInHelper(KernelContext context, FloatArray a) {
        a.set(0, fill(context)[0]);
    }

    private static float[] fill(KernelContext context) {
        return context.allocateFloatLocalArray(4);
    }

    static void changedVector(FloatArray a) {
        Float16 x = new Float16();
        x.set(0, a.get(0));
        a.set(1, x.getS0());
    }

    static void untilEqual(IntArray a) {
        for (@Parallel
        int i = 0; i != 8; i++) {
            a.set(i, i);
        }
    }

    static void backwards(IntArray a) {
        for (@Parallel
        int i = 0; 8 > i; i++) {
            a.set(i, i);
        }
    }

    static void fourDeep(IntArray a) {
        for (@Parallel
        int i = 0; i < 2; i++) {
            for (@Parallel
            int j = 0; j < 2; j++) {
                for (@Parallel
                int k = 0; k < 2; k++) {
                    for (@Parallel
                    int l = 0; l < 2; l++) {
                        a.set(i, j + k + l);
                    }
                }
            }
        }
    }

    static void text(IntArray a) {
        a.set(0, "text".length());
    }

    static void loopInHelper(IntArray a) {
        fillAll(a);
    }

    private static void fillAll(IntArray a) {
        for (@Parallel
        int i = 0; i < 4; i++) {
            a.set(i, i);
        }
    }

    static void references(IntArray a, IntArray b) {
        if (a == b) {
            a.set(0, 1);
        }
    }

    static void chosenArray(IntArray a, IntArray b) {
        IntArray chosen = b;
        if (a.get(0) > 0) {
            chosen = a;
        }
        chosen.set(0, chosen.getSize());
    }
}
