package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The length of all gradients together, and the factor that holds it below a limit. Sums are taken in a fixed order.
 */
public final class SquaredNorm {

    /** Where the limit of the gradients' length stands in the rates of every optimiser. */
    public static final int LIMIT = 1;

    /** Keeps the factor finite where all gradients are 0. */
    private static final float SMALLEST = 1e-6f;

    private SquaredNorm() {
    }

    /**
     * Sums of squares, one row a work-item.
     *
     * @param x      [rows, stride] vectors. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param stride vectors of a row
     * @param at     where the row's sum stands among those of all gradients
     * @param sums   floats. Modified
     */
    public static void rows(VectorFloat16 x, IntArray sizes, int rowsAt, int stride, int at, FloatArray sums) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            sums.set(at + row, Rows.dot(x, row * stride, x, row * stride, stride));
        }
    }

    /**
     * The factor min(1, limit / length), by one work-item.
     *
     * @param sums  sums of squares. Not modified
     * @param rates the limit is at {@link #LIMIT}; 0 for none. Not modified
     * @param sizes 1 is at oneAt. Not modified
     * @param oneAt index of the number 1 in sizes
     * @param count number of sums
     * @param clip  [2] floats: the factor, and the length. Modified
     */
    public static void factor(FloatArray sums, FloatArray rates, IntArray sizes, int oneAt, int count,
            FloatArray clip) {
        for (@Parallel
        int unit = 0; unit < sizes.get(oneAt); unit++) {
            float sum = 0f;
            for (int i = 0; i < count; i++) {
                sum += sums.get(i);
            }
            float length = TornadoMath.sqrt(sum);
            float limit = rates.get(LIMIT);
            float factor = 1f;
            if (limit > 0f) {
                factor = TornadoMath.min(1f, limit / (length + SMALLEST));
            }
            clip.set(unit, factor);
            clip.set(unit + 1, length);
        }
    }
}
