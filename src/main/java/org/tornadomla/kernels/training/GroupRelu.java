package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link ReluRows} for many cores: a work-item takes single numbers, neighbours beside each other. */
public final class GroupRelu {

    private GroupRelu() {
    }

    /**
     * y = max(x, 0).
     *
     * @param context any groups
     * @param x       [rows, stride] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param y       [rows, stride] floats. Modified
     */
    public static void forward(KernelContext context, FloatArray x, IntArray sizes, int rowsAt, int stride,
            FloatArray y) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            float value = x.get(i);
            if (value < 0f) {
                value = 0f;
            }
            y.set(i, value);
        }
    }

    /**
     * dx = dy where x is above 0.
     *
     * @param context    any groups
     * @param x          [rows, stride] floats. Not modified
     * @param dy         [rows, stride] floats. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param stride     floats of a row
     * @param accumulate 1 to add to what dx holds
     * @param dx         [rows, stride] floats. Modified
     */
    public static void input(KernelContext context, FloatArray x, FloatArray dy, IntArray sizes, int rowsAt, int stride,
            int accumulate, FloatArray dx) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            float slope = dy.get(i);
            if (x.get(i) < 0f) {
                slope = 0f;
            }
            if (x.get(i) == 0f) {
                slope = 0f;
            }
            Cells.put(dx, i, slope, accumulate);
        }
    }
}
