package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** The matrix product of each expert with the rows that chose it; experts that nobody chose are not computed. */
public final class ExpertMatMul {

    private ExpertMatMul() {
    }

    /**
     * Computes one block of columns of one active expert a work-item, for all of its rows, 8 at a time; a row alone takes a path of its
     * own.
     *
     * @param x        [rows, xStride] floats: tokens, or sorted rows. Not modified
     * @param w        [experts, blocks, k, 2] vectors, each expert packed as for {@link MatMul}. Not modified
     * @param grouping the plan of {@link ExpertGrouping}. Not modified
     * @param tokensAt where the tokens of sorted rows begin in grouping; -1 when x has sorted rows itself
     * @param columns  32 times the number of blocks
     * @param k        inner width
     * @param xStride  floats between rows of x
     * @param yStride  vectors between rows of y
     * @param y        [sorted rows, yStride] vectors. Modified
     */
    public static void rows(FloatArray x, VectorFloat16 w, IntArray grouping, int tokensAt, int columns, int k, int xStride, int yStride,
            VectorFloat16 y) {
        for (@Parallel int unit = 0; unit < grouping.get(ExpertGrouping.ACTIVE) * (columns / MatMul.BLOCK); unit++) {
            int record = ExpertGrouping.RECORDS + unit / (columns / MatMul.BLOCK) * ExpertGrouping.RECORD;
            int block = unit % (columns / MatMul.BLOCK);
            int from = grouping.get(record + 1);
            int rows = grouping.get(record + 2);
            int wBase = (grouping.get(record) * (columns / MatMul.BLOCK) + block) * k * 2;
            for (int r = from; r < rows; r += 8) {
                if (rows - r == 1) {
                    Float16 a = Lanes.zero();
                    Float16 b = Lanes.zero();
                    int x0 = source(grouping, tokensAt, r) * xStride;
                    for (int i = 0; i < k; i++) {
                        float xs = x.get(x0 + i);
                        a = Float16.add(a, Float16.mult(w.get(wBase + i * 2), xs));
                        b = Float16.add(b, Float16.mult(w.get(wBase + i * 2 + 1), xs));
                    }
                    put(y, r * yStride + block * 2, a, b);
                } else {
                    int last = rows - 1;
                    int x0 = source(grouping, tokensAt, r) * xStride;
                    int x1 = source(grouping, tokensAt, Math.min(r + 1, last)) * xStride;
                    int x2 = source(grouping, tokensAt, Math.min(r + 2, last)) * xStride;
                    int x3 = source(grouping, tokensAt, Math.min(r + 3, last)) * xStride;
                    int x4 = source(grouping, tokensAt, Math.min(r + 4, last)) * xStride;
                    int x5 = source(grouping, tokensAt, Math.min(r + 5, last)) * xStride;
                    int x6 = source(grouping, tokensAt, Math.min(r + 6, last)) * xStride;
                    int x7 = source(grouping, tokensAt, Math.min(r + 7, last)) * xStride;
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
                        a0 = Float16.add(a0, Float16.mult(wa, s0));
                        b0 = Float16.add(b0, Float16.mult(wb, s0));
                        a1 = Float16.add(a1, Float16.mult(wa, s1));
                        b1 = Float16.add(b1, Float16.mult(wb, s1));
                        a2 = Float16.add(a2, Float16.mult(wa, s2));
                        b2 = Float16.add(b2, Float16.mult(wb, s2));
                        a3 = Float16.add(a3, Float16.mult(wa, s3));
                        b3 = Float16.add(b3, Float16.mult(wb, s3));
                        a4 = Float16.add(a4, Float16.mult(wa, s4));
                        b4 = Float16.add(b4, Float16.mult(wb, s4));
                        a5 = Float16.add(a5, Float16.mult(wa, s5));
                        b5 = Float16.add(b5, Float16.mult(wb, s5));
                        a6 = Float16.add(a6, Float16.mult(wa, s6));
                        b6 = Float16.add(b6, Float16.mult(wb, s6));
                        a7 = Float16.add(a7, Float16.mult(wa, s7));
                        b7 = Float16.add(b7, Float16.mult(wb, s7));
                    }
                    int y0 = r * yStride + block * 2;
                    put(y, y0, a0, b0);
                    if (r + 1 < rows) {
                        put(y, y0 + yStride, a1, b1);
                    }
                    if (r + 2 < rows) {
                        put(y, y0 + 2 * yStride, a2, b2);
                    }
                    if (r + 3 < rows) {
                        put(y, y0 + 3 * yStride, a3, b3);
                    }
                    if (r + 4 < rows) {
                        put(y, y0 + 4 * yStride, a4, b4);
                    }
                    if (r + 5 < rows) {
                        put(y, y0 + 5 * yStride, a5, b5);
                    }
                    if (r + 6 < rows) {
                        put(y, y0 + 6 * yStride, a6, b6);
                    }
                    if (r + 7 < rows) {
                        put(y, y0 + 7 * yStride, a7, b7);
                    }
                }
            }
        }
    }

    private static int source(IntArray grouping, int tokensAt, int row) {
        int source = row;
        if (tokensAt >= 0) {
            source = grouping.get(tokensAt + row);
        }
        return source;
    }

    private static void put(VectorFloat16 y, int at, Float16 a, Float16 b) {
        y.set(at, a);
        y.set(at + 1, b);
    }
}
