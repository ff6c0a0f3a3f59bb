package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Sums of columns for many cores, the gradient of a bias: a group takes sixteen columns, whose rows are divided into
 * parts; the parts are added in their order.
 */
public final class GroupColumnSums {

    private GroupColumnSums() {
    }

    /**
     * Adds up rows.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x          [rows, stride] floats. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param columns    columns, a multiple of 16
     * @param stride     floats between rows
     * @param accumulate 1 to add to what y holds
     * @param y          [columns] floats. Modified
     */
    public static void sums(KernelContext context, FloatArray x, IntArray sizes, int rowsAt, int columns, int stride,
            int accumulate, FloatArray y) {
        float[] near = context.allocateFloatLocalArray(Cells.SUMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int block = context.groupIdx; block < columns / Cells.COLUMNS; block += groups) {
            for (int cell = item; cell < Cells.SUMS; cell += items) {
                int column = block * Cells.COLUMNS + cell % Cells.COLUMNS;
                float sum = 0f;
                for (int row = cell / Cells.COLUMNS; row < rows; row += Cells.PARTS) {
                    sum += x.get(row * stride + column);
                }
                near[cell] = sum;
            }
            context.localBarrier();
            for (int column = item; column < Cells.COLUMNS; column += items) {
                float sum = 0f;
                for (int cell = column; cell < Cells.SUMS; cell += Cells.COLUMNS) {
                    sum += near[cell];
                }
                Cells.put(y, block * Cells.COLUMNS + column, sum, accumulate);
            }
            context.localBarrier();
        }
    }
}
