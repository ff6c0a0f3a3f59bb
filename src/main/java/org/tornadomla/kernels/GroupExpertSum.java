package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link ExpertSum} and {@link ExpertNorm} for many cores. */
public final class GroupExpertSum {

    private GroupExpertSum() {
    }

    /**
     * Adds what a token's experts computed, each times its weight and in the order of the choice, to the residual
     * stream. A work-item takes single numbers, neighbours beside each other.
     *
     * @param context     any groups
     * @param parts       [sorted rows, partsStride] floats: outputs of the experts. Not modified
     * @param weights     [tokens, perToken] floats. Not modified
     * @param grouping    the plan of {@link ExpertGrouping}. Not modified
     * @param step        counts. Not modified
     * @param placesAt    where the sorted rows of choices begin in grouping
     * @param perToken    experts of a token, shared ones included
     * @param width       floats of a row
     * @param partsStride floats between rows of parts
     * @param xStride     floats between rows of x
     * @param x           [tokens, xStride] floats: the residual stream. Modified
     */
    public static void rows(KernelContext context, FloatArray parts, FloatArray weights, IntArray grouping,
            IntArray step, int placesAt, int perToken, int width, int partsStride, int xStride, FloatArray x) {
        int numbers = step.get(StepLayout.TOKENS) * width;
        int items = context.globalGroupSizeX;
        for (int i = context.globalIdx; i < numbers; i += items) {
            int token = i / width;
            int column = i - token * width;
            x.set(token * xStride + column, sum(parts, weights, grouping, placesAt, token * perToken, perToken,
                    partsStride, column, x.get(token * xStride + column)));
        }
    }

    /**
     * Adds the norm of what a token's experts computed together to the residual stream: x + weight * s / sqrt(mean(s^2)
     * + eps), s being their sum. A group takes a token.
     *
     * @param context     groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param parts       [sorted rows, partsStride] floats: outputs of the experts. Not modified
     * @param weights     [tokens, perToken] floats. Not modified
     * @param grouping    the plan of {@link ExpertGrouping}. Not modified
     * @param step        counts. Not modified
     * @param norm        [width] floats: weight of the norm. Not modified
     * @param placesAt    where the sorted rows of choices begin in grouping
     * @param perToken    experts of a token, shared ones included
     * @param width       floats of a row
     * @param partsStride floats between rows of parts
     * @param xStride     floats between rows of x
     * @param eps         added to the mean square
     * @param x           [tokens, xStride] floats: the residual stream. Modified
     */
    public static void normed(KernelContext context, FloatArray parts, FloatArray weights, IntArray grouping,
            IntArray step, FloatArray norm, int placesAt, int perToken, int width, int partsStride, int xStride,
            float eps, FloatArray x) {
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int tokens = step.get(StepLayout.TOKENS);
        for (int token = context.groupIdx; token < tokens; token += groups) {
            float squares = 0f;
            for (int i = item; i < width; i += items) {
                float sum = sum(parts, weights, grouping, placesAt, token * perToken, perToken, partsStride, i, 0f);
                squares += sum * sum;
            }
            sums[item] = squares;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float scale = 1f / TornadoMath.sqrt(sums[0] / width + eps);
            for (int i = item; i < width; i += items) {
                float sum = sum(parts, weights, grouping, placesAt, token * perToken, perToken, partsStride, i, 0f);
                int at = token * xStride + i;
                x.set(at, x.get(at) + sum * scale * norm.get(i));
            }
            context.localBarrier();
        }
    }

    /** What the experts of the token whose choices begin at {@code first} computed for a column, added to a number. */
    private static float sum(FloatArray parts, FloatArray weights, IntArray grouping, int placesAt, int first,
            int perToken, int partsStride, int column, float to) {
        float sum = to;
        for (int k = first; k < first + perToken; k++) {
            sum += parts.get(grouping.get(placesAt + k) * partsStride + column) * weights.get(k);
        }
        return sum;
    }
}
