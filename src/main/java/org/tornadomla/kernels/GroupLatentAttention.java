package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Absorbed attention for many cores. A group takes eight heads of a query, one range of its keys and up to four columns
 * of the latent for each work-item. It brings eight keys at a time to local memory, once, for the scores of all heads
 * and for the weighted sums. Scores are made in tiles of four heads by four keys, the inner width shared by the
 * work-items; the sums of four columns by eight heads stay in registers from the first key to the last. A pool of
 * bfloat16 numbers is widened on its way to local memory; all arithmetic is float32.
 */
public final class GroupLatentAttention {

    /** Heads of a group. */
    static final int HEADS = 8;
    /** Keys that stand in local memory at a time. */
    static final int KEYS = 8;
    /** Columns of a work-item. */
    static final int COLUMNS = 4;
    /** Most parts of the inner width of scores. */
    static final int SHARES = Groups.MOST_ITEMS / 4;

    private GroupLatentAttention() {
    }

    /** Groups that the heads of a query are divided among. */
    public static int slices(int heads) {
        return (heads + HEADS - 1) / HEADS;
    }

    /** Groups of so many work-items that the columns of a latent are divided among. */
    public static int parts(int latentDim, int items) {
        return (latentDim + COLUMNS * items - 1) / (COLUMNS * items);
    }

