package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Matrices in the order in which a product reads its right side: in blocks of columns, for each block, for each inner
 * index, a few vectors. {@link org.tornadomla.kernels.MatMul} takes blocks of four vectors.
 */
public final class Blocks {

    private Blocks() {
    }

    /**
     * Blocks of a matrix as it stands, its rows the inner index; a row a work-item.
     *
     * @param x      [rows, stride] vectors. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param each   rows of a matrix; several stand below each other
     * @param blocks blocks of four vectors
     * @param stride vectors between rows of x, at least 4 blocks
     * @param y      [matrices, blocks, each, 4] vectors. Modified
     */
    public static void rows(VectorFloat16 x, IntArray sizes, int rowsAt, int each, int blocks, int stride,
            VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            int matrix = row / each;
            for (int block = 0; block < blocks; block++) {
                int from = row * stride + block * 4;
                int to = ((matrix * blocks + block) * each + row - matrix * each) * 4;
                y.set(to, x.get(from));
                y.set(to + 1, x.get(from + 1));
                y.set(to + 2, x.get(from + 2));
                y.set(to + 3, x.get(from + 3));
            }
        }
    }

    /**
     * Blocks of the transposed matrix, its columns the inner index; sixteen rows a work-item.
     *
     * @param x           [16 row blocks, stride] vectors. Not modified
     * @param sizes       the number of row blocks of 16 rows is at blocksAt. Not modified
     * @param blocksAt    index of that count in sizes
     * @param columns     vectors of a row that count
     * @param stride      vectors between rows of x
     * @param grouped     vectors of a block of y: 4 for a matrix that is multiplied with, 1 for rows that are met 16 at
     *                        a time
     * @param blockStride vectors between blocks of y
     * @param offset      vectors of a block of y before those that are written
     * @param y           [ceil(row blocks / grouped), blockStride] vectors, of which 16 columns times grouped are
     *                        written. Modified
     */
    public static void transposed(VectorFloat16 x, IntArray sizes, int blocksAt, int columns, int stride, int grouped,
            int blockStride, int offset, VectorFloat16 y) {
        for (@Parallel
        int block = 0; block < sizes.get(blocksAt); block++) {
            float[] tile = new float[256];
            for (int column = 0; column < columns; column++) {
                for (int row = 0; row < 16; row++) {
                    Lanes.unpack(x.get((block * 16 + row) * stride + column), tile, row * 16);
                }
                int to = block / grouped * blockStride + offset + column * 16 * grouped + block % grouped;
                for (int i = 0; i < 16; i++) {
                    y.set(to + i * grouped, Lanes.column(tile, i, 16));
                }
            }
        }
    }
}
