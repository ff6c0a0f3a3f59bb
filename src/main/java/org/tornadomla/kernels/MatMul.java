package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product y = x W^T (+ bias), the linear layer of every projection.
 *
 * <p>W is packed in blocks of {@link #BLOCK} output columns: for each block, for each k, 32 floats. The lanes of a vector are
 * output columns, so nothing is summed across lanes, k needs no padding, and a block is one contiguous stream of memory.
 */
public final class MatMul {

    /** Output columns of a packed block: two vectors. */
    public static final int BLOCK = 32;

    private MatMul() {
    }

    /**
     * Computes {@code y[r, n] = sum over k of x[r, k] W[n, k] + bias[n] (+ y[r, n])}.
     *
     * <p>A work-item owns one block of columns and walks over all rows, 8 at a time with 16 vector accumulators, so that weights
     * are read from memory once whatever the number of rows; a single row takes a path of its own.
     *
     * @param x          [rows, xStride] floats; columns 0 to k-1 are read. Not modified
     * @param w          [blocks, k, 2] vectors, packed. Not modified
     * @param bias       [blocks, 2] vectors, read when hasBias is 1. Not modified
     * @param step       the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in step
     * @param columns    32 times the number of blocks
     * @param k          inner width
     * @param xStride    floats between rows of x
     * @param yStride    vectors between rows of y
     * @param hasBias    1 to add the bias
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, yStride] vectors; the first columns/16 of a row are written. Modified
     */
    public static void rows(FloatArray x, VectorFloat16 w, VectorFloat16 bias, IntArray step, int rowsAt, int columns, int k,
            int xStride, int yStride, int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel int block = 0; block < columns / BLOCK; block++) {
            int rows = step.get(rowsAt);
            int wBase = block * k * 2;
            for (int r = 0; r < rows; r += 8) {
                if (rows - r == 1) {
                    Float16 a = Lanes.zero();
                    Float16 b = Lanes.zero();
                    int x0 = r * xStride;
                    for (int i = 0; i < k; i++) {
                        float xs = x.get(x0 + i);
                        a = Float16.add(a, Lanes.times(w.get(wBase + i * 2), xs));
                        b = Float16.add(b, Lanes.times(w.get(wBase + i * 2 + 1), xs));
                    }
                    put(y, r * yStride + block * 2, bias, block * 2, hasBias, accumulate, a, b);
                } else {
                    int last = rows - 1;
                    int x0 = r * xStride;
                    int x1 = Math.min(r + 1, last) * xStride;
                    int x2 = Math.min(r + 2, last) * xStride;
                    int x3 = Math.min(r + 3, last) * xStride;
                    int x4 = Math.min(r + 4, last) * xStride;
                    int x5 = Math.min(r + 5, last) * xStride;
                    int x6 = Math.min(r + 6, last) * xStride;
                    int x7 = Math.min(r + 7, last) * xStride;
                    Float16 a0 = Lanes.zero();
                    Float16 b0 = Lanes.zero();
                    Float16 a1 = Lanes.zero();
                    Float16 b1 = Lanes.zero();
                    Float16 a2 = Lanes.zero();
                    Float16 b2 = Lanes.zero();
                    Float16 a3 = Lanes.zero();
                    Float16 b3 = Lanes.zero();
                    Float16 a4 = Lanes.zero();
                    Float16 b4 = Lanes.zero();
                    Float16 a5 = Lanes.zero();
                    Float16 b5 = Lanes.zero();
                    Float16 a6 = Lanes.zero();
                    Float16 b6 = Lanes.zero();
                    Float16 a7 = Lanes.zero();
                    Float16 b7 = Lanes.zero();
                    for (int i = 0; i < k; i++) {
                        Float16 wa = w.get(wBase + i * 2);
                        Float16 wb = w.get(wBase + i * 2 + 1);
                        float s0 = x.get(x0 + i);
                        float s1 = x.get(x1 + i);
                        float s2 = x.get(x2 + i);
                        float s3 = x.get(x3 + i);
                        float s4 = x.get(x4 + i);
                        float s5 = x.get(x5 + i);
                        float s6 = x.get(x6 + i);
                        float s7 = x.get(x7 + i);
                        a0 = Float16.add(a0, Lanes.times(wa, s0));
                        b0 = Float16.add(b0, Lanes.times(wb, s0));
                        a1 = Float16.add(a1, Lanes.times(wa, s1));
                        b1 = Float16.add(b1, Lanes.times(wb, s1));
                        a2 = Float16.add(a2, Lanes.times(wa, s2));
                        b2 = Float16.add(b2, Lanes.times(wb, s2));
                        a3 = Float16.add(a3, Lanes.times(wa, s3));
                        b3 = Float16.add(b3, Lanes.times(wb, s3));
                        a4 = Float16.add(a4, Lanes.times(wa, s4));
                        b4 = Float16.add(b4, Lanes.times(wb, s4));
                        a5 = Float16.add(a5, Lanes.times(wa, s5));
                        b5 = Float16.add(b5, Lanes.times(wb, s5));
                        a6 = Float16.add(a6, Lanes.times(wa, s6));
                        b6 = Float16.add(b6, Lanes.times(wb, s6));
                        a7 = Float16.add(a7, Lanes.times(wa, s7));
                        b7 = Float16.add(b7, Lanes.times(wb, s7));
                    }
                    int y0 = r * yStride + block * 2;
                    put(y, y0, bias, block * 2, hasBias, accumulate, a0, b0);
                    if (r + 1 < rows) {
                        put(y, y0 + yStride, bias, block * 2, hasBias, accumulate, a1, b1);
                    }
                    if (r + 2 < rows) {
                        put(y, y0 + 2 * yStride, bias, block * 2, hasBias, accumulate, a2, b2);
                    }
                    if (r + 3 < rows) {
                        put(y, y0 + 3 * yStride, bias, block * 2, hasBias, accumulate, a3, b3);
                    }
                    if (r + 4 < rows) {
                        put(y, y0 + 4 * yStride, bias, block * 2, hasBias, accumulate, a4, b4);
                    }
                    if (r + 5 < rows) {
                        put(y, y0 + 5 * yStride, bias, block * 2, hasBias, accumulate, a5, b5);
                    }
                    if (r + 6 < rows) {
                        put(y, y0 + 6 * yStride, bias, block * 2, hasBias, accumulate, a6, b6);
                    }
                    if (r + 7 < rows) {
                        put(y, y0 + 7 * yStride, bias, block * 2, hasBias, accumulate, a7, b7);
                    }
                }
            }
        }
    }

    private static void put(VectorFloat16 y, int at, VectorFloat16 bias, int biasAt, int hasBias, int accumulate, Float16 a, Float16 b) {
        if (hasBias == 1) {
            if (accumulate == 1) {
                y.set(at, Float16.add(y.get(at), Float16.add(a, bias.get(biasAt))));
                y.set(at + 1, Float16.add(y.get(at + 1), Float16.add(b, bias.get(biasAt + 1))));
            } else {
                y.set(at, Float16.add(a, bias.get(biasAt)));
                y.set(at + 1, Float16.add(b, bias.get(biasAt + 1)));
            }
        } else {
            if (accumulate == 1) {
                y.set(at, Float16.add(y.get(at), a));
                y.set(at + 1, Float16.add(y.get(at + 1), b));
            } else {
                y.set(at, a);
                y.set(at + 1, b);
            }
        }
    }
}
