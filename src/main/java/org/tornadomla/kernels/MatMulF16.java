package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product of {@link MatMul} with weights of 16 bits, IEEE 754, on devices that have such numbers: half as
 * many bytes, and the weights of a file that holds them so are kept exactly.
 */
public final class MatMulF16 {

    private MatMulF16() {
    }

    /**
     * Computes what {@link MatMul#rows} does, in the same way. A row alone is computed four times: TornadoVM inlines no
     * second path.
     *
     * @param x      [rows, xStride] floats. Not modified
     * @param w      [matrices, blocks, k, 64] numbers, packed as for {@link MatMul}. Not modified
     * @param bias   [blocks, 4] vectors. Not modified
     * @param groups as for {@link MatMul#rows}, and so all that follow. Not modified
     * @param y      [rows, yStride] vectors. Modified
     */
    public static void rows(FloatArray x, HalfFloatArray w, VectorFloat16 bias, IntArray groups, int activeAt,
            int rowsAt, int tokensAt, int first, int matrices, int columns, int k, int xStride, int yStride,
            int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * (columns / MatMul.BLOCK); unit++) {
            int group = unit / (columns / MatMul.BLOCK);
            int matrix = ProductRows.matrix(groups, rowsAt, group, first, matrices);
            int rows = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = unit - group * (columns / MatMul.BLOCK);
            int packed = matrix * (columns / MatMul.BLOCK) + block;
            int column = block * MatMul.VECTORS;
            int wBase = packed * k * MatMul.BLOCK;
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
                for (int i = 0; i < k; i++) {
                    int from = wBase + i * MatMul.BLOCK;
                    Float16 w0 = Half.numbers(w, from);
                    Float16 w1 = Half.numbers(w, from + Lanes.WIDTH);
                    Float16 w2 = Half.numbers(w, from + 2 * Lanes.WIDTH);
                    Float16 w3 = Half.numbers(w, from + 3 * Lanes.WIDTH);
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
