package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product of {@link MatMul} with floating numbers of 8 bits and a scale for some inputs of an output.
 */
public final class MatMulFloat8 {

    private MatMulFloat8() {
    }

    /**
     * Computes what {@link MatMul#rows} does, in the same way.
     *
     * @param x      [rows, xStride] floats. Not modified
     * @param w      [matrices, blocks, k] vectors of {@link Float8} numbers, in the order of {@link MatMul}. Not
     *                   modified
     * @param scales [matrices, blocks, ceil(k / scaled), 4] vectors: the scale of an output for that many inputs. Not
     *                   modified
     * @param scaled inputs that share a scale
     * @param bias   [blocks, 4] vectors. Not modified
     * @param groups as for {@link MatMul#rows}, and so all that follow. Not modified
     * @param y      [rows, yStride] vectors. Modified
     */
    public static void rows(FloatArray x, VectorInt16 w, VectorFloat16 scales, int scaled, VectorFloat16 bias,
            IntArray groups, int activeAt, int rowsAt, int tokensAt, int first, int matrices, int columns, int k,
            int xStride, int yStride, int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * (columns / MatMul.BLOCK); unit++) {
            int group = unit / (columns / MatMul.BLOCK);
            int matrix = ProductRows.matrix(groups, rowsAt, group, first, matrices);
            int rows = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = unit - group * (columns / MatMul.BLOCK);
            int packed = matrix * (columns / MatMul.BLOCK) + block;
            int column = block * MatMul.VECTORS;
            int wBase = packed * k;
            int parts = (k + scaled - 1) / scaled;
            int scaleBase = packed * parts * MatMul.VECTORS;
            for (int r = ProductRows.begin(groups, rowsAt, group, matrices); r < rows; r += 4) {
                if (rows - r == 1) {
                    int x0 = ProductRows.source(groups, tokensAt, r) * xStride;
                    Float16 a = Lanes.zero();
                    Float16 b = Lanes.zero();
                    Float16 c = Lanes.zero();
                    Float16 d = Lanes.zero();
                    for (int part = 0; part < parts; part++) {
                        int end = Math.min(k, (part + 1) * scaled);
                        Float16 ga = Lanes.zero();
                        Float16 gb = Lanes.zero();
                        Float16 gc = Lanes.zero();
                        Float16 gd = Lanes.zero();
                        for (int i = part * scaled; i < end; i++) {
                            float s = x.get(x0 + i);
                            ga = Float16.add(ga, Lanes.times(Float8.numbers(w, wBase + i, Int8.FIRST), s));
                            gb = Float16.add(gb, Lanes.times(Float8.numbers(w, wBase + i, Int8.SECOND), s));
                            gc = Float16.add(gc, Lanes.times(Float8.numbers(w, wBase + i, Int8.THIRD), s));
                            gd = Float16.add(gd, Lanes.times(Float8.numbers(w, wBase + i, Int8.FOURTH), s));
                        }
                        int scale = scaleBase + part * MatMul.VECTORS;
                        a = Float16.add(a, Float16.mult(ga, scales.get(scale)));
                        b = Float16.add(b, Float16.mult(gb, scales.get(scale + 1)));
                        c = Float16.add(c, Float16.mult(gc, scales.get(scale + 2)));
                        d = Float16.add(d, Float16.mult(gd, scales.get(scale + 3)));
                    }
                    ProductRows.put(y, r * yStride + column, bias, column, hasBias, accumulate, a, b, c, d);
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
                    for (int part = 0; part < parts; part++) {
                        int end = Math.min(k, (part + 1) * scaled);
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
                            Float16 w0 = Float8.numbers(w, wBase + i, Int8.FIRST);
                            Float16 w1 = Float8.numbers(w, wBase + i, Int8.SECOND);
                            Float16 w2 = Float8.numbers(w, wBase + i, Int8.THIRD);
                            Float16 w3 = Float8.numbers(w, wBase + i, Int8.FOURTH);
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
                        int scale = scaleBase + part * MatMul.VECTORS;
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
}
