package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Rows of a table by their numbers, and the gradient of the table. */
public final class EmbeddingRows {

    private EmbeddingRows() {
    }

    /**
     * Copies rows of the table, one a work-item.
     *
     * @param table  [entries, stride] vectors. Not modified
     * @param ids    [rows], an entry each. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param stride vectors of a row
     * @param factor on every number
     * @param y      [rows, stride] vectors. Modified
     */
    public static void forward(VectorFloat16 table, IntArray ids, IntArray sizes, int rowsAt, int stride, float factor,
            VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            int entry = ids.get(row);
            for (int v = 0; v < stride; v++) {
                y.set(row * stride + v, Lanes.times(table.get(entry * stride + v), factor));
            }
        }
    }

    /**
     * Gradient of the table, an entry a work-item: it adds the rows that took it, in their order, so that sums are the
     * same each time.
     *
     * @param ids        [rows], an entry each. Not modified
     * @param dy         [rows, stride] vectors. Not modified
     * @param sizes      the numbers of rows and of entries are at rowsAt and entriesAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param entriesAt  index of the count of entries in sizes
     * @param stride     vectors of a row
     * @param factor     on every number
     * @param accumulate 1 to add to what dtable holds
     * @param dtable     [entries, stride] vectors. Modified
     */
    public static void table(IntArray ids, VectorFloat16 dy, IntArray sizes, int rowsAt, int entriesAt, int stride,
            float factor, int accumulate, VectorFloat16 dtable) {
        for (@Parallel
        int entry = 0; entry < sizes.get(entriesAt); entry++) {
            int rows = sizes.get(rowsAt);
            Rows.begin(dtable, entry * stride, stride, accumulate);
            for (int row = 0; row < rows; row++) {
                int taken = 0;
                if (ids.get(row) == entry) {
                    taken = stride;
                }
                for (int v = 0; v < taken; v++) {
                    dtable.set(entry * stride + v,
                            Float16.add(dtable.get(entry * stride + v), Lanes.times(dy.get(row * stride + v), factor)));
                }
            }
        }
    }
}
