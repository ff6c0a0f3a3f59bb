package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Gradients of {@link AttentionRows}. Weights p are worked out again from scores and the kept logarithms; with dp = do
 * v, delta = sum of do o, and ds = scale p (dp - delta): dq = sum over keys of ds k, dk = sum over queries of ds q, dv
 * = sum over queries of p do.
 */
public final class AttentionGradient {

    private AttentionGradient() {
    }

    /**
     * Delta of every query and head, one a work-item.
     *
     * @param o            [queries, value stride] vectors. Not modified
     * @param dO           [queries, value stride] vectors. Not modified
     * @param sizes        an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt     index of the record in sizes
     * @param heads        number of heads
     * @param valueVectors vectors of a head's value
     * @param deltas       [heads, queries] floats. Modified
     */
    public static void deltas(VectorFloat16 o, VectorFloat16 dO, IntArray sizes, int layoutAt, int heads,
            int valueVectors, FloatArray deltas) {
        for (@Parallel
        int unit = 0; unit < sizes.get(layoutAt + AttentionLayout.QUERY_UNITS); unit++) {
            int row = unit / heads;
            int head = unit - row * heads;
            int at = row * sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) + head * valueVectors;
            deltas.set(head * sizes.get(layoutAt + AttentionLayout.QUERIES) + row,
                    Rows.dot(o, at, dO, at, valueVectors));
        }
    }

    /**
     * Gradient of queries, a query row and head a work-item.
     *
     * @param q              [queries, query stride] vectors, as for {@link AttentionRows}. Not modified
     * @param keysT          key rows transposed, rotary parts behind. Not modified
     * @param kv             [keys, key stride] vectors. Not modified
     * @param kr             [keys, rope stride] vectors; any array without a rotary part. Not modified
     * @param dO             [queries, value stride] vectors. Not modified
     * @param logSums        [heads, queries] floats. Not modified
     * @param deltas         [heads, queries] floats. Not modified
     * @param spans          [queries, 2], the key rows that a query sees. Not modified
     * @param sizes          an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt       index of the record in sizes
     * @param heads          number of heads
     * @param contentVectors vectors of a head's content
     * @param ropeVectors    vectors of the rotary part; 0 without
     * @param valueVectors   vectors of a head's value
     * @param scale          on scores
     * @param accumulate     1 to add to what dq holds
     * @param dq             [queries, query stride] vectors. Modified
     */
    public static void queries(VectorFloat16 q, VectorFloat16 keysT, VectorFloat16 kv, VectorFloat16 kr,
            VectorFloat16 dO, FloatArray logSums, FloatArray deltas, IntArray spans, IntArray sizes, int layoutAt,
            int heads, int contentVectors, int ropeVectors, int valueVectors, float scale, int accumulate,
            VectorFloat16 dq) {
        for (@Parallel
        int unit = 0; unit < sizes.get(layoutAt + AttentionLayout.QUERY_UNITS); unit++) {
            int row = unit / heads;
            int head = unit - row * heads;
            int keyStride = sizes.get(layoutAt + AttentionLayout.KEY_STRIDE);
            int ropeStride = sizes.get(layoutAt + AttentionLayout.ROPE_STRIDE);
            int keyVectors = heads * (contentVectors + valueVectors);
            int headAt = head * (contentVectors + valueVectors);
            int queryAt = row * sizes.get(layoutAt + AttentionLayout.QUERY_STRIDE)
                    + head * (contentVectors + ropeVectors);
            int valueAt = row * sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) + head * valueVectors;
            int kept = head * sizes.get(layoutAt + AttentionLayout.QUERIES) + row;
            float logSum = logSums.get(kept);
            float delta = deltas.get(kept);
            int first = spans.get(2 * row);
            int end = spans.get(2 * row + 1);
            float[] weights = new float[16];
            float[] slopes = new float[16];
            Rows.begin(dq, queryAt, contentVectors + ropeVectors, accumulate);
            for (int block = first / 16; block < (end + 15) / 16; block++) {
                int transposed = block * (keyVectors + ropeVectors) * 16;
                Float16 scores = Lanes.zero();
                for (int v = 0; v < contentVectors; v++) {
                    scores = Lanes.timesRows(q.get(queryAt + v), keysT, transposed + (headAt + v) * 16, scores);
                }
                for (int v = 0; v < ropeVectors; v++) {
                    scores = Lanes.timesRows(q.get(queryAt + contentVectors + v), keysT,
                            transposed + (keyVectors + v) * 16, scores);
                }
                Float16 products = Lanes.zero();
                for (int v = 0; v < valueVectors; v++) {
                    products = Lanes.timesRows(dO.get(valueAt + v), keysT,
                            transposed + (headAt + contentVectors + v) * 16, products);
                }
                Lanes.unpack(Lanes.times(scores, scale), weights, 0);
                Lanes.unpack(products, slopes, 0);
                for (int i = 0; i < 16; i++) {
                    float weight = 0f;
                    if (block * 16 + i >= first && block * 16 + i < end) {
                        weight = TornadoMath.exp(weights[i] - logSum);
                    }
                    slopes[i] = scale * weight * (slopes[i] - delta);
                }
                Float16 slope = Lanes.pack(slopes, 0);
                for (int v = 0; v < contentVectors; v++) {
                    dq.set(queryAt + v, Lanes.timesRows(slope, kv, block * 16 * keyStride + headAt + v, keyStride,
                            dq.get(queryAt + v)));
                }
                for (int v = 0; v < ropeVectors; v++) {
                    int to = queryAt + contentVectors + v;
                    dq.set(to, Lanes.timesRows(slope, kr, block * 16 * ropeStride + v, ropeStride, dq.get(to)));
                }
            }
        }
    }

    /**
     * Gradients of keys and values, a key row and head a work-item.
     *
     * @param rowsT          [query rows / 16, 16 (heads (content + rope) + heads value)] vectors: query rows
     *                           transposed, those of dO behind. Not modified
     * @param q              [queries, query stride] vectors. Not modified
     * @param dO             [queries, value stride] vectors. Not modified
     * @param kv             [keys, key stride] vectors. Not modified
     * @param kr             [keys, rope stride] vectors; any array without a rotary part. Not modified
     * @param logSums        [heads, queries] floats. Not modified
     * @param deltas         [heads, queries] floats. Not modified
     * @param spans          [queries, 2], the key rows that a query sees. Not modified
     * @param sizes          an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt       index of the record in sizes
     * @param heads          number of heads
     * @param contentVectors vectors of a head's content
     * @param ropeVectors    vectors of the rotary part; 0 without
     * @param valueVectors   vectors of a head's value
     * @param scale          on scores
     * @param accumulate     1 to add to what dkv holds
     * @param dkr            [keys, heads, rope] vectors, what each head has for the rotary part that they share.
     *                           Modified
     * @param dkv            [keys, key stride] vectors. Modified
     */
    public static void keys(VectorFloat16 rowsT, VectorFloat16 q, VectorFloat16 dO, VectorFloat16 kv, VectorFloat16 kr,
            FloatArray logSums, FloatArray deltas, IntArray spans, IntArray sizes, int layoutAt, int heads,
            int contentVectors, int ropeVectors, int valueVectors, float scale, int accumulate, VectorFloat16 dkr,
            VectorFloat16 dkv) {
        for (@Parallel
        int unit = 0; unit < sizes.get(layoutAt + AttentionLayout.KEY_UNITS); unit++) {
            int key = unit / heads;
            int head = unit - key * heads;
            int queries = sizes.get(layoutAt + AttentionLayout.QUERIES);
            int queryStride = sizes.get(layoutAt + AttentionLayout.QUERY_STRIDE);
            int valueStride = sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE);
            int sequenceBlocks = sizes.get(layoutAt + AttentionLayout.SEQUENCE_QUERIES) / 16;
            int sequence = key / sizes.get(layoutAt + AttentionLayout.SEQUENCE_KEYS);
            int headAt = head * (contentVectors + ropeVectors);
            int queryVectors = heads * (contentVectors + ropeVectors);
            int rowVectors = queryVectors + heads * valueVectors;
            int keyAt = key * sizes.get(layoutAt + AttentionLayout.KEY_STRIDE) + head * (contentVectors + valueVectors);
            int ropeAt = key * sizes.get(layoutAt + AttentionLayout.ROPE_STRIDE);
            float[] weights = new float[16];
            float[] slopes = new float[16];
            Rows.begin(dkv, keyAt, contentVectors + valueVectors, accumulate);
            Rows.begin(dkr, unit * ropeVectors, ropeVectors, 0);
            for (int block = sequence * sequenceBlocks; block < (sequence + 1) * sequenceBlocks; block++) {
                int transposed = block * rowVectors * 16;
                Float16 scores = Lanes.zero();
                for (int v = 0; v < contentVectors; v++) {
                    scores = Lanes.timesRows(kv.get(keyAt + v), rowsT, transposed + (headAt + v) * 16, scores);
                }
                for (int v = 0; v < ropeVectors; v++) {
                    scores = Lanes.timesRows(kr.get(ropeAt + v), rowsT, transposed + (headAt + contentVectors + v) * 16,
                            scores);
                }
                Float16 products = Lanes.zero();
                for (int v = 0; v < valueVectors; v++) {
                    products = Lanes.timesRows(kv.get(keyAt + contentVectors + v), rowsT,
                            transposed + (queryVectors + head * valueVectors + v) * 16, products);
                }
                Lanes.unpack(Lanes.times(scores, scale), weights, 0);
                Lanes.unpack(products, slopes, 0);
                for (int i = 0; i < 16; i++) {
                    int row = block * 16 + i;
                    float weight = 0f;
                    if (key >= spans.get(2 * row) && key < spans.get(2 * row + 1)) {
                        weight = TornadoMath.exp(weights[i] - logSums.get(head * queries + row));
                    }
                    weights[i] = weight;
                    slopes[i] = scale * weight * (slopes[i] - deltas.get(head * queries + row));
                }
                Float16 weight = Lanes.pack(weights, 0);
                Float16 slope = Lanes.pack(slopes, 0);
                for (int v = 0; v < contentVectors; v++) {
                    dkv.set(keyAt + v, Lanes.timesRows(slope, q, block * 16 * queryStride + headAt + v, queryStride,
                            dkv.get(keyAt + v)));
                }
                for (int v = 0; v < valueVectors; v++) {
                    int to = keyAt + contentVectors + v;
                    dkv.set(to, Lanes.timesRows(weight, dO, block * 16 * valueStride + head * valueVectors + v,
                            valueStride, dkv.get(to)));
                }
                for (int v = 0; v < ropeVectors; v++) {
                    int to = unit * ropeVectors + v;
                    dkr.set(to, Lanes.timesRows(slope, q, block * 16 * queryStride + headAt + contentVectors + v,
                            queryStride, dkr.get(to)));
                }
            }
        }
    }
}
