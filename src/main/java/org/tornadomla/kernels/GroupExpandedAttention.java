package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link ExpandedAttention} for many cores. A group takes one head of a tile of up to sixteen consecutive tokens of a
 * sequence and brings eight of their keys and values at a time to local memory. Scores are made in tiles of four tokens
 * by four keys, the inner width shared by the work-items; a work-item then keeps the weighted sums of four columns for
 * four tokens.
 */
public final class GroupExpandedAttention {

    private static final int QUERIES = StepLayout.TILE_TOKENS;
    private static final int KEYS = 8;
    /** Floats between rows in local memory: four rows on, sixteen neighbours have the other banks. */
    private static final int APART = 4;
    private static final int COLUMNS = 4;
    private static final int FOURS = QUERIES / 4;
    /** Tiles of four tokens by four keys. */
    private static final int TILES = QUERIES * KEYS / 16;
    private static final int SHARES = Groups.MOST_ITEMS / TILES;

    private GroupExpandedAttention() {
    }

    /**
     * Attends one head of one query tile a group. The rotary part of the queries is turned on its way.
     *
     * @param context     groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param q           [tokens, qStride] floats, a row of heads of [nopeDim | ropeDim]. Not modified
     * @param expanded    [expanded keys, expandedRow] floats, a row of heads of [nopeDim | valueDim]. Not modified
     * @param rotary      [expanded keys, ropeDim] floats: rotary keys, turned. Not modified
     * @param angles      [positions, ropeDim] floats, as {@link Turns} reads them. Not modified
     * @param mask        additive, read in rounds that have one, as the token records say. Not modified
     * @param step        counts, token and tile records. Not modified
     * @param tokensAt    where the token records begin in step
     * @param tilesAt     where the tile records begin in step
     * @param heads       number of heads
     * @param nopeDim     floats of a head's part without position
     * @param ropeDim     floats of a rotary key
     * @param valueDim    floats of a head's value
     * @param qStride     floats between rows of q
     * @param expandedRow floats between rows of expanded
     * @param valueStride floats between rows of values
     * @param scale       factor on the queries: the softmax scale
     * @param layout      the rotary layout
     * @param values      [tokens, valueStride] floats, a row of heads of valueDim. Modified
     */
    public static void tiles(KernelContext context, FloatArray q, FloatArray expanded, FloatArray rotary,
            FloatArray angles, FloatArray mask, IntArray step, int tokensAt, int tilesAt, int heads, int nopeDim,
            int ropeDim, int valueDim, int qStride, int expandedRow, int valueStride, float scale, int layout,
            FloatArray values) {
        float[] queries = context.allocateFloatLocalArray(QUERIES * (nopeDim + ropeDim + APART));
        float[] keys = context.allocateFloatLocalArray(KEYS * (nopeDim + ropeDim + APART));
        float[] contents = context.allocateFloatLocalArray(KEYS * valueDim);
        float[] parts = context.allocateFloatLocalArray(SHARES * (QUERIES * KEYS + 1));
        float[] weights = context.allocateFloatLocalArray(QUERIES * KEYS);
        float[] factors = context.allocateFloatLocalArray(QUERIES);
        float[] maxima = context.allocateFloatLocalArray(QUERIES);
        float[] sums = context.allocateFloatLocalArray(QUERIES);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int width = nopeDim + ropeDim;
        int stride = width + APART;
        // Work-items divide the tile's fours of tokens among them; few of them take one or two, and come again.
        int fours = Math.min(items, FOURS);
        if (fours == 3) {
            fours = 2;
        }
        int lanes = Groups.quotient(items, fours);
        int columnParts = Groups.quotient(valueDim + COLUMNS * lanes - 1, COLUMNS * lanes);
        int shares = Math.min(SHARES, Math.max(1, items / TILES));
        int tiles = step.get(StepLayout.TILE_UNITS) / heads;
        int queryParts = Groups.quotient(FOURS, fours);
        int all = step.get(StepLayout.TILE_UNITS) * columnParts * queryParts;
        for (int number = context.groupIdx; number < all; number += groups) {
            int queryPart = Groups.quotient(number, columnParts);
            int columnPart = number - queryPart * columnParts;
            int unit = Groups.quotient(queryPart, queryParts);
            int head = Groups.quotient(unit, tiles);
            int tile = tilesAt + (unit - head * tiles) * StepLayout.TILE_RECORD;
            int lane = Groups.quotient(item, lanes);
            int ownQuery = ((queryPart - unit * queryParts) * fours + Math.min(lane, fours - 1)) * 4;
            int first = columnPart * COLUMNS * lanes + item - lane * lanes;
            int token = step.get(tile + StepLayout.TILE_TOKEN);
            int count = step.get(tile + StepLayout.TILE_COUNT);
            int record = tokensAt + token * StepLayout.TOKEN_RECORD;
            int expandedAt = step.get(record + StepLayout.TOKEN_EXPANDED);
            int begin = step.get(record + StepLayout.TOKEN_FROM);
            int end = step.get(record + StepLayout.TOKEN_TO);
            for (int i = 1; i < count; i++) {
                begin = Math.min(begin, step.get(record + i * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_FROM));
                end = Math.max(end, step.get(record + i * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_TO));
            }
            for (int i = item; i < QUERIES * width; i += items) {
                int row = i / width;
                int e = i - row * width;
                int own = Math.min(row, count - 1);
                int at = (token + own) * qStride + head * width;
                float element = 0f;
                if (e < nopeDim) {
                    element = q.get(at + e);
                } else {
                    element = Turns.element(q, at + nopeDim, angles,
                            step.get(record + own * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_POSITION), ropeDim,
                            layout, e - nopeDim);
                }
                queries[row * stride + e] = scale * element;
            }
            for (int i = item; i < QUERIES; i += items) {
                maxima[i] = Softmax.HIDDEN;
                sums[i] = 0f;
            }
            int c0 = Math.min(first, valueDim - 1);
            int c1 = Math.min(first + lanes, valueDim - 1);
            int c2 = Math.min(first + 2 * lanes, valueDim - 1);
            int c3 = Math.min(first + 3 * lanes, valueDim - 1);
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
            for (int block = begin; block < end; block += KEYS) {
                for (int i = item; i < KEYS * width; i += items) {
                    int key = i / width;
                    int e = i - key * width;
                    int row = expandedAt + Math.min(block + key, end - 1);
                    float element = 0f;
                    if (e < nopeDim) {
                        element = expanded.get(row * expandedRow + head * (nopeDim + valueDim) + e);
                    } else {
                        element = rotary.get(row * ropeDim + e - nopeDim);
                    }
                    keys[key * stride + e] = element;
                }
                for (int i = item; i < KEYS * valueDim; i += items) {
                    int key = i / valueDim;
                    int row = expandedAt + Math.min(block + key, end - 1);
                    contents[i] = expanded
                            .get(row * expandedRow + head * (nopeDim + valueDim) + nopeDim + i - key * valueDim);
                }
                context.localBarrier();
                for (int work = item; work < TILES * shares; work += items) {
                    int square = Groups.quotient(work, shares);
                    int share = work - square * shares;
                    int queryAt = square / 2 * 4;
                    int keyAt = square % 2 * 4;
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
                    for (int e = share; e < width; e += shares) {
                        float a0 = queries[(queryAt + 0) * stride + e];
                        float a1 = queries[(queryAt + 1) * stride + e];
                        float a2 = queries[(queryAt + 2) * stride + e];
                        float a3 = queries[(queryAt + 3) * stride + e];
                        float b0 = keys[(keyAt + 0) * stride + e];
                        float b1 = keys[(keyAt + 1) * stride + e];
                        float b2 = keys[(keyAt + 2) * stride + e];
                        float b3 = keys[(keyAt + 3) * stride + e];
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
                    int to = share * (QUERIES * KEYS + 1) + queryAt * KEYS + keyAt;
                    parts[to + 0 * KEYS + 0] = s00;
                    parts[to + 0 * KEYS + 1] = s01;
                    parts[to + 0 * KEYS + 2] = s02;
                    parts[to + 0 * KEYS + 3] = s03;
                    parts[to + 1 * KEYS + 0] = s10;
                    parts[to + 1 * KEYS + 1] = s11;
                    parts[to + 1 * KEYS + 2] = s12;
                    parts[to + 1 * KEYS + 3] = s13;
                    parts[to + 2 * KEYS + 0] = s20;
                    parts[to + 2 * KEYS + 1] = s21;
                    parts[to + 2 * KEYS + 2] = s22;
                    parts[to + 2 * KEYS + 3] = s23;
                    parts[to + 3 * KEYS + 0] = s30;
                    parts[to + 3 * KEYS + 1] = s31;
                    parts[to + 3 * KEYS + 2] = s32;
                    parts[to + 3 * KEYS + 3] = s33;
                }
                context.localBarrier();
                for (int i = item; i < QUERIES * KEYS; i += items) {
                    float score = 0f;
                    for (int share = 0; share < shares; share++) {
                        score += parts[share * (QUERIES * KEYS + 1) + i];
                    }
                    int key = block + i % KEYS;
                    int own = record + Math.min(i / KEYS, count - 1) * StepLayout.TOKEN_RECORD;
                    int before = key < step.get(own + StepLayout.TOKEN_FROM) ? 1 : 0;
                    int behind = key >= step.get(own + StepLayout.TOKEN_TO) ? 1 : 0;
                    if (before + behind > 0) {
                        score = Softmax.HIDDEN;
                    } else if (step.get(StepLayout.MASKED) == 1) {
                        score += mask.get(step.get(own + StepLayout.TOKEN_MASK)
                                + head * step.get(StepLayout.MASK_HEAD_STRIDE) + key);
                    }
                    weights[i] = score;
                }
                context.localBarrier();
                for (int row = item; row < QUERIES; row += items) {
                    float before = maxima[row];
                    float next = before;
                    for (int i = 0; i < KEYS; i++) {
                        next = TornadoMath.max(next, weights[row * KEYS + i]);
                    }
                    float factor = TornadoMath.exp(before - next);
                    float sum = sums[row] * factor;
                    for (int i = 0; i < KEYS; i++) {
                        float weight = 0f;
                        if (weights[row * KEYS + i] > Softmax.HIDDEN_LIMIT) {
                            weight = TornadoMath.exp(weights[row * KEYS + i] - next);
                        }
                        weights[row * KEYS + i] = weight;
                        sum += weight;
                    }
                    maxima[row] = next;
                    sums[row] = sum;
                    factors[row] = factor;
                }
                context.localBarrier();
                float f0 = factors[ownQuery + 0];
                a00 *= f0;
                a01 *= f0;
                a02 *= f0;
                a03 *= f0;
                float f1 = factors[ownQuery + 1];
                a10 *= f1;
                a11 *= f1;
                a12 *= f1;
                a13 *= f1;
                float f2 = factors[ownQuery + 2];
                a20 *= f2;
                a21 *= f2;
                a22 *= f2;
                a23 *= f2;
                float f3 = factors[ownQuery + 3];
                a30 *= f3;
                a31 *= f3;
                a32 *= f3;
                a33 *= f3;
                for (int key = 0; key < KEYS; key++) {
                    float v0 = contents[key * valueDim + c0];
                    float v1 = contents[key * valueDim + c1];
                    float v2 = contents[key * valueDim + c2];
                    float v3 = contents[key * valueDim + c3];
                    float w0 = weights[(ownQuery + 0) * KEYS + key];
                    a00 += w0 * v0;
                    a01 += w0 * v1;
                    a02 += w0 * v2;
                    a03 += w0 * v3;
                    float w1 = weights[(ownQuery + 1) * KEYS + key];
                    a10 += w1 * v0;
                    a11 += w1 * v1;
                    a12 += w1 * v2;
                    a13 += w1 * v3;
                    float w2 = weights[(ownQuery + 2) * KEYS + key];
                    a20 += w2 * v0;
                    a21 += w2 * v1;
                    a22 += w2 * v2;
                    a23 += w2 * v3;
                    float w3 = weights[(ownQuery + 3) * KEYS + key];
                    a30 += w3 * v0;
                    a31 += w3 * v1;
                    a32 += w3 * v2;
                    a33 += w3 * v3;
                }
                context.localBarrier();
            }
            int owned = count;
            if (item >= fours * lanes) {
                owned = 0;
            }
            if (ownQuery + 0 < owned) {
                float inverse = 0f;
                if (sums[ownQuery + 0] > 0f) {
                    inverse = 1f / sums[ownQuery + 0];
                }
                int to = (token + ownQuery + 0) * valueStride + head * valueDim + first;
                if (first < valueDim) {
                    values.set(to, a00 * inverse);
                }
                if (first + 1 * lanes < valueDim) {
                    values.set(to + 1 * lanes, a01 * inverse);
                }
                if (first + 2 * lanes < valueDim) {
                    values.set(to + 2 * lanes, a02 * inverse);
                }
                if (first + 3 * lanes < valueDim) {
                    values.set(to + 3 * lanes, a03 * inverse);
                }
            }
            if (ownQuery + 1 < owned) {
                float inverse = 0f;
                if (sums[ownQuery + 1] > 0f) {
                    inverse = 1f / sums[ownQuery + 1];
                }
                int to = (token + ownQuery + 1) * valueStride + head * valueDim + first;
                if (first < valueDim) {
                    values.set(to, a10 * inverse);
                }
                if (first + 1 * lanes < valueDim) {
                    values.set(to + 1 * lanes, a11 * inverse);
                }
                if (first + 2 * lanes < valueDim) {
                    values.set(to + 2 * lanes, a12 * inverse);
                }
                if (first + 3 * lanes < valueDim) {
                    values.set(to + 3 * lanes, a13 * inverse);
                }
            }
            if (ownQuery + 2 < owned) {
                float inverse = 0f;
                if (sums[ownQuery + 2] > 0f) {
                    inverse = 1f / sums[ownQuery + 2];
                }
                int to = (token + ownQuery + 2) * valueStride + head * valueDim + first;
                if (first < valueDim) {
                    values.set(to, a20 * inverse);
                }
                if (first + 1 * lanes < valueDim) {
                    values.set(to + 1 * lanes, a21 * inverse);
                }
                if (first + 2 * lanes < valueDim) {
                    values.set(to + 2 * lanes, a22 * inverse);
                }
                if (first + 3 * lanes < valueDim) {
                    values.set(to + 3 * lanes, a23 * inverse);
                }
            }
            if (ownQuery + 3 < owned) {
                float inverse = 0f;
                if (sums[ownQuery + 3] > 0f) {
                    inverse = 1f / sums[ownQuery + 3];
                }
                int to = (token + ownQuery + 3) * valueStride + head * valueDim + first;
                if (first < valueDim) {
                    values.set(to, a30 * inverse);
                }
                if (first + 1 * lanes < valueDim) {
                    values.set(to + 1 * lanes, a31 * inverse);
                }
                if (first + 2 * lanes < valueDim) {
                    values.set(to + 2 * lanes, a32 * inverse);
                }
                if (first + 3 * lanes < valueDim) {
                    values.set(to + 3 * lanes, a33 * inverse);
                }
            }
            context.localBarrier();
        }
    }
}
