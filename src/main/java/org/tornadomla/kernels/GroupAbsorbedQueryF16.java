package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The way of queries into the latent space of {@link GroupAbsorbedQuery} with weights of 16-bit IEEE numbers. */
public final class GroupAbsorbedQueryF16 {

    private GroupAbsorbedQueryF16() {
    }

    /**
     * Computes {@code y[t, h, n] = scale * sum over i of x[t, h, i] W[h, i, n]}.
     *
     * @param context  any groups
     * @param x        [tokens, xStride] floats, a row of heads of xStep. Not modified
     * @param w        [heads, nope + value, latent] 16-bit numbers. Not modified
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
    public static void rows(KernelContext context, FloatArray x, HalfFloatArray w, IntArray step, int heads, int inputs,
            int headRows, int latent, int xStride, int xStep, float scale, FloatArray y) {
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int words = latent;
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
                for (int i = 0; i < inputs; i++) {
                    int row = head * headRows + i;
                    float s = x.get(from + i);
                    a0 += w.get(row * words + word).getFloat32() * s;
                }
                y.set(tokenHead * latent + word, scale * a0);
            }
        }
    }
}
