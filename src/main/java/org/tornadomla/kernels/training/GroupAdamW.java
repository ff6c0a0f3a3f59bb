package org.tornadomla.kernels.training;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link AdamWStep} for many cores: a work-item moves single numbers, neighbours beside each other. */
public final class GroupAdamW {

    private GroupAdamW() {
    }

    /**
     * Moves a weight.
     *
     * @param context any groups
     * @param g       [rows, stride] floats, the gradient. Not modified
     * @param clip    the factor on gradients is at 0. Not modified
     * @param rates   floats as the constants of {@link AdamWStep} say. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  floats of a row
     * @param decay   part of the weight that is taken off, times the rate
     * @param m       [rows, stride] floats, mean of gradients. Modified
     * @param v       [rows, stride] floats, mean of their squares. Modified
     * @param w       [rows, stride] floats, the weight. Modified
     */
    public static void move(KernelContext context, FloatArray g, FloatArray clip, FloatArray rates, IntArray sizes,
            int rowsAt, int stride, float decay, FloatArray m, FloatArray v, FloatArray w) {
        float rate = rates.get(AdamWStep.RATE);
        float first = rates.get(AdamWStep.FIRST);
        float second = rates.get(AdamWStep.SECOND);
        float firstBias = rates.get(AdamWStep.FIRST_BIAS);
        float secondBias = rates.get(AdamWStep.SECOND_BIAS);
        float eps = rates.get(AdamWStep.EPS);
        float factor = clip.get(0);
        int numbers = sizes.get(rowsAt) * stride;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            float slope = g.get(i) * factor;
            float mean = first * m.get(i) + (1f - first) * slope;
            float square = second * v.get(i) + (1f - second) * slope * slope;
            float step = mean / firstBias / (TornadoMath.sqrt(square / secondBias) + eps);
            m.set(i, mean);
            v.set(i, square);
            w.set(i, w.get(i) - rate * (step + decay * w.get(i)));
        }
    }
}
