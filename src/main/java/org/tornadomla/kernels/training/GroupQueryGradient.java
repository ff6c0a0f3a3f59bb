package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gradients of queries for many cores, see {@link AttentionGradient}: a group takes a head of 32 queries, and goes
 * through the keys that any of them sees, 32 at a time. Sums stand in the result itself; a work-item has the same ones
 * in every turn.
 */
public final class GroupQueryGradient {

    private static final int LEFT = 2 * AttentionTiles.SIZE;
    private static final int RIGHT = 3 * AttentionTiles.SIZE;

    private GroupQueryGradient() {
    }

    /**
     * Delta of every query and head: the product of its result with the gradient of that. Sixteen work-items share one.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param o        [queries, value stride] floats. Not modified
     * @param dO       [queries, value stride] floats. Not modified
     * @param sizes    an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt index of the record in sizes
     * @param heads    number of heads
     * @param values   floats of a head's value
     * @param deltas   [heads, queries] floats. Modified
     */
    public static void deltas(KernelContext context, FloatArray o, FloatArray dO, IntArray sizes, int layoutAt,
            int heads, int values, FloatArray deltas) {
        float[] near = context.allocateFloatLocalArray(Cells.SUMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int units = sizes.get(layoutAt + AttentionLayout.QUERY_UNITS);
        int queries = sizes.get(layoutAt + AttentionLayout.QUERIES);
        int stride = sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) * 16;
        for (int first = context.groupIdx * Cells.PARTS; first < units; first += groups * Cells.PARTS) {
            for (int cell = item; cell < Cells.SUMS; cell += items) {
                int unit = Math.min(first + cell / Cells.COLUMNS, units - 1);
                int row = unit / heads;
                int at = row * stride + (unit - row * heads) * values;
                float sum = 0f;
                for (int i = cell % Cells.COLUMNS; i < values; i += Cells.COLUMNS) {
                    sum += o.get(at + i) * dO.get(at + i);
                }
                near[cell] = sum;
            }
            context.localBarrier();
            for (int part = item; part < Math.min(Cells.PARTS, units - first); part += items) {
                float sum = 0f;
                for (int i = 0; i < Cells.COLUMNS; i++) {
                    sum += near[part * Cells.COLUMNS + i];
                }
                int row = (first + part) / heads;
                deltas.set((first + part - row * heads) * queries + row, sum);
            }
            context.localBarrier();
        }
    }

    /**
     * Gradients of queries.
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
     * @param accumulate 1 to add to what dq holds
     * @param dq         [queries, query stride] floats. Modified
     */
    public static void queries(KernelContext context, FloatArray q, FloatArray kv, FloatArray kr, FloatArray dO,
            FloatArray logSums, FloatArray deltas, IntArray spans, IntArray sizes, int layoutAt, int heads, int content,
            int rope, int values, float scale, int accumulate, FloatArray dq) {
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
        int width = content + rope;
        int units = AttentionTiles.tiles(queries, sequenceQueries) * heads;
        // No constant: unrolled, the barriers are too many for some compilers.
        int both = Math.min(2, 2 * units);
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
            int add = accumulate;
            for (int block = firstKey; block < lastKey; block += AttentionTiles.TILE) {
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
                                near[LEFT + row * AttentionTiles.PITCH + place] = AttentionTiles.ofQuery(q, dO, which,
                                        begin + row, end, from + place, width + which * (values - width),
                                        (begin + row) * queryStride + head * width,
                                        (begin + row) * valueStride + head * values);
                                if (which == AttentionTiles.SCORES) {
                                    near[RIGHT + row * AttentionTiles.PITCH + place] = AttentionTiles.ofKey(kv, kr,
                                            block + row, lastKey, from + place, content, width,
                                            (block + row) * keyStride + head * (content + values),
                                            (block + row) * ropeStride);
                                } else {
                                    near[RIGHT + row * AttentionTiles.PITCH + place] = Cells.within(kv, block + row,
                                            lastKey, from + place, values, (block + row) * keyStride
                                                    + head * (content + values) + content + from + place);
                                }
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
                    int query = i / AttentionTiles.TILE;
                    int key = i - query * AttentionTiles.TILE;
                    int row = Math.min(begin + query, end - 1);
                    int at = query * AttentionTiles.PITCH + key;
                    float slope = 0f;
                    if (AttentionTiles.sees(spans, row, block + key) >= 0) {
                        float weight = TornadoMath.exp(near[at] * scale - logSums.get(head * queries + row));
                        slope = scale * weight * (near[AttentionTiles.SIZE + at] - deltas.get(head * queries + row));
                    }
                    near[at] = slope;
                }
                context.localBarrier();
                int present = Math.min(AttentionTiles.TILE, lastKey - block);
                for (int cell = item; cell < AttentionTiles.TILE / AttentionTiles.ROWS * width; cell += items) {
                    int rows = cell / width;
                    int column = cell - rows * width;
                    int at = rows * AttentionTiles.ROWS;
                    float s0 = 0f;
                    float s1 = 0f;
                    float s2 = 0f;
                    float s3 = 0f;
                    float s4 = 0f;
                    float s5 = 0f;
                    float s6 = 0f;
                    float s7 = 0f;
                    for (int key = 0; key < present; key++) {
                        float value = AttentionTiles.ofKey(kv, kr, block + key, lastKey, column, content, width,
                                (block + key) * keyStride + head * (content + values), (block + key) * ropeStride);
                        s0 += value * near[(at + 0) * AttentionTiles.PITCH + key];
                        s1 += value * near[(at + 1) * AttentionTiles.PITCH + key];
                        s2 += value * near[(at + 2) * AttentionTiles.PITCH + key];
                        s3 += value * near[(at + 3) * AttentionTiles.PITCH + key];
                        s4 += value * near[(at + 4) * AttentionTiles.PITCH + key];
                        s5 += value * near[(at + 5) * AttentionTiles.PITCH + key];
                        s6 += value * near[(at + 6) * AttentionTiles.PITCH + key];
                        s7 += value * near[(at + 7) * AttentionTiles.PITCH + key];
                    }
                    int to = (begin + at) * queryStride + head * width + column;
                    AttentionTiles.put(dq, begin + at + 0, end, to + 0 * queryStride, s0, add);
                    AttentionTiles.put(dq, begin + at + 1, end, to + 1 * queryStride, s1, add);
                    AttentionTiles.put(dq, begin + at + 2, end, to + 2 * queryStride, s2, add);
                    AttentionTiles.put(dq, begin + at + 3, end, to + 3 * queryStride, s3, add);
                    AttentionTiles.put(dq, begin + at + 4, end, to + 4 * queryStride, s4, add);
                    AttentionTiles.put(dq, begin + at + 5, end, to + 5 * queryStride, s5, add);
                    AttentionTiles.put(dq, begin + at + 6, end, to + 6 * queryStride, s6, add);
                    AttentionTiles.put(dq, begin + at + 7, end, to + 7 * queryStride, s7, add);
                }
                add = 1;
            }
            // Queries that see no key, and what is behind the heads.
            for (int i = item; i < end - begin; i += items) {
                int to = (begin + i) * queryStride;
                Cells.clear(dq, to + head * width, to + (head + 1) * width, 1, add);
                if (head == heads - 1) {
                    Cells.clear(dq, to + heads * width, to + queryStride, 1, accumulate);
                }
            }
        }
    }
}
