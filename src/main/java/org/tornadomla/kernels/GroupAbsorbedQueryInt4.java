package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of queries into the latent space of {@link GroupAbsorbedQuery} with weights of 4-bit whole numbers times a
 * scale.
 */
public final class GroupAbsorbedQueryInt4 {

    private GroupAbsorbedQueryInt4() {
    }

    /**
     * Computes {@code y[t, h, n] = sum over i of x[t, h, i] W[h, i, n]}, and writes new rows of the pool.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x        [tokens, xStride] floats, a row of heads of xStep. Not modified
     * @param w        [heads, nope + value, ceil(latent / 8)] ints of eight numbers, the first in the lowest bits;
     *                     without least values each is stored 8 too large. Not modified
     * @param scales   [heads, nope + value, ceil(latent / scaled)] floats, with least values two beside each other:
     *                     scale and least value. Not modified
     * @param scaled   inputs of an output that share a scale, a multiple of 8
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
    public static void rows(KernelContext context, FloatArray x, IntArray w, FloatArray scales, int scaled,
            IntArray step, int heads, int inputs, int headRows, int latent, int xStride, int xStep, FloatArray kv,
            int kvStride, FloatArray norm, FloatArray angles, int flags, FloatArray pool, IntArray pairs,
            FloatArray y) {
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
        int least = GroupPool.least(flags);
        int words = (latent + 7) / 8;
        int parts = (latent + scaled - 1) / scaled;
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
                float a2 = 0f;
                float a3 = 0f;
                float a4 = 0f;
                float a5 = 0f;
                float a6 = 0f;
                float a7 = 0f;
                for (int i = 0; i < inputs; i++) {
                    int row = head * headRows + i;
                    float s = x.get(from + i);
                    int part = row * parts + 8 * word / scaled;
                    int v = w.get(row * words + word);
                    a0 += GroupRows.scaled(GroupRows.nibbleOf(v, 0, least) * s, s, scales, part, least);
                    a1 += GroupRows.scaled(GroupRows.nibbleOf(v, 4, least) * s, s, scales, part, least);
                    a2 += GroupRows.scaled(GroupRows.nibbleOf(v, 8, least) * s, s, scales, part, least);
                    a3 += GroupRows.scaled(GroupRows.nibbleOf(v, 12, least) * s, s, scales, part, least);
                    a4 += GroupRows.scaled(GroupRows.nibbleOf(v, 16, least) * s, s, scales, part, least);
                    a5 += GroupRows.scaled(GroupRows.nibbleOf(v, 20, least) * s, s, scales, part, least);
                    a6 += GroupRows.scaled(GroupRows.nibbleOf(v, 24, least) * s, s, scales, part, least);
                    a7 += GroupRows.scaled(GroupRows.nibbleOf(v, 28, least) * s, s, scales, part, least);
                }
                GroupRows.within(y, tokenHead * latent, 8 * word, latent, a0);
                GroupRows.within(y, tokenHead * latent, 8 * word + 1, latent, a1);
                GroupRows.within(y, tokenHead * latent, 8 * word + 2, latent, a2);
                GroupRows.within(y, tokenHead * latent, 8 * word + 3, latent, a3);
                GroupRows.within(y, tokenHead * latent, 8 * word + 4, latent, a4);
                GroupRows.within(y, tokenHead * latent, 8 * word + 5, latent, a5);
                GroupRows.within(y, tokenHead * latent, 8 * word + 6, latent, a6);
                GroupRows.within(y, tokenHead * latent, 8 * word + 7, latent, a7);
            }
        }
    }
}
