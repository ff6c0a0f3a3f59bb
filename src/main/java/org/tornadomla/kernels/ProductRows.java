package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Which rows a product computes, and how it writes them, inlined into the products of all number formats. Rows come in
 * groups, each with a matrix of its own. Either there is one group, all rows from 0 on, whose number stands in an
 * array; or the groups are the records of {@link ExpertGrouping}.
 */
public final class ProductRows {

    private ProductRows() {
    }

    /**
     * The matrix that a group multiplies with, counted from the first that the weights hold.
     *
     * @param groups   the number of rows, or records. Not modified
     * @param rowsAt   where the number stands, or the records begin
     * @param group    number of the group
     * @param first    number of the first matrix
     * @param matrices number of matrices; 0 for one group of all rows
     */
    public static int matrix(IntArray groups, int rowsAt, int group, int first, int matrices) {
        int matrix = 0;
        if (matrices > 0) {
            matrix = groups.get(rowsAt + group * ExpertGrouping.RECORD) - first;
        }
        return matrix;
    }

    /** The first row of a group. */
    public static int begin(IntArray groups, int rowsAt, int group, int matrices) {
        int begin = 0;
        if (matrices > 0) {
            begin = groups.get(rowsAt + group * ExpertGrouping.RECORD + 1);
        }
        return begin;
    }

    /** One past the last row of a group; 0 where the weights do not hold its matrix. */
    public static int end(IntArray groups, int rowsAt, int group, int first, int matrices) {
        int end = 0;
        if (matrices > 0) {
            int matrix = groups.get(rowsAt + group * ExpertGrouping.RECORD) - first;
            if (matrix >= 0 && matrix < matrices) {
                end = groups.get(rowsAt + group * ExpertGrouping.RECORD + 2);
            }
        } else {
            end = groups.get(rowsAt);
        }
        return end;
    }

    /** The row of x that a row of y takes: one that groups name, or itself where tokensAt is negative. */
    static int source(IntArray groups, int tokensAt, int row) {
        int source = row;
        if (tokensAt >= 0) {
            source = groups.get(tokensAt + row);
        }
        return source;
    }

    /** Writes four vectors of a row, one behind the other, with or without bias and with or without what y holds. */
    static void put(VectorFloat16 y, int at, VectorFloat16 bias, int biasAt, int hasBias, int accumulate, Float16 a,
            Float16 b, Float16 c, Float16 d) {
        put(y, at, bias, biasAt, hasBias, accumulate, a);
        put(y, at + 1, bias, biasAt + 1, hasBias, accumulate, b);
        put(y, at + 2, bias, biasAt + 2, hasBias, accumulate, c);
        put(y, at + 3, bias, biasAt + 3, hasBias, accumulate, d);
    }

    private static void put(VectorFloat16 y, int at, VectorFloat16 bias, int biasAt, int hasBias, int accumulate,
            Float16 a) {
        Float16 sum = a;
        if (hasBias == 1) {
            sum = Float16.add(sum, bias.get(biasAt));
        }
        if (accumulate == 1) {
            sum = Float16.add(y.get(at), sum);
        }
        y.set(at, sum);
    }
}
