package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link SplitMerge} for many cores: a group takes a head of a token, its work-items neighbouring columns. A row that
 * saw no key becomes zeros; a range that saw none takes no part.
 */
public final class GroupMerge {

    private GroupMerge() {
    }

    /**
     * Merges the ranges that {@link GroupLatentAttention} leaves.
     *
     * @param context      any groups
     * @param partial      [units, heads, latentDim] floats, and from statisticsAt on [units, heads, 2]: the largest
     *                         score of a range and the sum of its weights. Not modified
     * @param step         counts. Not modified
     * @param maxSplits    most ranges of a token
     * @param heads        number of heads
     * @param latentDim    floats of a latent
     * @param statisticsAt where the statistics begin in partial
     * @param merged       [tokens, heads, latentDim] floats: the attended latents. Modified
     */
    public static void rows(KernelContext context, FloatArray partial, IntArray step, int maxSplits, int heads,
            int latentDim, int statisticsAt, FloatArray merged) {
        float[] weights = context.allocateFloatLocalArray(maxSplits);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int splits = step.get(StepLayout.SPLITS);
        int rows = step.get(StepLayout.HEAD_ROWS);
        for (int row = context.groupIdx; row < rows; row += groups) {
            int token = row / heads;
            int first = token * splits * heads + row - token * heads;
            float maximum = Softmax.HIDDEN;
            for (int s = 0; s < splits; s++) {
                maximum = TornadoMath.max(maximum, partial.get(statisticsAt + 2 * (first + s * heads)));
            }
            for (int s = item; s < splits; s += items) {
                weights[s] = TornadoMath.exp(partial.get(statisticsAt + 2 * (first + s * heads)) - maximum);
            }
            context.localBarrier();
            float total = 0f;
            for (int s = 0; s < splits; s++) {
                total += weights[s] * partial.get(statisticsAt + 2 * (first + s * heads) + 1);
            }
            float inverse = 0f;
            if (total > 0f) {
                inverse = 1f / total;
            }
            for (int column = item; column < latentDim; column += items) {
                float sum = 0f;
                for (int s = 0; s < splits; s++) {
                    sum += partial.get((first + s * heads) * latentDim + column) * weights[s];
                }
                merged.set(row * latentDim + column, sum * inverse);
            }
            context.localBarrier();
        }
    }
}
