package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product of {@link ExpertMatMul} with weights of 16 bits, IEEE 754, on devices that have such numbers: half
 * as many bytes, and the weights of a file that holds them so are kept exactly.
 */
public final class ExpertMatMulF16 {

    private ExpertMatMulF16() {
    }

    /**
     * Computes one block of columns of one active expert a work-item, for all of its rows, four at a time; a row alone
     * is computed four times, as in {@link MatMulF16}.
     *
     * @param x        [rows, xStride] floats: tokens, or sorted rows. Not modified
     * @param w        [experts, blocks, k, 64] numbers, packed as for {@link ExpertMatMul}. Not modified
     * @param grouping the plan of {@link ExpertGrouping}. Not modified
     * @param tokensAt where the tokens of sorted rows begin in grouping; -1 when x has sorted rows itself
     * @param first    number of the first expert that w holds
     * @param experts  number of experts that w holds; rows of others are left as they are
     * @param columns  64 times the number of blocks
     * @param k        inner width
     * @param xStride  floats between rows of x
     * @param yStride  vectors between rows of y
     * @param y        [sorted rows, yStride] vectors. Modified
     */
    public static void rows(FloatArray x, HalfFloatArray w, IntArray grouping, int tokensAt, int first, int experts,
            int columns, int k, int xStride, int yStride, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < grouping.get(ExpertGrouping.ACTIVE) * (columns / MatMul.BLOCK); unit++) {
            int record = ExpertGrouping.RECORDS + unit / (columns / MatMul.BLOCK) * ExpertGrouping.RECORD;
            int block = unit % (columns / MatMul.BLOCK);
            int from = grouping.get(record + 1);
            int expert = grouping.get(record) - first;
            int rows = from;
            if (expert >= 0 && expert < experts) {
                rows = grouping.get(record + 2);
            }
            int wBase = (expert * (columns / MatMul.BLOCK) + block) * k * MatMul.BLOCK;
            int column = block * MatMul.VECTORS;
            for (int r = from; r < rows; r += 4) {
                int last = rows - 1;
                int x0 = ExpertMatMul.source(grouping, tokensAt, r) * xStride;
                int x1 = ExpertMatMul.source(grouping, tokensAt, Math.min(r + 1, last)) * xStride;
                int x2 = ExpertMatMul.source(grouping, tokensAt, Math.min(r + 2, last)) * xStride;
                int x3 = ExpertMatMul.source(grouping, tokensAt, Math.min(r + 3, last)) * xStride;
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
                    int at = wBase + i * MatMul.BLOCK;
                    Float16 w0 = Half.numbers(w, at);
                    Float16 w1 = Half.numbers(w, at + Lanes.WIDTH);
                    Float16 w2 = Half.numbers(w, at + 2 * Lanes.WIDTH);
                    Float16 w3 = Half.numbers(w, at + 3 * Lanes.WIDTH);
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
                ExpertMatMul.put(y, y0, a0, b0, c0, d0);
                if (r + 1 < rows) {
                    ExpertMatMul.put(y, y0 + yStride, a1, b1, c1, d1);
                }
                if (r + 2 < rows) {
                    ExpertMatMul.put(y, y0 + 2 * yStride, a2, b2, c2, d2);
                }
                if (r + 3 < rows) {
                    ExpertMatMul.put(y, y0 + 3 * yStride, a3, b3, c3, d3);
                }
            }
        }
    }
}
