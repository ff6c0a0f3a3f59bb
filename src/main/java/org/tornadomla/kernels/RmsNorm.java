package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Root-mean-square normalisation of rows, y = weight * x / sqrt(mean(x^2) + eps); turns vectors into scalars for
 * {@link MatMul}.
 */
public final class RmsNorm {

    private RmsNorm() {
    }

    /**
     * Normalises rows, one a work-item.
     *
     * @param x       [rows, xStride] vectors; the first width floats of a row count, what follows in the last vector is
     *                    0. Not modified
     * @param weight  [vectors] vectors, 0 behind width. Not modified
     * @param step    the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in step
     * @param width   floats of a row
     * @param xStride vectors between rows of x
     * @param eps     added to the mean square
     * @param y       [rows, 16 ceil(width/16)] floats. Modified
     */
    public static void rows(VectorFloat16 x, VectorFloat16 weight, IntArray step, int rowsAt, int width, int xStride,
            float eps, FloatArray y) {
        for (@Parallel
        int row = 0; row < step.get(rowsAt); row++) {
            int vectors = (width + Lanes.WIDTH - 1) / Lanes.WIDTH;
            float scale = scale(x, row * xStride, vectors, width, eps);
            for (int v = 0; v < vectors; v++) {
                Float16 scaled = Lanes.times(x.get(row * xStride + v), scale);
                Lanes.store(y, (row * vectors + v) * Lanes.WIDTH, Float16.mult(scaled, weight.get(v)));
            }
        }
    }

    /**
     * Normalises chosen rows, one a work-item.
     *
     * @param x       [rows, xStride] vectors, as for {@link #rows}. Not modified
     * @param weight  [vectors] vectors, 0 behind width. Not modified
     * @param step    the number of chosen rows is at rowsAt, their list at listAt. Not modified
     * @param rowsAt  index of the row count in step
     * @param listAt  index of the first chosen row in step
     * @param width   floats of a row
     * @param xStride vectors between rows of x
     * @param eps     added to the mean square
     * @param y       [chosen rows, 16 ceil(width/16)] floats. Modified
     */
    public static void chosen(VectorFloat16 x, VectorFloat16 weight, IntArray step, int rowsAt, int listAt, int width,
            int xStride, float eps, FloatArray y) {
        for (@Parallel
        int row = 0; row < step.get(rowsAt); row++) {
            int vectors = (width + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int base = step.get(listAt + row) * xStride;
            float scale = scale(x, base, vectors, width, eps);
            for (int v = 0; v < vectors; v++) {
                Float16 scaled = Lanes.times(x.get(base + v), scale);
                Lanes.store(y, (row * vectors + v) * Lanes.WIDTH, Float16.mult(scaled, weight.get(v)));
            }
        }
    }

    /** The factor 1 / sqrt(mean(x^2) + eps) of the row of {@code vectors} vectors that begins at {@code base}. */
    static float scale(VectorFloat16 x, int base, int vectors, int width, float eps) {
        Float16 squares = Lanes.zero();
        for (int v = 0; v < vectors; v++) {
            Float16 a = x.get(base + v);
            squares = Float16.add(squares, Float16.mult(a, a));
        }
        return 1f / TornadoMath.sqrt(Lanes.sum(squares) / width + eps);
    }
}
