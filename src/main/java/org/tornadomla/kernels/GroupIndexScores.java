package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link IndexScores} for many cores. A group takes a part of a token's keys, {@value #KEYS} at a time in local memory;
 * a work-item makes the products of four heads with four keys, neighbours those of neighbouring heads.
 */
public final class GroupIndexScores {

    /** Keys that stand in local memory at a time. */
    static final int KEYS = 32;
    /** Keys of a part. */
    static final int PART = 128;
    /** Heads, and keys, of a work-item. */
    static final int TILE = 4;

    private GroupIndexScores() {
    }

    /** Parts of so many keys. */
    public static int parts(int keys) {
        return (keys + PART - 1) / PART;
    }

    /**
     * Scores the keys of tokens that see more than they may attend to: for a query and a key the sum over heads of
     * weight times relu(query . key).
     *
     * @param context      groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param turned       [tokens, dim, heads] floats, as {@link GroupIndexRows} leaves them. Not modified
     * @param weights      [tokens, weightStride] floats; those of the heads begin at weightsAt. Not modified
     * @param pool         [slots, dim padded to sixteen] floats: keys. Not modified
     * @param step         counts, token records and block tables. Not modified
     * @param pageTokens   tokens of a page
     * @param heads        number of heads
     * @param dim          floats of a key
     * @param weightsAt    floats before the heads' weights in a row
     * @param weightStride floats between rows of weights
     * @param most         keys that a token attends to
     * @param stride       floats between rows of scores
     * @param scale        factor on all scores
     * @param scores       [tokens, stride] floats; that of key t is at place t of its row. Modified
     */
    public static void score(KernelContext context, FloatArray turned, FloatArray weights, FloatArray pool,
            IntArray step, int pageTokens, int heads, int dim, int weightsAt, int weightStride, int most, int stride,
            float scale, FloatArray scores) {
        float[] tile = context.allocateFloatLocalArray(KEYS * (dim + 1));
        float[] sums = context.allocateFloatLocalArray(KEYS * ((heads + TILE - 1) / TILE + 1));
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int group = context.groupIdx;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int words = Groups.padded(dim);
        int lanes = (heads + TILE - 1) / TILE;
        int tokens = step.get(StepLayout.ABSORBED_TOKENS);
        for (int token = 0; token < tokens; token++) {
            int record = step.get(StepLayout.TOKENS_AT) + token * StepLayout.TOKEN_RECORD;
            int table = Slots.table(step, record, step.get(StepLayout.TABLES_AT), step.get(StepLayout.TABLE_LENGTH));
            int from = step.get(record + StepLayout.TOKEN_FROM);
            int to = step.get(record + StepLayout.TOKEN_TO);
            int keys = to - from;
            int chosen = Math.min(1, Math.max(0, keys - most));
            int all = chosen * ((keys + PART - 1) / PART);
            // Tokens begin with different groups, so that the rest of one's parts and the next one's share the device.
            int first = group + token - Groups.quotient(group + token, groups) * groups;
            for (int part = first; part < all; part += groups) {
                int end = Math.min(from + (part + 1) * PART, to);
                for (int block = from + part * PART; block < end; block += KEYS) {
                    for (int i = item; i < KEYS * dim; i += items) {
                        int key = i / dim;
                        int e = i - key * dim;
                        float number = 0f;
                        if (block + key < end) {
                            number = pool.get(Slots.of(step, table, block + key, pageTokens) * words + e);
                        }
                        tile[key * (dim + 1) + e] = number;
                    }
                    context.localBarrier();
                    for (int work = item; work < lanes * (KEYS / TILE); work += items) {
                        int keyAt = work / lanes;
                        int lane = work - keyAt * lanes;
                        int q = token * dim * heads;
                        int h0 = Math.min(lane, heads - 1);
                        int h1 = Math.min(lane + lanes, heads - 1);
                        int h2 = Math.min(lane + 2 * lanes, heads - 1);
                        int h3 = Math.min(lane + 3 * lanes, heads - 1);
                        int k0 = keyAt * TILE * (dim + 1);
                        int k1 = k0 + dim + 1;
                        int k2 = k1 + dim + 1;
                        int k3 = k2 + dim + 1;
                        float s00 = 0f;
                        float s01 = 0f;
                        float s02 = 0f;
                        float s03 = 0f;
                        float s10 = 0f;
                        float s11 = 0f;
                        float s12 = 0f;
                        float s13 = 0f;
                        float s20 = 0f;
                        float s21 = 0f;
                        float s22 = 0f;
                        float s23 = 0f;
                        float s30 = 0f;
                        float s31 = 0f;
                        float s32 = 0f;
                        float s33 = 0f;
                        for (int e = 0; e < dim; e++) {
                            float a0 = turned.get(q + e * heads + h0);
                            float a1 = turned.get(q + e * heads + h1);
                            float a2 = turned.get(q + e * heads + h2);
                            float a3 = turned.get(q + e * heads + h3);
                            float b0 = tile[k0 + e];
                            float b1 = tile[k1 + e];
                            float b2 = tile[k2 + e];
                            float b3 = tile[k3 + e];
                            s00 += a0 * b0;
                            s01 += a0 * b1;
                            s02 += a0 * b2;
                            s03 += a0 * b3;
                            s10 += a1 * b0;
                            s11 += a1 * b1;
                            s12 += a1 * b2;
                            s13 += a1 * b3;
                            s20 += a2 * b0;
                            s21 += a2 * b1;
                            s22 += a2 * b2;
                            s23 += a2 * b3;
                            s30 += a3 * b0;
                            s31 += a3 * b1;
                            s32 += a3 * b2;
                            s33 += a3 * b3;
                        }
                        // Heads behind the last count nothing. No choice between floats by a number: see Turns.
                        int w = token * weightStride + weightsAt;
                        float w0 = weights.get(w + h0);
                        float w1 = weights.get(w + h1) * Math.min(1, Math.max(0, heads - lane - lanes));
                        float w2 = weights.get(w + h2) * Math.min(1, Math.max(0, heads - lane - 2 * lanes));
                        float w3 = weights.get(w + h3) * Math.min(1, Math.max(0, heads - lane - 3 * lanes));
                        int at = keyAt * TILE * (lanes + 1) + lane;
                        sums[at] = w0 * TornadoMath.max(s00, 0f) + w1 * TornadoMath.max(s10, 0f)
                                + w2 * TornadoMath.max(s20, 0f) + w3 * TornadoMath.max(s30, 0f);
                        sums[at + lanes + 1] = w0 * TornadoMath.max(s01, 0f) + w1 * TornadoMath.max(s11, 0f)
                                + w2 * TornadoMath.max(s21, 0f) + w3 * TornadoMath.max(s31, 0f);
                        sums[at + 2 * (lanes + 1)] = w0 * TornadoMath.max(s02, 0f) + w1 * TornadoMath.max(s12, 0f)
                                + w2 * TornadoMath.max(s22, 0f) + w3 * TornadoMath.max(s32, 0f);
                        sums[at + 3 * (lanes + 1)] = w0 * TornadoMath.max(s03, 0f) + w1 * TornadoMath.max(s13, 0f)
                                + w2 * TornadoMath.max(s23, 0f) + w3 * TornadoMath.max(s33, 0f);
                    }
                    context.localBarrier();
                    for (int key = item; key < Math.min(KEYS, end - block); key += items) {
                        float score = 0f;
                        for (int lane = 0; lane < lanes; lane++) {
                            score += sums[key * (lanes + 1) + lane];
                        }
                        scores.set(token * stride + block + key, score * scale);
                    }
                }
            }
        }
    }
}
