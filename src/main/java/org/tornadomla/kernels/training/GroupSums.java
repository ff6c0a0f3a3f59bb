package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link RowSums} for many cores: a work-item adds single numbers, neighbours beside each other. */
public final class GroupSums {

    private GroupSums() {
    }

    /**
     * y = a + b.
     *
     * @param context any groups
     * @param a       [rows, stride] floats. Not modified
     * @param b       [rows, stride] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param y       [rows, stride] floats. Modified
     */
    public static void both(KernelContext context, FloatArray a, FloatArray b, IntArray sizes, int rowsAt, int stride,
            FloatArray y) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            y.set(i, a.get(i) + b.get(i));
        }
    }

    /**
     * y = x, or y + x.
     *
     * @param context    any groups
     * @param x          [rows, stride] floats. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param stride     floats of a row
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, stride] floats. Modified
     */
    public static void add(KernelContext context, FloatArray x, IntArray sizes, int rowsAt, int stride, int accumulate,
            FloatArray y) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            Cells.put(y, i, x.get(i), accumulate);
        }
    }
}
