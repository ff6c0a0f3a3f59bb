package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product y = x W^T (+ bias), the linear layer of every projection, and of every expert on the rows that
 * chose it: a matrix that all rows take is one group of rows, experts have a group each.
 *
 * <p>W is packed in blocks of {@link #BLOCK} output columns: for each block, for each k, 64 floats. The lanes of a
 * vector are output columns, so nothing is summed across lanes, k needs no padding, and a block is one contiguous
 * stream of memory.
 */
public final class MatMul {

    /** Output columns of a packed block. */
    public static final int BLOCK = 64;
    /** Vectors of a packed block. */
    static final int VECTORS = BLOCK / Lanes.WIDTH;

    private MatMul() {
    }

    /**
     * Computes {@code y[r, n] = sum over k of x[r, k] W[n, k] + bias[n] (+ y[r, n])}.
     *
     * <p>A work-item owns one block of columns of one group and walks over all rows of the group, four at a time with
     * 16 vector accumulators, so that weights are read from memory once whatever the number of rows; a single row takes
     * a path of its own. Groups without rows are not computed.
     *
     * @param x          [rows, xStride] floats; columns 0 to k-1 are read. Not modified
     * @param w          [matrices, blocks, k, 4] vectors, packed. Not modified
     * @param bias       [blocks, 4] vectors, read when hasBias is 1. Not modified
     * @param groups     which rows a matrix multiplies, see {@link ProductRows}. Not modified
     * @param activeAt   index of the number of groups in groups
     * @param rowsAt     index of the number of rows, or of the records of groups where matrices is not 0
     * @param tokensAt   where the rows of x stand in groups that sorted rows take; -1 when they are those of x
     * @param first      number of the first matrix that w holds
     * @param matrices   number of matrices that w holds, rows of others are left as they are; 0 for one matrix and all
     *                       rows
     * @param columns    64 times the number of blocks
     * @param k          inner width
     * @param xStride    floats between rows of x
     * @param yStride    vectors between rows of y
     * @param hasBias    1 to add the bias
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, yStride] vectors; the first columns/16 of a row are written. Modified
     */
    public static void rows(FloatArray x, VectorFloat16 w, VectorFloat16 bias, IntArray groups, int activeAt,
            int rowsAt, int tokensAt, int first, int matrices, int columns, int k, int xStride, int yStride,
            int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * (columns / BLOCK); unit++) {
            int group = unit / (columns / BLOCK);
            int matrix = ProductRows.matrix(groups, rowsAt, group, first, matrices);
            int rows = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = unit - group * (columns / BLOCK);
            int packed = matrix * (columns / BLOCK) + block;
            int column = block * VECTORS;
            int wBase = packed * k * VECTORS;
            for (int r = ProductRows.begin(groups, rowsAt, group, matrices); r < rows; r += 4) {
                if (rows - r == 1) {
                    row(x, ProductRows.source(groups, tokensAt, r) * xStride, w, wBase, k, bias, column, hasBias,
                            accumulate, y, r * yStride + column);
                } else {
                    int last = rows - 1;
                    int x0 = ProductRows.source(groups, tokensAt, r) * xStride;
                    int x1 = ProductRows.source(groups, tokensAt, Math.min(r + 1, last)) * xStride;
                    int x2 = ProductRows.source(groups, tokensAt, Math.min(r + 2, last)) * xStride;
                    int x3 = ProductRows.source(groups, tokensAt, Math.min(r + 3, last)) * xStride;
                    Float16 a0 = Lanes.zero();
                    Float16 b0 = Lanes.zero();
                    Float16 c0 = Lanes.zero();
                    Float16 d0 = Lanes.zero();
                    Float16 a1 = Lanes.zero();
                    Float16 b1 = Lanes.zero();
                    Float16 c1 = Lanes.zero();
                    Float16 d1 = Lanes.zero();
                    Float16 a2 = Lanes.zero();
                    Float16 b2 = Lanes.zero();
                    Float16 c2 = Lanes.zero();
                    Float16 d2 = Lanes.zero();
                    Float16 a3 = Lanes.zero();
                    Float16 b3 = Lanes.zero();
                    Float16 c3 = Lanes.zero();
                    Float16 d3 = Lanes.zero();
                    for (int i = 0; i < k; i++) {
                        int from = wBase + i * VECTORS;
                        Float16 w0 = w.get(from);
                        Float16 w1 = w.get(from + 1);
                        Float16 w2 = w.get(from + 2);
                        Float16 w3 = w.get(from + 3);
                        Float16 s0 = Lanes.splat(x.get(x0 + i));
                        a0 = Float16.add(a0, Float16.mult(w0, s0));
                        b0 = Float16.add(b0, Float16.mult(w1, s0));
                        c0 = Float16.add(c0, Float16.mult(w2, s0));
                        d0 = Float16.add(d0, Float16.mult(w3, s0));
                        Float16 s1 = Lanes.splat(x.get(x1 + i));
                        a1 = Float16.add(a1, Float16.mult(w0, s1));
                        b1 = Float16.add(b1, Float16.mult(w1, s1));
                        c1 = Float16.add(c1, Float16.mult(w2, s1));
                        d1 = Float16.add(d1, Float16.mult(w3, s1));
                        Float16 s2 = Lanes.splat(x.get(x2 + i));
                        a2 = Float16.add(a2, Float16.mult(w0, s2));
                        b2 = Float16.add(b2, Float16.mult(w1, s2));
                        c2 = Float16.add(c2, Float16.mult(w2, s2));
                        d2 = Float16.add(d2, Float16.mult(w3, s2));
                        Float16 s3 = Lanes.splat(x.get(x3 + i));
                        a3 = Float16.add(a3, Float16.mult(w0, s3));
                        b3 = Float16.add(b3, Float16.mult(w1, s3));
                        c3 = Float16.add(c3, Float16.mult(w2, s3));
                        d3 = Float16.add(d3, Float16.mult(w3, s3));
                    }
                    int y0 = r * yStride + column;
                    ProductRows.put(y, y0, bias, column, hasBias, accumulate, a0, b0, c0, d0);
                    if (r + 1 < rows) {
                        ProductRows.put(y, y0 + yStride, bias, column, hasBias, accumulate, a1, b1, c1, d1);
                    }
                    if (r + 2 < rows) {
                        ProductRows.put(y, y0 + 2 * yStride, bias, column, hasBias, accumulate, a2, b2, c2, d2);
                    }
                    if (r + 3 < rows) {
                        ProductRows.put(y, y0 + 3 * yStride, bias, column, hasBias, accumulate, a3, b3, c3, d3);
                    }
                }
            }
        }
    }

    /**
     * One row, a block of columns: four streams of weights, since the memory's prefetchers stop at the end of a page
     * and start again, and one stream waits for that.
     */
    private static void row(FloatArray x, int x0, VectorFloat16 w, int wBase, int k, VectorFloat16 bias, int column,
            int hasBias, int accumulate, VectorFloat16 y, int at) {
        int quarter = k / 4;
        Float16 a0 = Lanes.zero();
        Float16 b0 = Lanes.zero();
        Float16 c0 = Lanes.zero();
        Float16 d0 = Lanes.zero();
        Float16 a1 = Lanes.zero();
        Float16 b1 = Lanes.zero();
        Float16 c1 = Lanes.zero();
        Float16 d1 = Lanes.zero();
        Float16 a2 = Lanes.zero();
        Float16 b2 = Lanes.zero();
        Float16 c2 = Lanes.zero();
        Float16 d2 = Lanes.zero();
        Float16 a3 = Lanes.zero();
        Float16 b3 = Lanes.zero();
        Float16 c3 = Lanes.zero();
        Float16 d3 = Lanes.zero();
        for (int i = 0; i < quarter; i++) {
            float s0 = x.get(x0 + i);
            int w0 = wBase + i * VECTORS;
            a0 = Float16.add(a0, Lanes.times(w.get(w0), s0));
            b0 = Float16.add(b0, Lanes.times(w.get(w0 + 1), s0));
            c0 = Float16.add(c0, Lanes.times(w.get(w0 + 2), s0));
            d0 = Float16.add(d0, Lanes.times(w.get(w0 + 3), s0));
            float s1 = x.get(x0 + i + quarter);
            int w1 = wBase + (i + quarter) * VECTORS;
            a1 = Float16.add(a1, Lanes.times(w.get(w1), s1));
            b1 = Float16.add(b1, Lanes.times(w.get(w1 + 1), s1));
            c1 = Float16.add(c1, Lanes.times(w.get(w1 + 2), s1));
            d1 = Float16.add(d1, Lanes.times(w.get(w1 + 3), s1));
            float s2 = x.get(x0 + i + 2 * quarter);
            int w2 = wBase + (i + 2 * quarter) * VECTORS;
            a2 = Float16.add(a2, Lanes.times(w.get(w2), s2));
            b2 = Float16.add(b2, Lanes.times(w.get(w2 + 1), s2));
            c2 = Float16.add(c2, Lanes.times(w.get(w2 + 2), s2));
            d2 = Float16.add(d2, Lanes.times(w.get(w2 + 3), s2));
            float s3 = x.get(x0 + i + 3 * quarter);
            int w3 = wBase + (i + 3 * quarter) * VECTORS;
            a3 = Float16.add(a3, Lanes.times(w.get(w3), s3));
            b3 = Float16.add(b3, Lanes.times(w.get(w3 + 1), s3));
            c3 = Float16.add(c3, Lanes.times(w.get(w3 + 2), s3));
            d3 = Float16.add(d3, Lanes.times(w.get(w3 + 3), s3));
        }
        for (int i = 4 * quarter; i < k; i++) {
            float s0 = x.get(x0 + i);
            int w0 = wBase + i * VECTORS;
            a0 = Float16.add(a0, Lanes.times(w.get(w0), s0));
            b0 = Float16.add(b0, Lanes.times(w.get(w0 + 1), s0));
            c0 = Float16.add(c0, Lanes.times(w.get(w0 + 2), s0));
            d0 = Float16.add(d0, Lanes.times(w.get(w0 + 3), s0));
        }
        ProductRows.put(y, at, bias, column, hasBias, accumulate, Lanes.sum(a0, a1, a2, a3), Lanes.sum(b0, b1, b2, b3),
                Lanes.sum(c0, c1, c2, c3), Lanes.sum(d0, d1, d2, d3));
    }
}