    /**
     * Attends to one range of keys for {@value GroupLatentAttention#HEADS} heads a group, and leaves partial results
     * for {@link GroupMerge}. The rotary part of the queries is turned on its way.
     *
     * @param context      groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param packed       [tokens, heads, latentDim] floats: the queries in the latent space. Not modified
     * @param q            [tokens, qStride] floats, a row of heads of [nopeDim | ropeDim]. Not modified
     * @param angles       [positions, ropeDim] floats, as {@link Turns} reads them. Not modified
     * @param pool         [slots, latent and rotary key, each padded to sixteen] floats. Not modified
     * @param pairs        [slots, ints of a row] pairs of {@link Bf16} numbers, or {@link Int8Rows}: the pool, where
     *                         flags say so. Not modified
     * @param mask         additive, read in rounds that have one, as the token records say. Not modified
     * @param step         counts, token records and block tables. Not modified
     * @param chosen       [tokens, most] keys of each token in ascending order, read where most is not 0. Not modified
     * @param most         most chosen keys of a token; 0 where all that it sees are attended to
     * @param pageTokens   tokens of a page
     * @param heads        number of heads
     * @param nopeDim      floats of a head's part without position
     * @param latentDim    floats of a latent
     * @param ropeDim      floats of a rotary key
     * @param qStride      floats between rows of q
     * @param scale        factor on scores: the softmax scale
     * @param flags        rotary layout, {@link GroupPool#NARROW}, {@link GroupPool#BYTES}
     * @param statisticsAt where the statistics begin in partial
     * @param partial      [units, heads, latentDim] floats: weighted sums of latents, not divided by the sum of
     *                         weights; from statisticsAt on [units, heads, 2]: the largest score and the sum of
     *                         exp(score - largest). Modified
     */
    public static void split(KernelContext context, FloatArray packed, FloatArray q, FloatArray angles, FloatArray pool,
            IntArray pairs, FloatArray mask, IntArray step, IntArray chosen, int most, int pageTokens, int heads,
            int nopeDim, int latentDim, int ropeDim, int qStride, float scale, int flags, int statisticsAt,
            FloatArray partial) {
        float[] tile = context
                .allocateFloatLocalArray(KEYS * (((latentDim + 15) / 16 + (ropeDim + 15) / 16 + 1) / 2 * 32 + 1));
        float[] turned = context.allocateFloatLocalArray(HEADS * ropeDim);
        float[] parts = context.allocateFloatLocalArray(SHARES * (HEADS * KEYS + 1));
        float[] weights = context.allocateFloatLocalArray(HEADS * KEYS);
        float[] factors = context.allocateFloatLocalArray(HEADS);
        float[] maxima = context.allocateFloatLocalArray(HEADS);
        float[] sums = context.allocateFloatLocalArray(HEADS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int ropeAt = Groups.padded(latentDim);
        int words = GroupPool.words(latentDim, ropeDim, flags);
        if ((flags & GroupPool.BYTES) != 0) {
            words = GroupInt8Rows.words(latentDim, ropeDim);
        }
        int rowNumbers = ropeAt + Groups.padded(ropeDim);
        int stride = 2 * Groups.pairs(latentDim, ropeDim) + 1;
        int slices = (heads + HEADS - 1) / HEADS;
        int columnParts = Groups.quotient(latentDim + COLUMNS * items - 1, COLUMNS * items);
        int shares = Math.min(SHARES, Math.max(1, items / 4));
        int all = step.get(StepLayout.SPLIT_UNITS) * slices * columnParts;
        for (int number = context.groupIdx; number < all; number += groups) {
            int unitSlice = Groups.quotient(number, columnParts);
            int columnPart = number - unitSlice * columnParts;
            int unit = unitSlice / slices;
            int firstHead = (unitSlice - unit * slices) * HEADS;
            int first = columnPart * COLUMNS * items + item;
            int token = Groups.quotient(unit, step.get(StepLayout.SPLITS));
            int record = Slots.record(step, step.get(StepLayout.TOKENS_AT), unit);
            int table = Slots.table(step, record, step.get(StepLayout.TABLES_AT), step.get(StepLayout.TABLE_LENGTH));
            int position = step.get(record + StepLayout.TOKEN_POSITION);
            int begin = Slots.firstPlace(step, record, unit, most);
            int end = Slots.lastPlace(step, record, begin, most);
            for (int i = item; i < HEADS * ropeDim; i += items) {
                int head = Math.min(firstHead + i / ropeDim, heads - 1);
                int at = token * qStride + head * (nopeDim + ropeDim) + nopeDim;
                turned[i] = Turns.element(q, at, angles, position, ropeDim, GroupPool.layout(flags), i % ropeDim);
            }
            for (int head = item; head < HEADS; head += items) {
                maxima[head] = Softmax.HIDDEN;
                sums[head] = 0f;
            }
            int c0 = Math.min(first, latentDim - 1);
            int c1 = Math.min(first + items, latentDim - 1);
            int c2 = Math.min(first + 2 * items, latentDim - 1);
            int c3 = Math.min(first + 3 * items, latentDim - 1);
            float a00 = 0f;
            float a01 = 0f;
            float a02 = 0f;
            float a03 = 0f;
            float a10 = 0f;
            float a11 = 0f;
            float a12 = 0f;
            float a13 = 0f;
            float a20 = 0f;
            float a21 = 0f;
            float a22 = 0f;
            float a23 = 0f;
            float a30 = 0f;
            float a31 = 0f;
            float a32 = 0f;
            float a33 = 0f;
            float a40 = 0f;
            float a41 = 0f;
            float a42 = 0f;
            float a43 = 0f;
            float a50 = 0f;
            float a51 = 0f;
            float a52 = 0f;
            float a53 = 0f;
            float a60 = 0f;
            float a61 = 0f;
            float a62 = 0f;
            float a63 = 0f;
            float a70 = 0f;
            float a71 = 0f;
            float a72 = 0f;
            float a73 = 0f;
            for (int block = begin; block < end; block += KEYS) {
                // Rows of 8 bits come number by number, the others int by int.
                int numbers = (flags & GroupPool.BYTES) / GroupPool.BYTES * rowNumbers;
                for (int i = item; i < KEYS * numbers; i += items) {
                    int key = i / rowNumbers;
                    int place = i - key * rowNumbers;
                    float element = 0f;
                    if (block + key < end) {
                        int at = Slots.of(step, table, Slots.key(chosen, token * most, most, block + key), pageTokens)
                                * words;
                        element = GroupInt8Rows.number(pairs, at, place, latentDim, ropeDim);
                    }
                    tile[key * stride + place] = element;
                }
                int whole = (1 - (flags & GroupPool.BYTES) / GroupPool.BYTES) * words;
                for (int i = item; i < KEYS * whole; i += items) {
                    int key = i / words;
                    int place = i - key * words;
                    float element = 0f;
                    float second = 0f;
                    if (block + key < end) {
                        int at = Slots.of(step, table, Slots.key(chosen, token * most, most, block + key), pageTokens)
                                * words + place;
                        if ((flags & GroupPool.NARROW) != 0) {
                            int pair = pairs.get(at);
                            element = Bf16.lower(pair);
                            second = Bf16.upper(pair);
                        } else {
                            element = pool.get(at);
                        }
                    }
                    if ((flags & GroupPool.NARROW) != 0) {
                        tile[key * stride + Groups.lower(place)] = element;
                        tile[key * stride + Groups.lower(place) + Lanes.WIDTH] = second;
                    } else {
                        tile[key * stride + place] = element;
                    }
                }
                context.localBarrier();
                for (int work = item; work < 4 * shares; work += items) {
                    int quarter = Groups.quotient(work, shares);
                    int share = work - quarter * shares;
                    int headAt = quarter / 2 * 4;
                    int keyAt = quarter % 2 * 4;
                    int q0 = (token * heads + Math.min(firstHead + headAt + 0, heads - 1)) * latentDim;
                    int q1 = (token * heads + Math.min(firstHead + headAt + 1, heads - 1)) * latentDim;
                    int q2 = (token * heads + Math.min(firstHead + headAt + 2, heads - 1)) * latentDim;
                    int q3 = (token * heads + Math.min(firstHead + headAt + 3, heads - 1)) * latentDim;
                    int k0 = (keyAt + 0) * stride;
                    int k1 = (keyAt + 1) * stride;
                    int k2 = (keyAt + 2) * stride;
                    int k3 = (keyAt + 3) * stride;
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
                    for (int e = share; e < latentDim; e += shares) {
                        float a0 = packed.get(q0 + e);
                        float a1 = packed.get(q1 + e);
                        float a2 = packed.get(q2 + e);
                        float a3 = packed.get(q3 + e);
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
                    for (int e = share; e < ropeDim; e += shares) {
                        float a0 = turned[(headAt + 0) * ropeDim + e];
                        float a1 = turned[(headAt + 1) * ropeDim + e];
                        float a2 = turned[(headAt + 2) * ropeDim + e];
                        float a3 = turned[(headAt + 3) * ropeDim + e];
                        float b0 = tile[k0 + ropeAt + e];
                        float b1 = tile[k1 + ropeAt + e];
                        float b2 = tile[k2 + ropeAt + e];
                        float b3 = tile[k3 + ropeAt + e];
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
                    int to = share * (HEADS * KEYS + 1) + headAt * KEYS + keyAt;
                    parts[to + 0] = s00;
                    parts[to + 1] = s01;
                    parts[to + 2] = s02;
                    parts[to + 3] = s03;
                    parts[to + 8] = s10;
                    parts[to + 9] = s11;
                    parts[to + 10] = s12;
                    parts[to + 11] = s13;
                    parts[to + 16] = s20;
                    parts[to + 17] = s21;
                    parts[to + 18] = s22;
                    parts[to + 19] = s23;
                    parts[to + 24] = s30;
                    parts[to + 25] = s31;
                    parts[to + 26] = s32;
                    parts[to + 27] = s33;
                }
                context.localBarrier();
                for (int i = item; i < HEADS * KEYS; i += items) {
                    float score = 0f;
                    for (int share = 0; share < shares; share++) {
                        score += parts[share * (HEADS * KEYS + 1) + i];
                    }
                    score *= scale;
                    int key = block + i % KEYS;
                    if (key >= end) {
                        score = Softmax.HIDDEN;
                    } else if (step.get(StepLayout.MASKED) == 1) {
                        int head = Math.min(firstHead + i / KEYS, heads - 1);
                        score += mask.get(
                                step.get(record + StepLayout.TOKEN_MASK) + head * step.get(StepLayout.MASK_HEAD_STRIDE)
                                        + Slots.key(chosen, token * most, most, key));
                    }
                    weights[i] = score;
                }
                context.localBarrier();
                for (int head = item; head < HEADS; head += items) {
                    float before = maxima[head];
                    float next = before;
                    for (int i = 0; i < KEYS; i++) {
                        next = TornadoMath.max(next, weights[head * KEYS + i]);
                    }
                    float factor = TornadoMath.exp(before - next);
                    float sum = sums[head] * factor;
                    for (int i = 0; i < KEYS; i++) {
                        float weight = 0f;
                        if (weights[head * KEYS + i] > Softmax.HIDDEN_LIMIT) {
                            weight = TornadoMath.exp(weights[head * KEYS + i] - next);
                        }
                        weights[head * KEYS + i] = weight;
                        sum += weight;
                    }
                    maxima[head] = next;
                    sums[head] = sum;
                    factors[head] = factor;
                }
                context.localBarrier();
                float f0 = factors[0];
                a00 *= f0;
                a01 *= f0;
                a02 *= f0;
                a03 *= f0;
                float f1 = factors[1];
                a10 *= f1;
                a11 *= f1;
                a12 *= f1;
                a13 *= f1;
                float f2 = factors[2];
                a20 *= f2;
                a21 *= f2;
                a22 *= f2;
                a23 *= f2;
                float f3 = factors[3];
                a30 *= f3;
                a31 *= f3;
                a32 *= f3;
                a33 *= f3;
                float f4 = factors[4];
                a40 *= f4;
                a41 *= f4;
                a42 *= f4;
                a43 *= f4;
                float f5 = factors[5];
                a50 *= f5;
                a51 *= f5;
                a52 *= f5;
                a53 *= f5;
                float f6 = factors[6];
                a60 *= f6;
                a61 *= f6;
                a62 *= f6;
                a63 *= f6;
                float f7 = factors[7];
                a70 *= f7;
                a71 *= f7;
                a72 *= f7;
                a73 *= f7;
                for (int key = 0; key < KEYS; key++) {
                    float v0 = tile[key * stride + c0];
                    float v1 = tile[key * stride + c1];
                    float v2 = tile[key * stride + c2];
                    float v3 = tile[key * stride + c3];
                    float w0 = weights[0 + key];
                    a00 += w0 * v0;
                    a01 += w0 * v1;
                    a02 += w0 * v2;
                    a03 += w0 * v3;
                    float w1 = weights[8 + key];
                    a10 += w1 * v0;
                    a11 += w1 * v1;
                    a12 += w1 * v2;
                    a13 += w1 * v3;
                    float w2 = weights[16 + key];
                    a20 += w2 * v0;
                    a21 += w2 * v1;
                    a22 += w2 * v2;
                    a23 += w2 * v3;
                    float w3 = weights[24 + key];
                    a30 += w3 * v0;
                    a31 += w3 * v1;
                    a32 += w3 * v2;
                    a33 += w3 * v3;
                    float w4 = weights[32 + key];
                    a40 += w4 * v0;
                    a41 += w4 * v1;
                    a42 += w4 * v2;
                    a43 += w4 * v3;
                    float w5 = weights[40 + key];
                    a50 += w5 * v0;
                    a51 += w5 * v1;
                    a52 += w5 * v2;
                    a53 += w5 * v3;
                    float w6 = weights[48 + key];
                    a60 += w6 * v0;
                    a61 += w6 * v1;
                    a62 += w6 * v2;
                    a63 += w6 * v3;
                    float w7 = weights[56 + key];
                    a70 += w7 * v0;
                    a71 += w7 * v1;
                    a72 += w7 * v2;
                    a73 += w7 * v3;
                }
                context.localBarrier();
            }
            int to = (unit * heads + firstHead) * latentDim;
            if (firstHead + 0 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + first + 0 * items, a00);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + first + 1 * items, a01);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + first + 2 * items, a02);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + first + 3 * items, a03);
                }
            }
            if (firstHead + 1 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 1 * latentDim + first + 0 * items, a10);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 1 * latentDim + first + 1 * items, a11);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 1 * latentDim + first + 2 * items, a12);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 1 * latentDim + first + 3 * items, a13);
                }
            }
            if (firstHead + 2 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 2 * latentDim + first + 0 * items, a20);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 2 * latentDim + first + 1 * items, a21);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 2 * latentDim + first + 2 * items, a22);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 2 * latentDim + first + 3 * items, a23);
                }
            }
            if (firstHead + 3 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 3 * latentDim + first + 0 * items, a30);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 3 * latentDim + first + 1 * items, a31);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 3 * latentDim + first + 2 * items, a32);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 3 * latentDim + first + 3 * items, a33);
                }
            }
            if (firstHead + 4 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 4 * latentDim + first + 0 * items, a40);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 4 * latentDim + first + 1 * items, a41);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 4 * latentDim + first + 2 * items, a42);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 4 * latentDim + first + 3 * items, a43);
                }
            }
            if (firstHead + 5 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 5 * latentDim + first + 0 * items, a50);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 5 * latentDim + first + 1 * items, a51);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 5 * latentDim + first + 2 * items, a52);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 5 * latentDim + first + 3 * items, a53);
                }
            }
            if (firstHead + 6 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 6 * latentDim + first + 0 * items, a60);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 6 * latentDim + first + 1 * items, a61);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 6 * latentDim + first + 2 * items, a62);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 6 * latentDim + first + 3 * items, a63);
                }
            }
            if (firstHead + 7 < heads) {
                if (first + 0 * items < latentDim) {
                    partial.set(to + 7 * latentDim + first + 0 * items, a70);
                }
                if (first + 1 * items < latentDim) {
                    partial.set(to + 7 * latentDim + first + 1 * items, a71);
                }
                if (first + 2 * items < latentDim) {
                    partial.set(to + 7 * latentDim + first + 2 * items, a72);
                }
                if (first + 3 * items < latentDim) {
                    partial.set(to + 7 * latentDim + first + 3 * items, a73);
                }
            }
            if (columnPart == 0) {
                for (int head = item; head < HEADS; head += items) {
                    if (firstHead + head < heads) {
                        int at = statisticsAt + 2 * (unit * heads + firstHead + head);
                        partial.set(at, maxima[head]);
                        partial.set(at + 1, sums[head]);
                    }
                }
            }
        }
    }
}
