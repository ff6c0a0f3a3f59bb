package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The way of queries into the latent space of {@link GroupAbsorbedQuery} with weights of 8-bit floating numbers times a
 * scale.
 */
public final class GroupAbsorbedQueryFloat8 {

    private GroupAbsorbedQueryFloat8() {
    }

    /**
     * Computes {@code y[t, h, n] = sum over i of x[t, h, i] W[h, i, n]}, and writes new rows of the pool.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x        [tokens, xStride] floats, a row of heads of xStep. Not modified
     * @param w        [heads, nope + value, ceil(latent / 4)] ints of four codes of {@link Float8}, the first in the
     *                     lowest byte, each with its sign bit turned. Not modified
     * @param scales   [heads, nope + value, ceil(latent / scaled)] floats. Not modified
     * @param scaled   inputs of an output that share a scale, a multiple of 4
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
        int words = (latent + 3) / 4;
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
                for (int i = 0; i < inputs; i++) {
                    int row = head * headRows + i;
                    float s = x.get(from + i);
                    int part = row * parts + 4 * word / scaled;
                    int v = w.get(row * words + word);
                    a0 += GroupRows.scaled(Float8.of(v, 0) * s, s, scales, part, 0);
                    a1 += GroupRows.scaled(Float8.of(v, 8) * s, s, scales, part, 0);
                    a2 += GroupRows.scaled(Float8.of(v, 16) * s, s, scales, part, 0);
                    a3 += GroupRows.scaled(Float8.of(v, 24) * s, s, scales, part, 0);
                }
                GroupRows.within(y, tokenHead * latent, 4 * word, latent, a0);
                GroupRows.within(y, tokenHead * latent, 4 * word + 1, latent, a1);
                GroupRows.within(y, tokenHead * latent, 4 * word + 2, latent, a2);
                GroupRows.within(y, tokenHead * latent, 4 * word + 3, latent, a3);
            }
        }
    }
}
