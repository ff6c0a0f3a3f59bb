package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link EmbeddingRows} for many cores: a work-item copies single numbers; a group adds up the rows of an entry. */
public final class GroupTable {

    private GroupTable() {
    }

    /**
     * Copies an entry to each row.
     *
     * @param context any groups
     * @param table   [entries, stride] floats. Not modified
     * @param ids     [rows], an entry each. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param factor  on every number
     * @param y       [rows, stride] floats. Modified
     */
    public static void forward(KernelContext context, FloatArray table, IntArray ids, IntArray sizes, int rowsAt,
            int stride, float factor, FloatArray y) {
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int row = i / stride;
            y.set(i, factor * table.get(ids.get(row) * stride + i - row * stride));
        }
    }

    /**
     * Gradient of the table: an entry adds the rows that took it, in their order. The group looks for the first and the
     * last of them together, so that an entry without rows costs one look at the ids.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param ids        [rows], an entry each. Not modified
     * @param dy         [rows, stride] floats. Not modified
     * @param sizes      the numbers of rows and entries are at rowsAt and entriesAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param entriesAt  index of the number of entries in sizes
     * @param stride     floats of a row
     * @param factor     on every number
     * @param accumulate 1 to add to what dtable holds
     * @param dtable     [entries, stride] floats. Modified
     */
    public static void entries(KernelContext context, IntArray ids, FloatArray dy, IntArray sizes, int rowsAt,
            int entriesAt, int stride, float factor, int accumulate, FloatArray dtable) {
        int[] firsts = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int[] lasts = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        int entries = sizes.get(entriesAt);
        for (int entry = context.groupIdx; entry < entries; entry += groups) {
            int first = rows;
            int last = 0;
            for (int row = item; row < rows; row += items) {
                if (ids.get(row) == entry) {
                    first = Math.min(first, row);
                    last = row + 1;
                }
            }
            firsts[item] = first;
            lasts[item] = last;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    firsts[item] = Math.min(firsts[item], firsts[item + (left + 1) / 2]);
                    lasts[item] = Math.max(lasts[item], lasts[item + (left + 1) / 2]);
                }
                context.localBarrier();
            }
            int begin = firsts[0];
            int end = lasts[0];
            for (int i = item; i < stride; i += items) {
                float sum = 0f;
                for (int row = begin; row < end; row++) {
                    if (ids.get(row) == entry) {
                        sum += dy.get(row * stride + i);
                    }
                }
                Cells.put(dtable, entry * stride + i, factor * sum, accumulate);
            }
            context.localBarrier();
        }
    }
}
