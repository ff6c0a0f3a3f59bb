package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The way of queries into the latent space of {@link GroupAbsorbedQuery} with weights of {@link Bf16} numbers. */
public final class GroupAbsorbedQueryBf16 {

    private GroupAbsorbedQueryBf16() {
    }

    /**
     * Computes {@code y[t, h, n] = scale * sum over i of x[t, h, i] W[h, i, n]}.
     *
     * @param context  any groups
     * @param x        [tokens, xStride] floats, a row of heads of xStep. Not modified
     * @param w        [heads, nope + value, ceil(latent / 2)] ints of two {@link Bf16} numbers, the first in the lower
     *                     half. Not modified
     * @param step     the number of tokens. Not modified
     * @param heads    number of heads
     * @param inputs   numbers of a head that count, its part without position
     * @param headRows rows of a head in w
     * @param latent   numbers of a row of w
     * @param xStride  floats between rows of x
     * @param xStep    floats between heads of x
     * @param scale    factor on all that is written
     * @param y        [tokens, heads, latent] floats. Modified
     */
    public static void rows(KernelContext context, FloatArray x, IntArray w, IntArray step, int heads, int inputs,
            int headRows, int latent, int xStride, int xStep, float scale, FloatArray y) {
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int words = (latent + 1) / 2;
        int pieces = Groups.quotient(words + items - 1, items);
        int all = step.get(StepLayout.ABSORBED_TOKENS) * heads * pieces;
        for (int unit = context.groupIdx; unit < all; unit += teams) {
            int tokenHead = Groups.quotient(unit, pieces);
            int token = tokenHead / heads;
            int head = tokenHead - token * heads;
            int word = (unit - tokenHead * pieces) * items + item;
            int from = token * xStride + head * xStep;
            if (word < words) {
                float a0 = 0f;
                float a1 = 0f;
                for (int i = 0; i < inputs; i++) {
                    int row = head * headRows + i;
                    float s = x.get(from + i);
                    int v = w.get(row * words + word);
                    a0 += Bf16.lower(v) * s;
                    a1 += Bf16.upper(v) * s;
                }
                GroupRows.within(y, tokenHead * latent, 2 * word, latent, scale * a0);
                GroupRows.within(y, tokenHead * latent, 2 * word + 1, latent, scale * a1);
            }
        }
    }
}
