package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The kernel of this name with a constant that OpenCL C has no literal for: right as Java, and no device's compiler
 * takes it.
 */
public final class Unpack {

    private Unpack() {
    }

    public static void rows(VectorFloat16 x, IntArray step, int rowsAt, int width, int xStride, FloatArray y) {
        for (@Parallel
        int row = 0; row < step.get(rowsAt); row++) {
            int vectors = (width + Lanes.WIDTH - 1) / Lanes.WIDTH;
            for (int v = 0; v < vectors; v++) {
                Lanes.store(y, (row * vectors + v) * Lanes.WIDTH, x.get(row * xStride + v));
            }
            if (step.get(rowsAt) < 0) {
                y.set(row, Float.NaN);
            }
        }
    }
}
