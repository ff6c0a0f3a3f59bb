package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * The matrix product of {@link MatMul} in whole numbers: weights of 8 bits times rows of {@link RoundedRows}, with the
 * scales of both on the sum of each group.
 */
public final class MatMulDots {

    /** Ints of an output's weights for a group of inputs. */
    private static final int HELD = 8;

    private MatMulDots() {
    }

    /**
     * Computes what {@link MatMul#rows} does. A single row goes the way of four, since TornadoVM has no room for two
     * ways.
     *
     * @param x       [rows, groups, 9] ints of {@link RoundedRows}. Not modified
     * @param xScales [rows, groups] floats. Not modified
     * @param w       [matrices, blocks, groups, 8, 4] vectors: byte j of int i, lane l of vector v is the weight of
     *                    input 8 j + i and output 16 v + l, {@value Dots#MIDDLE_8} added. Not modified
     * @param scales  [matrices, blocks, groups, 4] vectors: the scale of an output for 32 inputs. Not modified
     * @param bias    [blocks, 4] vectors. Not modified
     * @param groups  as for {@link MatMul#rows}, and so all that follow. Not modified
     * @param y       [rows, yStride] vectors. Modified
     */
    public static void rows(IntArray x, FloatArray xScales, VectorInt16 w, VectorFloat16 scales, VectorFloat16 bias,
            IntArray groups, int activeAt, int rowsAt, int first, int matrices, int columns, int k, int yStride,
            int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * (columns / MatMul.BLOCK); unit++) {
            int group = unit / (columns / MatMul.BLOCK);
            int matrix = ProductRows.matrix(groups, rowsAt, group, first, matrices);
            int rows = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = unit - group * (columns / MatMul.BLOCK);
            int packed = matrix * (columns / MatMul.BLOCK) + block;
            int column = block * MatMul.VECTORS;
            int parts = (k + RoundedRows.GROUP - 1) / RoundedRows.GROUP;
            int wBase = packed * parts * HELD * MatMul.VECTORS;
            int scaleBase = packed * parts * MatMul.VECTORS;
            for (int r = ProductRows.begin(groups, rowsAt, group, matrices); r < rows; r += 4) {
                int last = rows - 1;
                int f0 = r * parts;
                int f1 = Math.min(r + 1, last) * parts;
                int f2 = Math.min(r + 2, last) * parts;
                int f3 = Math.min(r + 3, last) * parts;
                int x0 = f0 * RoundedRows.STRIDE;
                int x1 = f1 * RoundedRows.STRIDE;
                int x2 = f2 * RoundedRows.STRIDE;
                int x3 = f3 * RoundedRows.STRIDE;
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
                    Int16 s0 = Dots.start(-Dots.MIDDLE_8 * x.get(x0 + part * RoundedRows.STRIDE + RoundedRows.INTS));
                    Int16 ga0 = s0;
                    Int16 gb0 = s0;
                    Int16 gc0 = s0;
                    Int16 gd0 = s0;
                    Int16 s1 = Dots.start(-Dots.MIDDLE_8 * x.get(x1 + part * RoundedRows.STRIDE + RoundedRows.INTS));
                    Int16 ga1 = s1;
                    Int16 gb1 = s1;
                    Int16 gc1 = s1;
                    Int16 gd1 = s1;
                    Int16 s2 = Dots.start(-Dots.MIDDLE_8 * x.get(x2 + part * RoundedRows.STRIDE + RoundedRows.INTS));
                    Int16 ga2 = s2;
                    Int16 gb2 = s2;
                    Int16 gc2 = s2;
                    Int16 gd2 = s2;
                    Int16 s3 = Dots.start(-Dots.MIDDLE_8 * x.get(x3 + part * RoundedRows.STRIDE + RoundedRows.INTS));
                    Int16 ga3 = s3;
                    Int16 gb3 = s3;
                    Int16 gc3 = s3;
                    Int16 gd3 = s3;
                    for (int i = 0; i < HELD; i++) {
                        int at = wBase + (part * HELD + i) * MatMul.VECTORS;
                        int n0 = x.get(x0 + part * RoundedRows.STRIDE + i);
                        ga0 = Dots.add(ga0, w, at, 0, 255, n0);
                        gb0 = Dots.add(gb0, w, at + 1, 0, 255, n0);
                        gc0 = Dots.add(gc0, w, at + 2, 0, 255, n0);
                        gd0 = Dots.add(gd0, w, at + 3, 0, 255, n0);
                        if (r < last) {
                            int n1 = x.get(x1 + part * RoundedRows.STRIDE + i);
                            ga1 = Dots.add(ga1, w, at, 0, 255, n1);
                            gb1 = Dots.add(gb1, w, at + 1, 0, 255, n1);
                            gc1 = Dots.add(gc1, w, at + 2, 0, 255, n1);
                            gd1 = Dots.add(gd1, w, at + 3, 0, 255, n1);
                            int n2 = x.get(x2 + part * RoundedRows.STRIDE + i);
                            ga2 = Dots.add(ga2, w, at, 0, 255, n2);
                            gb2 = Dots.add(gb2, w, at + 1, 0, 255, n2);
                            gc2 = Dots.add(gc2, w, at + 2, 0, 255, n2);
                            gd2 = Dots.add(gd2, w, at + 3, 0, 255, n2);
                            int n3 = x.get(x3 + part * RoundedRows.STRIDE + i);
                            ga3 = Dots.add(ga3, w, at, 0, 255, n3);
                            gb3 = Dots.add(gb3, w, at + 1, 0, 255, n3);
                            gc3 = Dots.add(gc3, w, at + 2, 0, 255, n3);
                            gd3 = Dots.add(gd3, w, at + 3, 0, 255, n3);
                        }
                    }
                    int scale = scaleBase + part * MatMul.VECTORS;
                    Float16 scale0 = scales.get(scale);
                    Float16 scale1 = scales.get(scale + 1);
                    Float16 scale2 = scales.get(scale + 2);
                    Float16 scale3 = scales.get(scale + 3);
                    Float16 t0 = Lanes.splat(xScales.get(f0 + part));
                    a0 = Float16.add(a0, Float16.mult(Dots.floats(ga0), Float16.mult(scale0, t0)));
                    b0 = Float16.add(b0, Float16.mult(Dots.floats(gb0), Float16.mult(scale1, t0)));
                    c0 = Float16.add(c0, Float16.mult(Dots.floats(gc0), Float16.mult(scale2, t0)));
                    d0 = Float16.add(d0, Float16.mult(Dots.floats(gd0), Float16.mult(scale3, t0)));
                    if (r < last) {
                        Float16 t1 = Lanes.splat(xScales.get(f1 + part));
                        a1 = Float16.add(a1, Float16.mult(Dots.floats(ga1), Float16.mult(scale0, t1)));
                        b1 = Float16.add(b1, Float16.mult(Dots.floats(gb1), Float16.mult(scale1, t1)));
                        c1 = Float16.add(c1, Float16.mult(Dots.floats(gc1), Float16.mult(scale2, t1)));
                        d1 = Float16.add(d1, Float16.mult(Dots.floats(gd1), Float16.mult(scale3, t1)));
                        Float16 t2 = Lanes.splat(xScales.get(f2 + part));
                        a2 = Float16.add(a2, Float16.mult(Dots.floats(ga2), Float16.mult(scale0, t2)));
                        b2 = Float16.add(b2, Float16.mult(Dots.floats(gb2), Float16.mult(scale1, t2)));
                        c2 = Float16.add(c2, Float16.mult(Dots.floats(gc2), Float16.mult(scale2, t2)));
                        d2 = Float16.add(d2, Float16.mult(Dots.floats(gd2), Float16.mult(scale3, t2)));
                        Float16 t3 = Lanes.splat(xScales.get(f3 + part));
                        a3 = Float16.add(a3, Float16.mult(Dots.floats(ga3), Float16.mult(scale0, t3)));
                        b3 = Float16.add(b3, Float16.mult(Dots.floats(gb3), Float16.mult(scale1, t3)));
                        c3 = Float16.add(c3, Float16.mult(Dots.floats(gc3), Float16.mult(scale2, t3)));
                        d3 = Float16.add(d3, Float16.mult(Dots.floats(gd3), Float16.mult(scale3, t3)));
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
