package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Rows of vectors as rows of scalars: between two matrix products with nothing else between them. */
public final class Unpack {

    private Unpack() {
    }

    /**
     * Copies rows, one a work-item.
     *
     * @param x       [rows, xStride] vectors. Not modified
     * @param step    the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in step
     * @param width   floats of a row
     * @param xStride vectors between rows of x
     * @param y       [rows, 16 ceil(width/16)] floats. Modified
     */
    public static void rows(VectorFloat16 x, IntArray step, int rowsAt, int width, int xStride, FloatArray y) {
        for (@Parallel
        int row = 0; row < step.get(rowsAt); row++) {
            int vectors = (width + Lanes.WIDTH - 1) / Lanes.WIDTH;
            for (int v = 0; v < vectors; v++) {
                Lanes.store(y, (row * vectors + v) * Lanes.WIDTH, x.get(row * xStride + v));
            }
        }
    }
}
