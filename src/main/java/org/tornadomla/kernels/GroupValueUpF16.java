package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The way of attended latents to values of {@link GroupValueUp} with weights of 16-bit IEEE numbers. */
public final class GroupValueUpF16 {

    private GroupValueUpF16() {
    }

    /**
     * Computes {@code y[t, h, n] = sum over i of x[t, h, i] W[h, nope + n, i]}, x being what the ranges of keys give
     * together.
     *
     * @param context      groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param partial      [units, heads, latent] floats, and from statisticsAt on [units, heads, 2], as
     *                         {@link GroupLatentAttention} leaves them. Not modified
     * @param w            [heads, nope + value, latent] 16-bit numbers. Not modified
     * @param step         counts. Not modified
     * @param maxSplits    most ranges of a token
     * @param heads        number of heads
     * @param outputs      rows of a head that are multiplied with
     * @param headRows     rows of a head in w
     * @param rowAt        the first row of a head that is multiplied with
     * @param latent       numbers of a row of w
     * @param statisticsAt where the statistics begin in partial
     * @param yStride      floats between rows of y
     * @param y            [tokens, yStride] floats, a row of heads of outputs. Modified
     */
    public static void rows(KernelContext context, FloatArray partial, HalfFloatArray w, IntArray step, int maxSplits,
            int heads, int outputs, int headRows, int rowAt, int latent, int statisticsAt, int yStride, FloatArray y) {
        float[] weights = context.allocateFloatLocalArray(maxSplits);
        float[] merged = context.allocateFloatLocalArray((latent + 7) / 8 * 8);
        float[] near = context.allocateFloatLocalArray(GroupRows.OUTPUTS * Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int words = latent;
        int splits = step.get(StepLayout.SPLITS);
        int pieces = (outputs + GroupMerge.OUTPUTS - 1) / GroupMerge.OUTPUTS;
        int all = step.get(StepLayout.TOKENS) * heads * pieces;
        for (int unit = context.groupIdx; unit < all; unit += teams) {
            int tokenHead = unit / pieces;
            int token = tokenHead / heads;
            int head = tokenHead - token * heads;
            int first = token * splits * heads + head;
            float largest = GroupMerge.largest(partial, statisticsAt + 2 * first, heads, splits);
            for (int s = item; s < splits; s += items) {
                weights[s] = GroupMerge.weight(partial, statisticsAt + 2 * (first + s * heads), largest);
            }
            context.localBarrier();
            float total = 0f;
            for (int s = 0; s < splits; s++) {
                total += weights[s] * partial.get(statisticsAt + 2 * (first + s * heads) + 1);
            }
            for (int column = item; column < (latent + 7) / 8 * 8; column += items) {
                float sum = 0f;
                for (int s = 0; s < splits; s++) {
                    sum += weights[s] * partial.get((first + s * heads) * latent + Math.min(column, latent - 1));
                }
                // A work-item reads what it wrote itself.
                merged[column] = GroupMerge.share(sum, total, latent - column);
            }
            int row = head * headRows + rowAt;
            int begin = (unit - tokenHead * pieces) * GroupMerge.OUTPUTS;
            int end = Math.min(outputs, begin + GroupMerge.OUTPUTS);
            for (int output = begin; output < end; output += GroupRows.OUTPUTS) {
                int n0 = row + output;
                int n1 = row + Math.min(output + 1, outputs - 1);
                int n2 = row + Math.min(output + 2, outputs - 1);
                int n3 = row + Math.min(output + 3, outputs - 1);
                float a = 0f;
                float b = 0f;
                float c = 0f;
                float d = 0f;
                for (int i = item; i < words; i += items) {
                    float s = merged[i];
                    a += w.get(n0 * words + i).getFloat32() * s;
                    b += w.get(n1 * words + i).getFloat32() * s;
                    c += w.get(n2 * words + i).getFloat32() * s;
                    d += w.get(n3 * words + i).getFloat32() * s;
                }
                near[item] = a;
                near[Groups.MOST_ITEMS + item] = b;
                near[2 * Groups.MOST_ITEMS + item] = c;
                near[3 * Groups.MOST_ITEMS + item] = d;
                context.localBarrier();
                for (int n = items; n > 1; n = (n + 1) / 2) {
                    int half = (n + 1) / 2;
                    if (item < n - half) {
                        for (int sum = 0; sum < GroupRows.OUTPUTS * Groups.MOST_ITEMS; sum += Groups.MOST_ITEMS) {
                            near[sum + item] = near[sum + item] + near[sum + item + half];
                        }
                    }
                    context.localBarrier();
                }
                for (int o = item; o < GroupRows.OUTPUTS; o += items) {
                    GroupRows.within(y, token * yStride + head * outputs, output + o, outputs,
                            near[o * Groups.MOST_ITEMS]);
                }
                context.localBarrier();
            }
        }
    }
}
