package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product of {@link MatMul} with weights in blocks of 4 bits that have scales in two steps: a scale of 8
 * bits for a group of inputs, times a unit for some groups. A number is
 * {@code unit * scale * (n + 8) - leastUnit * least} with n from -8 to 7. The sum of the inputs of a group gives what
 * the least value and the 8 add, once a group.
 */
public final class MatMulBlock4 {

    /** What is taken off whole numbers from 0 on that have a least value before they are kept. */
    public static final int MIDDLE = 8;

    private MatMulBlock4() {
    }

    /**
     * Computes what {@link MatMul#rows} does, in the same way.
     *
     * @param x      [rows, xStride] floats. Not modified
     * @param w      [matrices, blocks, ceil(k / 2)] vectors of {@link Int4} numbers, in the order of {@link MatMul};
     *                   those behind the last input are 0. Not modified
     * @param steps  [matrices, blocks, ceil(k / scaled), 1 + leasts] vectors of {@link Int8} numbers: the scales of 64
     *                   outputs, and the least values. Not modified
     * @param units  [matrices, blocks, ceil(k / (scaled whole)), 4 or 8] vectors: what the scales of 64 outputs are
     *                   multiples of, and behind them the same for least values. Not modified
     * @param scaled inputs that share a scale, an even number
     * @param whole  groups of inputs that share a unit
     * @param leasts 1 where there are least values, with which units take 8 vectors
     * @param bias   [blocks, 4] vectors. Not modified
     * @param groups as for {@link MatMul#rows}, and so all that follow. Not modified
     * @param added  1 to add the bias, 2 to add to what y holds, 3 for both, 0 for neither
     * @param y      [rows, yStride] vectors. Modified
     */
    public static void rows(FloatArray x, VectorInt16 w, VectorInt16 steps, VectorFloat16 units, int scaled, int whole,
            int leasts, VectorFloat16 bias, IntArray groups, int activeAt, int rowsAt, int tokensAt, int first,
            int matrices, int columns, int k, int xStride, int yStride, int added, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * (columns / MatMul.BLOCK); unit++) {
            int group = unit / (columns / MatMul.BLOCK);
            int matrix = ProductRows.matrix(groups, rowsAt, group, first, matrices);
            int rows = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = unit - group * (columns / MatMul.BLOCK);
            int packed = matrix * (columns / MatMul.BLOCK) + block;
            int column = block * MatMul.VECTORS;
            int wBase = packed * ((k + 1) / 2);
            int parts = (k + scaled - 1) / scaled;
            int stepBase = packed * parts * (1 + leasts);
            int unitBase = packed * ((parts + whole - 1) / whole) * (1 + leasts) * MatMul.VECTORS;
            int hasBias = added % 2;
            int accumulate = added / 2;
            for (int r = ProductRows.begin(groups, rowsAt, group, matrices); r < rows; r += 4) {
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
                for (int part = 0; part < parts; part++) {
                    int end = Math.min(k, (part + 1) * scaled);
                    float sum0 = 0f;
                    float sum1 = 0f;
                    float sum2 = 0f;
                    float sum3 = 0f;
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
                    for (int i = part * scaled; i < end; i++) {
                        int at = wBase + i / 2;
                        int left = Int4.FIRST - i % 2 * (Int4.FIRST - Int4.SECOND);
                        Float16 w0 = Int4.numbers(w, at, left);
                        Float16 w1 = Int4.numbers(w, at, left - 4);
                        Float16 w2 = Int4.numbers(w, at, left - 8);
                        Float16 w3 = Int4.numbers(w, at, left - 12);
                        float s0 = x.get(x0 + i);
                        sum0 += s0;
                        Float16 t0 = Lanes.splat(s0);
                        ga0 = Float16.add(ga0, Float16.mult(w0, t0));
                        gb0 = Float16.add(gb0, Float16.mult(w1, t0));
                        gc0 = Float16.add(gc0, Float16.mult(w2, t0));
                        gd0 = Float16.add(gd0, Float16.mult(w3, t0));
                        if (r < last) {
                            float s1 = x.get(x1 + i);
                            sum1 += s1;
                            Float16 t1 = Lanes.splat(s1);
                            ga1 = Float16.add(ga1, Float16.mult(w0, t1));
                            gb1 = Float16.add(gb1, Float16.mult(w1, t1));
                            gc1 = Float16.add(gc1, Float16.mult(w2, t1));
                            gd1 = Float16.add(gd1, Float16.mult(w3, t1));
                            float s2 = x.get(x2 + i);
                            sum2 += s2;
                            Float16 t2 = Lanes.splat(s2);
                            ga2 = Float16.add(ga2, Float16.mult(w0, t2));
                            gb2 = Float16.add(gb2, Float16.mult(w1, t2));
                            gc2 = Float16.add(gc2, Float16.mult(w2, t2));
                            gd2 = Float16.add(gd2, Float16.mult(w3, t2));
                            float s3 = x.get(x3 + i);
                            sum3 += s3;
                            Float16 t3 = Lanes.splat(s3);
                            ga3 = Float16.add(ga3, Float16.mult(w0, t3));
                            gb3 = Float16.add(gb3, Float16.mult(w1, t3));
                            gc3 = Float16.add(gc3, Float16.mult(w2, t3));
                            gd3 = Float16.add(gd3, Float16.mult(w3, t3));
                        }
                    }
                    int step = stepBase + part * (1 + leasts);
                    int from = unitBase + part / whole * (1 + leasts) * MatMul.VECTORS;
                    Float16 scale0 = Float16.mult(Int8.numbers(steps, step, Int8.FIRST), units.get(from));
                    Float16 scale1 = Float16.mult(Int8.numbers(steps, step, Int8.SECOND), units.get(from + 1));
                    Float16 scale2 = Float16.mult(Int8.numbers(steps, step, Int8.THIRD), units.get(from + 2));
                    Float16 scale3 = Float16.mult(Int8.numbers(steps, step, Int8.FOURTH), units.get(from + 3));
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
                    if (leasts == 1) {
                        Float16 middle = Lanes.splat(MIDDLE);
                        Float16 middle0 = Float16.sub(Float16.mult(scale0, middle),
                                Float16.mult(Int8.numbers(steps, step + 1, Int8.FIRST), units.get(from + 4)));
                        Float16 middle1 = Float16.sub(Float16.mult(scale1, middle),
                                Float16.mult(Int8.numbers(steps, step + 1, Int8.SECOND), units.get(from + 5)));
                        Float16 middle2 = Float16.sub(Float16.mult(scale2, middle),
                                Float16.mult(Int8.numbers(steps, step + 1, Int8.THIRD), units.get(from + 6)));
                        Float16 middle3 = Float16.sub(Float16.mult(scale3, middle),
                                Float16.mult(Int8.numbers(steps, step + 1, Int8.FOURTH), units.get(from + 7)));
                        Float16 all0 = Lanes.splat(sum0);
                        a0 = Float16.add(a0, Float16.mult(middle0, all0));
                        b0 = Float16.add(b0, Float16.mult(middle1, all0));
                        c0 = Float16.add(c0, Float16.mult(middle2, all0));
                        d0 = Float16.add(d0, Float16.mult(middle3, all0));
                        Float16 all1 = Lanes.splat(sum1);
                        a1 = Float16.add(a1, Float16.mult(middle0, all1));
                        b1 = Float16.add(b1, Float16.mult(middle1, all1));
                        c1 = Float16.add(c1, Float16.mult(middle2, all1));
                        d1 = Float16.add(d1, Float16.mult(middle3, all1));
                        Float16 all2 = Lanes.splat(sum2);
                        a2 = Float16.add(a2, Float16.mult(middle0, all2));
                        b2 = Float16.add(b2, Float16.mult(middle1, all2));
                        c2 = Float16.add(c2, Float16.mult(middle2, all2));
                        d2 = Float16.add(d2, Float16.mult(middle3, all2));
                        Float16 all3 = Lanes.splat(sum3);
                        a3 = Float16.add(a3, Float16.mult(middle0, all3));
                        b3 = Float16.add(b3, Float16.mult(middle1, all3));
                        c3 = Float16.add(c3, Float16.mult(middle2, all3));
                        d3 = Float16.add(d3, Float16.mult(middle3, all3));
                    }
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
