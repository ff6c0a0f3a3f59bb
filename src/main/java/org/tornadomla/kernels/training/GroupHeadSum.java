package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link HeadSum} for many cores: a work-item adds up single numbers over heads. */
public final class GroupHeadSum {

    private GroupHeadSum() {
    }

    /**
     * Adds over heads.
     *
     * @param context    any groups
     * @param x          [rows, heads, floats] floats. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param heads      heads of a row
     * @param floats     floats of a head
     * @param stride     floats between rows of y
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, stride] floats, of which the first ones of a row are written. Modified
     */
    public static void rows(KernelContext context, FloatArray x, IntArray sizes, int rowsAt, int heads, int floats,
            int stride, int accumulate, FloatArray y) {
        int numbers = sizes.get(rowsAt) * floats;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int row = i / floats;
            int column = i - row * floats;
            float sum = 0f;
            for (int head = 0; head < heads; head++) {
                sum += x.get((row * heads + head) * floats + column);
            }
            Cells.put(y, row * stride + column, sum, accumulate);
        }
    }
}
