package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import org.tornadomla.kernels.Softmax;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link AttentionRows} for many cores: a group takes a head of 32 queries, and goes through the keys that any of them
 * sees, 32 at a time. Weighted sums stand in the result itself; a work-item has the same ones in every turn.
 */
public final class GroupAttention {

    private static final int LEFT = AttentionTiles.SIZE;
    private static final int RIGHT = 2 * AttentionTiles.SIZE;

    private GroupAttention() {
    }

    /**
     * Attends.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param q        [queries, query stride] floats: a head's content, then its rotary part. Not modified
     * @param kv       [keys, key stride] floats: a head's content, then its value. Not modified
     * @param kr       [keys, rope stride] floats; any array without a rotary part. Not modified
     * @param spans    [queries, 2], first key row that a query sees, and one past the last. Not modified
     * @param sizes    an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt index of the record in sizes
     * @param heads    number of heads
     * @param content  floats of a head's content
     * @param rope     floats of the rotary part; 0 without
     * @param values   floats of a head's value
     * @param scale    on scores
     * @param logSums  [heads, queries] floats. Modified
     * @param o        [queries, value stride] floats; zeros where a query sees no key. Modified
     */
    public static void forward(KernelContext context, FloatArray q, FloatArray kv, FloatArray kr, IntArray spans,
            IntArray sizes, int layoutAt, int heads, int content, int rope, int values, float scale, FloatArray logSums,
            FloatArray o) {
        float[] near = context.allocateFloatLocalArray(3 * AttentionTiles.SIZE);
        float[] maxima = context.allocateFloatLocalArray(AttentionTiles.TILE);
        float[] sums = context.allocateFloatLocalArray(AttentionTiles.TILE);
        float[] factors = context.allocateFloatLocalArray(AttentionTiles.TILE);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int queries = sizes.get(layoutAt + AttentionLayout.QUERIES);
        int sequenceQueries = sizes.get(layoutAt + AttentionLayout.SEQUENCE_QUERIES);
        int queryStride = sizes.get(layoutAt + AttentionLayout.QUERY_STRIDE) * 16;
        int keyStride = sizes.get(layoutAt + AttentionLayout.KEY_STRIDE) * 16;
        int ropeStride = sizes.get(layoutAt + AttentionLayout.ROPE_STRIDE) * 16;
        int valueStride = sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) * 16;
        int width = content + rope;
        int units = AttentionTiles.tiles(queries, sequenceQueries) * heads;
        // A bound that is no constant: unrolled, the barriers are too many for some compilers.
        int inner = Math.min(width, units * width);
        for (int unit = context.groupIdx; unit < units; unit += groups) {
            int tile = unit / heads;
            int head = unit - tile * heads;
            int begin = AttentionTiles.first(tile, sequenceQueries);
            int end = AttentionTiles.end(tile, sequenceQueries);
            int firstKey = Integer.MAX_VALUE;
            int lastKey = 0;
            for (int row = begin; row < end; row++) {
                if (spans.get(2 * row) < spans.get(2 * row + 1)) {
                    firstKey = Math.min(firstKey, spans.get(2 * row));
                    lastKey = Math.max(lastKey, spans.get(2 * row + 1));
                }
            }
            for (int i = item; i < AttentionTiles.TILE; i += items) {
                maxima[i] = Softmax.HIDDEN;
                sums[i] = 0f;
                factors[i] = 0f;
            }
            context.localBarrier();
            int begins = 1;
            for (int block = firstKey; block < lastKey; block += AttentionTiles.TILE) {
                for (int base = 0; base < AttentionTiles.CELLS; base += items) {
                    int column = (base + item) % AttentionTiles.TILE;
                    int rows = (base + item) / AttentionTiles.TILE * AttentionTiles.ROWS;
                    float s0 = 0f;
                    float s1 = 0f;
                    float s2 = 0f;
                    float s3 = 0f;
                    float s4 = 0f;
                    float s5 = 0f;
                    float s6 = 0f;
                    float s7 = 0f;
                    for (int from = 0; from < inner; from += AttentionTiles.TILE) {
                        for (int i = item; i < AttentionTiles.TILE * AttentionTiles.TILE; i += items) {
                            int row = i / AttentionTiles.TILE;
                            int place = i - row * AttentionTiles.TILE;
                            near[LEFT + row * AttentionTiles.PITCH + place] = AttentionTiles.ofQuery(q, q,
                                    AttentionTiles.SCORES, begin + row, end, from + place, width,
                                    (begin + row) * queryStride + head * width, 0);
                            near[RIGHT + row * AttentionTiles.PITCH + place] = AttentionTiles.ofKey(kv, kr, block + row,
                                    lastKey, from + place, content, width,
                                    (block + row) * keyStride + head * (content + values), (block + row) * ropeStride);
                        }
                        context.localBarrier();
                        if (base + item < AttentionTiles.CELLS) {
                            for (int place = 0; place < AttentionTiles.TILE; place++) {
                                float value = near[RIGHT + column * AttentionTiles.PITCH + place];
                                s0 += value * near[LEFT + (rows + 0) * AttentionTiles.PITCH + place];
                                s1 += value * near[LEFT + (rows + 1) * AttentionTiles.PITCH + place];
                                s2 += value * near[LEFT + (rows + 2) * AttentionTiles.PITCH + place];
                                s3 += value * near[LEFT + (rows + 3) * AttentionTiles.PITCH + place];
                                s4 += value * near[LEFT + (rows + 4) * AttentionTiles.PITCH + place];
                                s5 += value * near[LEFT + (rows + 5) * AttentionTiles.PITCH + place];
                                s6 += value * near[LEFT + (rows + 6) * AttentionTiles.PITCH + place];
                                s7 += value * near[LEFT + (rows + 7) * AttentionTiles.PITCH + place];
                            }
                        }
                        context.localBarrier();
                    }
                    if (base + item < AttentionTiles.CELLS) {
                        near[(rows + 0) * AttentionTiles.PITCH + column] = s0;
                        near[(rows + 1) * AttentionTiles.PITCH + column] = s1;
                        near[(rows + 2) * AttentionTiles.PITCH + column] = s2;
                        near[(rows + 3) * AttentionTiles.PITCH + column] = s3;
                        near[(rows + 4) * AttentionTiles.PITCH + column] = s4;
                        near[(rows + 5) * AttentionTiles.PITCH + column] = s5;
                        near[(rows + 6) * AttentionTiles.PITCH + column] = s6;
                        near[(rows + 7) * AttentionTiles.PITCH + column] = s7;
                    }
                }
                context.localBarrier();
                for (int i = item; i < AttentionTiles.TILE; i += items) {
                    int row = Math.min(begin + i, end - 1);
                    float largest = Softmax.HIDDEN;
                    for (int key = 0; key < AttentionTiles.TILE; key++) {
                        float score = Softmax.HIDDEN;
                        if (AttentionTiles.sees(spans, row, block + key) >= 0) {
                            score = near[i * AttentionTiles.PITCH + key] * scale;
                        }
                        near[i * AttentionTiles.PITCH + key] = score;
                        largest = TornadoMath.max(largest, score);
                    }
                    // Hidden scores lie far below half the limit, also where there are no others.
                    float top = TornadoMath.max(TornadoMath.max(maxima[i], largest), 0.5f * Softmax.HIDDEN_LIMIT);
                    float added = 0f;
                    for (int key = 0; key < AttentionTiles.TILE; key++) {
                        float weight = TornadoMath.exp(near[i * AttentionTiles.PITCH + key] - top);
                        near[i * AttentionTiles.PITCH + key] = weight;
                        added += weight;
                    }
                    float factor = TornadoMath.exp(maxima[i] - top);
                    factors[i] = factor;
                    sums[i] = sums[i] * factor + added;
                    maxima[i] = top;
                }
                context.localBarrier();
                int present = Math.min(AttentionTiles.TILE, lastKey - block);
                for (int cell = item; cell < AttentionTiles.TILE / AttentionTiles.ROWS * values; cell += items) {
                    int rows = cell / values;
                    int column = cell - rows * values;
                    int at = rows * AttentionTiles.ROWS;
                    int from = block * keyStride + head * (content + values) + content + column;
                    float s0 = 0f;
                    float s1 = 0f;
                    float s2 = 0f;
                    float s3 = 0f;
                    float s4 = 0f;
                    float s5 = 0f;
                    float s6 = 0f;
                    float s7 = 0f;
                    for (int key = 0; key < present; key++) {
                        float value = kv.get(from + key * keyStride);
                        s0 += value * near[(at + 0) * AttentionTiles.PITCH + key];
                        s1 += value * near[(at + 1) * AttentionTiles.PITCH + key];
                        s2 += value * near[(at + 2) * AttentionTiles.PITCH + key];
                        s3 += value * near[(at + 3) * AttentionTiles.PITCH + key];
                        s4 += value * near[(at + 4) * AttentionTiles.PITCH + key];
                        s5 += value * near[(at + 5) * AttentionTiles.PITCH + key];
                        s6 += value * near[(at + 6) * AttentionTiles.PITCH + key];
                        s7 += value * near[(at + 7) * AttentionTiles.PITCH + key];
                    }
                    int to = (begin + at) * valueStride + head * values + column;
                    AttentionTiles.mix(o, begin + at + 0, end, to + 0 * valueStride, factors[at + 0], s0, begins);
                    AttentionTiles.mix(o, begin + at + 1, end, to + 1 * valueStride, factors[at + 1], s1, begins);
                    AttentionTiles.mix(o, begin + at + 2, end, to + 2 * valueStride, factors[at + 2], s2, begins);
                    AttentionTiles.mix(o, begin + at + 3, end, to + 3 * valueStride, factors[at + 3], s3, begins);
                    AttentionTiles.mix(o, begin + at + 4, end, to + 4 * valueStride, factors[at + 4], s4, begins);
                    AttentionTiles.mix(o, begin + at + 5, end, to + 5 * valueStride, factors[at + 5], s5, begins);
                    AttentionTiles.mix(o, begin + at + 6, end, to + 6 * valueStride, factors[at + 6], s6, begins);
                    AttentionTiles.mix(o, begin + at + 7, end, to + 7 * valueStride, factors[at + 7], s7, begins);
                }
                begins = 0;
            }
            for (int cell = item; cell < AttentionTiles.TILE / AttentionTiles.ROWS * values; cell += items) {
                int rows = cell / values;
                int column = cell - rows * values;
                for (int i = rows * AttentionTiles.ROWS; i < (rows + 1) * AttentionTiles.ROWS; i++) {
                    float share = 0f;
                    if (sums[i] > 0f) {
                        share = 1f / sums[i];
                    }
                    AttentionTiles.mix(o, begin + i, end, (begin + i) * valueStride + head * values + column, share, 0f,
                            begins);
                }
            }
            for (int i = item; i < end - begin; i += items) {
                float logSum = AttentionRows.NO_KEYS;
                if (sums[i] > 0f) {
                    logSum = maxima[i] + TornadoMath.log(sums[i]);
                }
                logSums.set(head * queries + begin + i, logSum);
                // The last head of a row zeroes what is behind the heads.
                if (head == heads - 1) {
                    Cells.clear(o, (begin + i) * valueStride + heads * values, (begin + i + 1) * valueStride, 1, 0);
                }
            }
            context.localBarrier();
        }
    }
}
