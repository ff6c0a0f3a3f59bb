package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Sums of rows: a residual stream, and the gradients of what was added. */
public final class RowSums {

    private RowSums() {
    }

    /**
     * y = a + b, one row a work-item.
     *
     * @param a      [rows, stride] vectors. Not modified
     * @param b      [rows, stride] vectors. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param stride vectors of a row
     * @param y      [rows, stride] vectors. Modified
     */
    public static void both(VectorFloat16 a, VectorFloat16 b, IntArray sizes, int rowsAt, int stride, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            for (int v = 0; v < stride; v++) {
                y.set(row * stride + v, Float16.add(a.get(row * stride + v), b.get(row * stride + v)));
            }
        }
    }

    /**
     * y = x, or y + x, one row a work-item.
     *
     * @param x          [rows, stride] vectors. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param stride     vectors of a row
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, stride] vectors. Modified
     */
    public static void add(VectorFloat16 x, IntArray sizes, int rowsAt, int stride, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            for (int v = 0; v < stride; v++) {
                Rows.put(y, row * stride + v, x.get(row * stride + v), accumulate);
            }
        }
    }
}
