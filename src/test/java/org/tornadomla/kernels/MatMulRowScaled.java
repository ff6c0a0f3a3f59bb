package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** The product of a number format that only the tests have: {@link Int8} numbers with one scale an output. */
public final class MatMulRowScaled {

    private MatMulRowScaled() {
    }

    /**
     * Computes a block of 64 columns of one group's rows a work-item.
     *
     * @param x      [rows, xStride] floats. Not modified
     * @param w      [matrices, blocks, k] vectors: for each input the weights of 64 outputs. Not modified
     * @param scales [matrices, blocks, 4] vectors: the scale of each output. Not modified
     * @param bias   [blocks, 4] vectors. Not modified
     * @param groups as for {@link MatMul#rows}, and so all that follow. Not modified
     * @param y      [rows, yStride] vectors. Modified
     */
    public static void rows(FloatArray x, VectorInt16 w, VectorFloat16 scales, VectorFloat16 bias, IntArray groups,
            int activeAt, int rowsAt, int tokensAt, int first, int matrices, int columns, int k, int xStride,
            int yStride, int hasBias, int accumulate, VectorFloat16 y) {
        for (@Parallel
        int unit = 0; unit < groups.get(activeAt) * (columns / MatMul.BLOCK); unit++) {
            int group = unit / (columns / MatMul.BLOCK);
            int rows = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = unit - group * (columns / MatMul.BLOCK);
            int packed = ProductRows.matrix(groups, rowsAt, group, first, matrices) * (columns / MatMul.BLOCK) + block;
            int column = block * MatMul.VECTORS;
            int scale = packed * MatMul.VECTORS;
            for (int r = ProductRows.begin(groups, rowsAt, group, matrices); r < rows; r++) {
                int from = ProductRows.source(groups, tokensAt, r) * xStride;
                Float16 a = Lanes.zero();
                Float16 b = Lanes.zero();
                Float16 c = Lanes.zero();
                Float16 d = Lanes.zero();
                for (int i = 0; i < k; i++) {
                    float s = x.get(from + i);
                    a = Float16.add(a, Lanes.times(Int8.numbers(w, packed * k + i, Int8.FIRST), s));
                    b = Float16.add(b, Lanes.times(Int8.numbers(w, packed * k + i, Int8.SECOND), s));
                    c = Float16.add(c, Lanes.times(Int8.numbers(w, packed * k + i, Int8.THIRD), s));
                    d = Float16.add(d, Lanes.times(Int8.numbers(w, packed * k + i, Int8.FOURTH), s));
                }
                a = Float16.mult(a, scales.get(scale));
                b = Float16.mult(b, scales.get(scale + 1));
                c = Float16.mult(c, scales.get(scale + 2));
                d = Float16.mult(d, scales.get(scale + 3));
                ProductRows.put(y, r * yStride + column, bias, column, hasBias, accumulate, a, b, c, d);
            }
        }
    }
}
