package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** What a linear layer's gradients need of the columns of rows: the columns as rows, and their sums. */
public final class Columns {

    private Columns() {
    }

    /**
     * Columns as rows of scalars, the left side of a product; sixteen columns a work-item.
     *
     * @param x         [rows, stride] vectors. Not modified
     * @param sizes     the numbers of rows and of column vectors are at rowsAt and vectorsAt. Not modified
     * @param rowsAt    index of the row count in sizes
     * @param vectorsAt index of the count of column vectors in sizes
     * @param stride    vectors between rows of x
     * @param y         [16 column vectors, rows] floats. Modified
     */
    public static void scalars(VectorFloat16 x, IntArray sizes, int rowsAt, int vectorsAt, int stride, FloatArray y) {
        for (@Parallel
        int vector = 0; vector < sizes.get(vectorsAt); vector++) {
            int rows = sizes.get(rowsAt);
            float[] lanes = new float[16];
            for (int row = 0; row < rows; row++) {
                Lanes.unpack(x.get(row * stride + vector), lanes, 0);
                for (int lane = 0; lane < 16; lane++) {
                    y.set((vector * 16 + lane) * rows + row, lanes[lane]);
                }
            }
        }
    }

    /**
     * Sums of columns, the gradient of a bias; sixteen columns a work-item.
     *
     * @param x          [rows, stride] vectors. Not modified
     * @param sizes      the numbers of rows and of column vectors are at rowsAt and vectorsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param vectorsAt  index of the count of column vectors in sizes
     * @param stride     vectors between rows of x
     * @param accumulate 1 to add to what y holds
     * @param y          [column vectors] vectors. Modified
     */
    public static void sums(VectorFloat16 x, IntArray sizes, int rowsAt, int vectorsAt, int stride, int accumulate,
            VectorFloat16 y) {
        for (@Parallel
        int vector = 0; vector < sizes.get(vectorsAt); vector++) {
            int rows = sizes.get(rowsAt);
            Float16 sum = Lanes.zero();
            for (int row = 0; row < rows; row++) {
                sum = Float16.add(sum, x.get(row * stride + vector));
            }
            Rows.put(y, vector, sum, accumulate);
        }
    }
}
