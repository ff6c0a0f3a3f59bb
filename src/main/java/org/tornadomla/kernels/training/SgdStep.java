package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * A step of stochastic gradient descent with momentum: with g the clipped gradient, m = momentum m + g + decay w, and w
 * falls by rate m.
 */
public final class SgdStep {

    /** Where the step's rate stands in the rates. */
    public static final int RATE = 0;
    /** Length of the rates. */
    public static final int RATES = 2;

    private SgdStep() {
    }

    /**
     * Moves a weight, one row a work-item.
     *
     * @param g        [rows, stride] vectors, the gradient. Not modified
     * @param clip     the factor on gradients is at 0. Not modified
     * @param rates    [2] floats as the constants say. Not modified
     * @param sizes    the number of rows is at rowsAt. Not modified
     * @param rowsAt   index of the row count in sizes
     * @param stride   vectors of a row
     * @param momentum part of m that stays
     * @param decay    part of the weight that is added to its gradient
     * @param m        [rows, stride] vectors. Modified
     * @param w        [rows, stride] vectors, the weight. Modified
     */
    public static void move(VectorFloat16 g, FloatArray clip, FloatArray rates, IntArray sizes, int rowsAt, int stride,
            float momentum, float decay, VectorFloat16 m, VectorFloat16 w) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float rate = rates.get(RATE);
            float factor = clip.get(0);
            for (int at = row * stride; at < (row + 1) * stride; at++) {
                Float16 weight = w.get(at);
                Float16 slope = Float16.add(Lanes.times(g.get(at), factor), Lanes.times(weight, decay));
                Float16 moved = Float16.add(Lanes.times(m.get(at), momentum), slope);
                m.set(at, moved);
                w.set(at, Float16.sub(weight, Lanes.times(moved, rate)));
            }
        }
    }
}
