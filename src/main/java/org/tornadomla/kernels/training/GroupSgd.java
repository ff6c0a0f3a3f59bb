package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link SgdStep} for many cores: a work-item moves single numbers, neighbours beside each other. */
public final class GroupSgd {

    private GroupSgd() {
    }

    /**
     * Moves a weight.
     *
     * @param context  any groups
     * @param g        [rows, stride] floats, the gradient. Not modified
     * @param clip     the factor on gradients is at 0. Not modified
     * @param rates    floats as the constants of {@link SgdStep} say. Not modified
     * @param sizes    the number of rows is at rowsAt. Not modified
     * @param rowsAt   index of the row count in sizes
     * @param stride   floats of a row
     * @param momentum part of m that stays
     * @param decay    part of the weight that is added to its gradient
     * @param m        [rows, stride] floats. Modified
     * @param w        [rows, stride] floats, the weight. Modified
     */
    public static void move(KernelContext context, FloatArray g, FloatArray clip, FloatArray rates, IntArray sizes,
            int rowsAt, int stride, float momentum, float decay, FloatArray m, FloatArray w) {
        float rate = rates.get(SgdStep.RATE);
        float factor = clip.get(0);
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            float weight = w.get(i);
            float moved = m.get(i) * momentum + (g.get(i) * factor + weight * decay);
            m.set(i, moved);
            w.set(i, weight - moved * rate);
        }
    }
}
