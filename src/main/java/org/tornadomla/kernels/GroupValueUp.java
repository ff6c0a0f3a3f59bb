package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of attended latents to values for many cores, with rows of the expansion's own matrix: a group takes a token
 * and four outputs of a head, its items share the latent.
 */
public final class GroupValueUp {

    private GroupValueUp() {
    }

    /**
     * Computes {@code y[t, h, n] = sum over i of x[t, h, i] W[h, nope + n, i]}.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x        [tokens, heads, latent] floats. Not modified
     * @param w        [heads, nope + value, latent] floats. Not modified
     * @param step     the number of tokens. Not modified
     * @param heads    number of heads
     * @param outputs  rows of a head that are multiplied with
     * @param headRows rows of a head in w
     * @param rowAt    the first row of a head that is multiplied with
     * @param latent   numbers of a row of w
     * @param yStride  floats between rows of y
     * @param y        [tokens, yStride] floats, a row of heads of outputs. Modified
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray w, IntArray step, int heads, int outputs,
            int headRows, int rowAt, int latent, int yStride, FloatArray y) {
        float[] near = context.allocateFloatLocalArray(GroupRows.OUTPUTS * Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int words = latent;
        int pieces = (outputs + GroupRows.OUTPUTS - 1) / GroupRows.OUTPUTS;
        int all = step.get(StepLayout.TOKENS) * heads * pieces;
        for (int unit = context.groupIdx; unit < all; unit += teams) {
            int tokenHead = unit / pieces;
            int token = tokenHead / heads;
            int head = tokenHead - token * heads;
            int output = (unit - tokenHead * pieces) * GroupRows.OUTPUTS;
            int row = head * headRows + rowAt;
            int n0 = row + output;
            int n1 = row + Math.min(output + 1, outputs - 1);
            int n2 = row + Math.min(output + 2, outputs - 1);
            int n3 = row + Math.min(output + 3, outputs - 1);
            int from = tokenHead * latent;
            float a = 0f;
            float b = 0f;
            float c = 0f;
            float d = 0f;
            for (int i = item; i < words; i += items) {
                float s = x.get(from + i);
                a += w.get(n0 * words + i) * s;
                b += w.get(n1 * words + i) * s;
                c += w.get(n2 * words + i) * s;
                d += w.get(n3 * words + i) * s;
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
                GroupRows.within(y, token * yStride + head * outputs, output + o, outputs, near[o * Groups.MOST_ITEMS]);
            }
            context.localBarrier();
        }
    }
}
