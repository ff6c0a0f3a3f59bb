package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gradients of keys and values for many cores, see {@link AttentionGradient}: a group takes a head of 32 keys, and goes
 * through the queries of their sequence, 32 at a time, but for those of which none sees any of the keys. Sums stand in
 * the result itself; a work-item has the same ones in every turn.
 */
public final class GroupKeyGradient {

    private static final int LEFT = 2 * AttentionTiles.SIZE;
    private static final int RIGHT = 3 * AttentionTiles.SIZE;

    private GroupKeyGradient() {
    }

    /**
     * Gradients of keys and values.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param q          [queries, query stride] floats, as for {@link GroupAttention}. Not modified
     * @param kv         [keys, key stride] floats. Not modified
     * @param kr         [keys, rope stride] floats; any array without a rotary part. Not modified
     * @param dO         [queries, value stride] floats. Not modified
     * @param logSums    [heads, queries] floats. Not modified
     * @param deltas     [heads, queries] floats. Not modified
     * @param spans      [queries, 2], first key row that a query sees, and one past the last. Not modified
     * @param sizes      an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt   index of the record in sizes
     * @param heads      number of heads
     * @param content    floats of a head's content
     * @param rope       floats of the rotary part; 0 without
     * @param values     floats of a head's value
     * @param scale      on scores
     * @param accumulate 1 to add to what dkv holds
     * @param dkr        [keys, heads, rope] floats, what each head has for the rotary part that they share. Modified
     * @param dkv        [keys, key stride] floats. Modified
     */
    public static void keys(KernelContext context, FloatArray q, FloatArray kv, FloatArray kr, FloatArray dO,
            FloatArray logSums, FloatArray deltas, IntArray spans, IntArray sizes, int layoutAt, int heads, int content,
            int rope, int values, float scale, int accumulate, FloatArray dkr, FloatArray dkv) {
        float[] near = context.allocateFloatLocalArray(4 * AttentionTiles.SIZE);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int queries = sizes.get(layoutAt + AttentionLayout.QUERIES);
        int sequenceQueries = sizes.get(layoutAt + AttentionLayout.SEQUENCE_QUERIES);
        int queryStride = sizes.get(layoutAt + AttentionLayout.QUERY_STRIDE) * 16;
        int keyStride = sizes.get(layoutAt + AttentionLayout.KEY_STRIDE) * 16;
        int ropeStride = sizes.get(layoutAt + AttentionLayout.ROPE_STRIDE) * 16;
        int valueStride = sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) * 16;
        int sequenceKeys = sizes.get(layoutAt + AttentionLayout.SEQUENCE_KEYS);
        int keys = Groups.quotient(queries, sequenceQueries) * sequenceKeys;
        int width = content + rope;
        int columns = width + values;
        int units = AttentionTiles.tiles(keys, sequenceKeys) * heads;
        // No constant: unrolled, the barriers are too many for some compilers.
        int both = Math.min(2, 2 * units);
        for (int unit = context.groupIdx; unit < units; unit += groups) {
            int tile = unit / heads;
            int head = unit - tile * heads;
            int begin = AttentionTiles.first(tile, sequenceKeys);
            int end = AttentionTiles.end(tile, sequenceKeys);
            int firstQuery = Groups.quotient(begin, sequenceKeys) * sequenceQueries;
            int lastQuery = firstQuery + sequenceQueries;
            for (int cell = item; cell < AttentionTiles.TILE / AttentionTiles.ROWS * columns; cell += items) {
                int rows = cell / columns;
                int column = cell - rows * columns;
                for (int row = begin + rows * AttentionTiles.ROWS; row < begin
                        + (rows + 1) * AttentionTiles.ROWS; row++) {
                    AttentionTiles.beginKey(dkv, dkr, row, end, column, content, width,
                            row * keyStride + head * (content + values), (row * heads + head) * rope, accumulate);
                }
            }
            for (int block = firstQuery; block < lastQuery; block += AttentionTiles.TILE) {
                int seen = 0;
                for (int row = block; row < Math.min(block + AttentionTiles.TILE, lastQuery); row++) {
                    int from = Math.max(begin, spans.get(2 * row));
                    seen = Math.max(seen, Math.min(end, spans.get(2 * row + 1)) - from);
                }
                if (seen > 0) {
                    for (int which = 0; which < both; which++) {
                        int inner = width + which * (values - width);
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
                                    if (which == AttentionTiles.SCORES) {
                                        near[LEFT + row * AttentionTiles.PITCH + place] = AttentionTiles.ofKey(kv, kr,
                                                begin + row, end, from + place, content, width,
                                                (begin + row) * keyStride + head * (content + values),
                                                (begin + row) * ropeStride);
                                    } else {
                                        near[LEFT + row * AttentionTiles.PITCH + place] = Cells.within(kv, begin + row,
                                                end, from + place, values, (begin + row) * keyStride
                                                        + head * (content + values) + content + from + place);
                                    }
                                    near[RIGHT + row * AttentionTiles.PITCH + place] = AttentionTiles.ofQuery(q, dO,
                                            which, block + row, lastQuery, from + place,
                                            width + which * (values - width),
                                            (block + row) * queryStride + head * width,
                                            (block + row) * valueStride + head * values);
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
                                near[which * AttentionTiles.SIZE + (rows + 0) * AttentionTiles.PITCH + column] = s0;
                                near[which * AttentionTiles.SIZE + (rows + 1) * AttentionTiles.PITCH + column] = s1;
                                near[which * AttentionTiles.SIZE + (rows + 2) * AttentionTiles.PITCH + column] = s2;
                                near[which * AttentionTiles.SIZE + (rows + 3) * AttentionTiles.PITCH + column] = s3;
                                near[which * AttentionTiles.SIZE + (rows + 4) * AttentionTiles.PITCH + column] = s4;
                                near[which * AttentionTiles.SIZE + (rows + 5) * AttentionTiles.PITCH + column] = s5;
                                near[which * AttentionTiles.SIZE + (rows + 6) * AttentionTiles.PITCH + column] = s6;
                                near[which * AttentionTiles.SIZE + (rows + 7) * AttentionTiles.PITCH + column] = s7;
                            }
                        }
                    }
                    context.localBarrier();
                    for (int i = item; i < AttentionTiles.TILE * AttentionTiles.TILE; i += items) {
                        int key = i / AttentionTiles.TILE;
                        int query = i - key * AttentionTiles.TILE;
                        int row = Math.min(block + query, lastQuery - 1);
                        int at = key * AttentionTiles.PITCH + query;
                        float weight = 0f;
                        float slope = 0f;
                        if (AttentionTiles.sees(spans, row, begin + key) >= 0) {
                            weight = TornadoMath.exp(near[at] * scale - logSums.get(head * queries + row));
                            slope = scale * weight
                                    * (near[AttentionTiles.SIZE + at] - deltas.get(head * queries + row));
                        }
                        near[at] = slope;
                        near[AttentionTiles.SIZE + at] = weight;
                    }
                    context.localBarrier();
                    int present = Math.min(AttentionTiles.TILE, lastQuery - block);
                    for (int cell = item; cell < AttentionTiles.TILE / AttentionTiles.ROWS * columns; cell += items) {
                        int rows = cell / columns;
                        int column = cell - rows * columns;
                        int which = Math.min(1, Math.max(0, column - width + 1));
                        int at = which * AttentionTiles.SIZE + rows * AttentionTiles.ROWS * AttentionTiles.PITCH;
                        float s0 = 0f;
                        float s1 = 0f;
                        float s2 = 0f;
                        float s3 = 0f;
                        float s4 = 0f;
                        float s5 = 0f;
                        float s6 = 0f;
                        float s7 = 0f;
                        for (int query = 0; query < present; query++) {
                            float value = AttentionTiles.ofQuery(q, dO, which, block + query, lastQuery,
                                    column - which * width, columns, (block + query) * queryStride + head * width,
                                    (block + query) * valueStride + head * values);
                            s0 += value * near[at + 0 * AttentionTiles.PITCH + query];
                            s1 += value * near[at + 1 * AttentionTiles.PITCH + query];
                            s2 += value * near[at + 2 * AttentionTiles.PITCH + query];
                            s3 += value * near[at + 3 * AttentionTiles.PITCH + query];
                            s4 += value * near[at + 4 * AttentionTiles.PITCH + query];
                            s5 += value * near[at + 5 * AttentionTiles.PITCH + query];
                            s6 += value * near[at + 6 * AttentionTiles.PITCH + query];
                            s7 += value * near[at + 7 * AttentionTiles.PITCH + query];
                        }
                        int row = begin + rows * AttentionTiles.ROWS;
                        int to = row * keyStride + head * (content + values);
                        int ropeTo = (row * heads + head) * rope;
                        AttentionTiles.addKey(dkv, dkr, row + 0, end, column, content, width, to + 0 * keyStride,
                                ropeTo + 0 * heads * rope, s0);
                        AttentionTiles.addKey(dkv, dkr, row + 1, end, column, content, width, to + 1 * keyStride,
                                ropeTo + 1 * heads * rope, s1);
                        AttentionTiles.addKey(dkv, dkr, row + 2, end, column, content, width, to + 2 * keyStride,
                                ropeTo + 2 * heads * rope, s2);
                        AttentionTiles.addKey(dkv, dkr, row + 3, end, column, content, width, to + 3 * keyStride,
                                ropeTo + 3 * heads * rope, s3);
                        AttentionTiles.addKey(dkv, dkr, row + 4, end, column, content, width, to + 4 * keyStride,
                                ropeTo + 4 * heads * rope, s4);
                        AttentionTiles.addKey(dkv, dkr, row + 5, end, column, content, width, to + 5 * keyStride,
                                ropeTo + 5 * heads * rope, s5);
                        AttentionTiles.addKey(dkv, dkr, row + 6, end, column, content, width, to + 6 * keyStride,
                                ropeTo + 6 * heads * rope, s6);
                        AttentionTiles.addKey(dkv, dkr, row + 7, end, column, content, width, to + 7 * keyStride,
                                ropeTo + 7 * heads * rope, s7);
                    }
                }
            }
        }
    }
}
