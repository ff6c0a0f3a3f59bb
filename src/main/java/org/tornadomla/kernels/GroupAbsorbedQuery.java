package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of queries into the latent space for many cores, with rows of the expansion's own matrix: a group takes a
 * token, a head and a word of latent columns for each item. The rows of new tokens go to the pool beside it, a group a
 * row: one needs nothing of the other, and both come between the projection and attention.
 */
public final class GroupAbsorbedQuery {

    private GroupAbsorbedQuery() {
    }

    /**
     * Computes {@code y[t, h, n] = sum over i of x[t, h, i] W[h, i, n]}, and writes new rows of the pool.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x        [tokens, xStride] floats, a row of heads of xStep. Not modified
     * @param w        [heads, nope + value, latent] floats. Not modified
     * @param step     counts and write records. Not modified
     * @param heads    number of heads
     * @param inputs   numbers of a head that count, its part without position
     * @param headRows rows of a head in w
     * @param latent   numbers of a row of w
     * @param xStride  floats between rows of x
     * @param xStep    floats between heads of x
     * @param kv       [context tokens, kvStride] floats, as {@link GroupPool#write} reads them. Not modified
     * @param kvStride floats between rows of kv
     * @param norm     [latent + 1] floats: weights of the latent's norm, and what it adds to the mean square. Not
     *                     modified
     * @param angles   [positions, rope] floats, as {@link Turns} reads them. Not modified
     * @param flags    of {@link GroupPool}, added to the rotary layout
     * @param pool     [slots, latent and rotary key, each padded to sixteen] floats. Rows named by the write records
     *                     are modified
     * @param pairs    [slots, ints of a row] pairs of {@link Bf16} numbers: the pool, where flags say so
     * @param y        [tokens, heads, latent] floats. Modified
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray w, IntArray step, int heads, int inputs,
            int headRows, int latent, int xStride, int xStep, FloatArray kv, int kvStride, FloatArray norm,
            FloatArray angles, int flags, FloatArray pool, IntArray pairs, FloatArray y) {
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int ropeDim = xStep - inputs;
        int writes = GroupPool.writes(step, flags);
        // From the last group on: the first ones have queries.
        for (int write = teams - 1 - context.groupIdx; write < writes; write += teams) {
            near[item] = GroupPool.squares(kv, step, write, kvStride, latent, ropeDim, item, items);
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] += near[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float squares = 0f;
            // A load that is not used is one that TornadoVM's SPIR-V gets wrong.
            if ((flags & GroupPool.NORMALISE) != 0) {
                squares = near[0];
            }
            GroupPool.write(kv, norm, angles, step, write, item, items, squares, latent, ropeDim, kvStride, flags, pool,
                    pairs);
            context.localBarrier();
        }
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
                    a0 += w.get(row * words + word) * s;
                }
                y.set(tokenHead * latent + word, a0);
            }
        }
    }
}
