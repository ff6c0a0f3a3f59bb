package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product of {@link ExpertMatMul} with weights of 8 bits and a scale for each {@link Int8#SCALED} inputs of
 * an output: memory gives a quarter of the bytes.
 */
public final class ExpertMatMulInt8 {

    private ExpertMatMulInt8() {
    }

    /**
     * Computes one block of columns of one active expert a work-item, for all of its rows, four at a time; a row alone
     * takes a path of its own.
     *
     * @param x        [rows, xStride] floats: tokens, or sorted rows. Not modified
     * @param w        [experts, blocks, k] vectors of {@link Int8} numbers, in the order of {@link ExpertMatMul}. Not
     *                     modified
     * @param scales   [experts, blocks, ceil(k / 128), 4] vectors: the scale of an output for 128 inputs. Not modified
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
    public static void rows(FloatArray x, VectorInt16 w, VectorFloat16 scales, IntArray grouping, int tokensAt,
            int first, int experts, int columns, int k, int xStride, int yStride, VectorFloat16 y) {
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
            int packed = expert * (columns / MatMul.BLOCK) + block;
            int wBase = packed * k;
            int groups = (k + Int8.SCALED - 1) / Int8.SCALED;
            int scaleBase = packed * groups * MatMul.VECTORS;
            int column = block * MatMul.VECTORS;
            for (int r = from; r < rows; r += 4) {
                if (rows - r == 1) {
                    Float16 a = Lanes.zero();
                    Float16 b = Lanes.zero();
                    Float16 c = Lanes.zero();
                    Float16 d = Lanes.zero();
                    int x0 = ExpertMatMul.source(grouping, tokensAt, r) * xStride;
                    for (int group = 0; group < groups; group++) {
                        int end = Math.min(k, (group + 1) * Int8.SCALED);
                        Float16 ga = Lanes.zero();
                        Float16 gb = Lanes.zero();
                        Float16 gc = Lanes.zero();
                        Float16 gd = Lanes.zero();
                        for (int i = group * Int8.SCALED; i < end; i++) {
                            float s = x.get(x0 + i);
                            ga = Float16.add(ga, Lanes.times(Int8.numbers(w, wBase + i, Int8.FIRST), s));
                            gb = Float16.add(gb, Lanes.times(Int8.numbers(w, wBase + i, Int8.SECOND), s));
                            gc = Float16.add(gc, Lanes.times(Int8.numbers(w, wBase + i, Int8.THIRD), s));
                            gd = Float16.add(gd, Lanes.times(Int8.numbers(w, wBase + i, Int8.FOURTH), s));
                        }
                        int scale = scaleBase + group * MatMul.VECTORS;
                        a = Float16.add(a, Float16.mult(ga, scales.get(scale)));
                        b = Float16.add(b, Float16.mult(gb, scales.get(scale + 1)));
                        c = Float16.add(c, Float16.mult(gc, scales.get(scale + 2)));
                        d = Float16.add(d, Float16.mult(gd, scales.get(scale + 3)));
                    }
                    ExpertMatMul.put(y, r * yStride + column, a, b, c, d);
                } else {
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
                    for (int group = 0; group < groups; group++) {
                        int end = Math.min(k, (group + 1) * Int8.SCALED);
                        Float16 ga0 = Lanes.zero();
                        Float16 gb0 = Lanes.zero();
                        Float16 gc0 = Lanes.zero();
                        Float16 gd0 = Lanes.zero();
                        Float16 ga1 = Lanes.zero();
                        Float16 gb1 = Lanes.zero();
                        Float16 gc1 = Lanes.zero();
                        Float16 gd1 = Lanes.zero();
                        Float16 ga2 = Lanes.zero();
                        Float16 gb2 = Lanes.zero();
                        Float16 gc2 = Lanes.zero();
                        Float16 gd2 = Lanes.zero();
                        Float16 ga3 = Lanes.zero();
                        Float16 gb3 = Lanes.zero();
                        Float16 gc3 = Lanes.zero();
                        Float16 gd3 = Lanes.zero();
                        for (int i = group * Int8.SCALED; i < end; i++) {
                            Float16 w0 = Int8.numbers(w, wBase + i, Int8.FIRST);
                            Float16 w1 = Int8.numbers(w, wBase + i, Int8.SECOND);
                            Float16 w2 = Int8.numbers(w, wBase + i, Int8.THIRD);
                            Float16 w3 = Int8.numbers(w, wBase + i, Int8.FOURTH);
                            Float16 s0 = Lanes.splat(x.get(x0 + i));
                            ga0 = Float16.add(ga0, Float16.mult(w0, s0));
                            gb0 = Float16.add(gb0, Float16.mult(w1, s0));
                            gc0 = Float16.add(gc0, Float16.mult(w2, s0));
                            gd0 = Float16.add(gd0, Float16.mult(w3, s0));
                            Float16 s1 = Lanes.splat(x.get(x1 + i));
                            ga1 = Float16.add(ga1, Float16.mult(w0, s1));
                            gb1 = Float16.add(gb1, Float16.mult(w1, s1));
                            gc1 = Float16.add(gc1, Float16.mult(w2, s1));
                            gd1 = Float16.add(gd1, Float16.mult(w3, s1));
                            Float16 s2 = Lanes.splat(x.get(x2 + i));
                            ga2 = Float16.add(ga2, Float16.mult(w0, s2));
                            gb2 = Float16.add(gb2, Float16.mult(w1, s2));
                            gc2 = Float16.add(gc2, Float16.mult(w2, s2));
                            gd2 = Float16.add(gd2, Float16.mult(w3, s2));
                            Float16 s3 = Lanes.splat(x.get(x3 + i));
                            ga3 = Float16.add(ga3, Float16.mult(w0, s3));
                            gb3 = Float16.add(gb3, Float16.mult(w1, s3));
                            gc3 = Float16.add(gc3, Float16.mult(w2, s3));
                            gd3 = Float16.add(gd3, Float16.mult(w3, s3));
                        }
                        int scale = scaleBase + group * MatMul.VECTORS;
                        Float16 scale0 = scales.get(scale);
                        Float16 scale1 = scales.get(scale + 1);
                        Float16 scale2 = scales.get(scale + 2);
                        Float16 scale3 = scales.get(scale + 3);
                        a0 = Float16.add(a0, Float16.mult(ga0, scale0));
                        b0 = Float16.add(b0, Float16.mult(gb0, scale1));
                        c0 = Float16.add(c0, Float16.mult(gc0, scale2));
                        d0 = Float16.add(d0, Float16.mult(gd0, scale3));
                        a1 = Float16.add(a1, Float16.mult(ga1, scale0));
                        b1 = Float16.add(b1, Float16.mult(gb1, scale1));
                        c1 = Float16.add(c1, Float16.mult(gc1, scale2));
                        d1 = Float16.add(d1, Float16.mult(gd1, scale3));
                        a2 = Float16.add(a2, Float16.mult(ga2, scale0));
                        b2 = Float16.add(b2, Float16.mult(gb2, scale1));
                        c2 = Float16.add(c2, Float16.mult(gc2, scale2));
                        d2 = Float16.add(d2, Float16.mult(gd2, scale3));
                        a3 = Float16.add(a3, Float16.mult(ga3, scale0));
                        b3 = Float16.add(b3, Float16.mult(gb3, scale1));
                        c3 = Float16.add(c3, Float16.mult(gc3, scale2));
                        d3 = Float16.add(d3, Float16.mult(gd3, scale3));
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
}
