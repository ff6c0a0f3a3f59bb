package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** The gradient of what all heads share: the sum of what each has for it. */
public final class HeadSum {

    private HeadSum() {
    }

    /**
     * Adds over heads, one row a work-item.
     *
     * @param x          [rows, heads, vectors] vectors. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param heads      heads of a row
     * @param vectors    vectors of a head
     * @param stride     vectors between rows of y
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, stride] vectors. Modified
     */
    public static void rows(VectorFloat16 x, IntArray sizes, int rowsAt, int heads, int vectors, int stride,
            int accumulate, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            for (int v = 0; v < vectors; v++) {
                Float16 sum = Lanes.zero();
                for (int head = 0; head < heads; head++) {
                    sum = Float16.add(sum, x.get((row * heads + head) * vectors + v));
                }
                Rows.put(y, row * stride + v, sum, accumulate);
            }
        }
    }
}
