package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import org.tornadomla.kernels.Softmax;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Attention over keys and values of every head, streamed: sixteen keys at a time, nothing of queries times keys is
 * kept. What the gradients need of the softmax is one number a query and head, the logarithm of its sum.
 */
public final class AttentionRows {

    /** The logarithm of a sum of nothing: every weight that is worked out with it is 0. */
    static final float NO_KEYS = 3.0e38f;

    private AttentionRows() {
    }

    /**
     * Attends, a query row and head a work-item.
     *
     * @param q              [queries, query stride] vectors: a head's content, then its rotary part. Not modified
     * @param keysT          [key rows / 16, 16 (heads (content + value) + rope)] vectors: key rows transposed, rotary
     *                           parts behind, see {@link Blocks#transposed}. Not modified
     * @param kv             [keys, key stride] vectors: a head's content, then its value. Not modified
     * @param spans          [queries, 2], first key row that a query sees, and one past the last. Not modified
     * @param sizes          an {@link AttentionLayout} is at layoutAt. Not modified
     * @param layoutAt       index of the record in sizes
     * @param heads          number of heads
     * @param contentVectors vectors of a head's content
     * @param ropeVectors    vectors of the rotary part; 0 without
     * @param valueVectors   vectors of a head's value
     * @param scale          on scores
     * @param logSums        [heads, queries] floats. Modified
     * @param o              [queries, value stride] vectors; zeros where a query sees no key. Modified
     */
    public static void forward(VectorFloat16 q, VectorFloat16 keysT, VectorFloat16 kv, IntArray spans, IntArray sizes,
            int layoutAt, int heads, int contentVectors, int ropeVectors, int valueVectors, float scale,
            FloatArray logSums, VectorFloat16 o) {
        for (@Parallel
        int unit = 0; unit < sizes.get(layoutAt + AttentionLayout.QUERY_UNITS); unit++) {
            int row = unit / heads;
            int head = unit - row * heads;
            int keyStride = sizes.get(layoutAt + AttentionLayout.KEY_STRIDE);
            int keyVectors = heads * (contentVectors + valueVectors);
            int headAt = head * (contentVectors + valueVectors);
            int queryAt = row * sizes.get(layoutAt + AttentionLayout.QUERY_STRIDE)
                    + head * (contentVectors + ropeVectors);
            int to = row * sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) + head * valueVectors;
            int first = spans.get(2 * row);
            int end = spans.get(2 * row + 1);
            float[] weights = new float[16];
            float maximum = Softmax.HIDDEN;
            float sum = 0f;
            Rows.begin(o, to, valueVectors, 0);
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
                Lanes.unpack(Lanes.times(scores, scale), weights, 0);
                float largest = Softmax.HIDDEN;
                for (int i = 0; i < 16; i++) {
                    if (block * 16 + i < first || block * 16 + i >= end) {
                        weights[i] = Softmax.HIDDEN;
                    }
                    largest = TornadoMath.max(largest, weights[i]);
                }
                // Hidden scores lie far below half the limit, also where there are no others.
                float top = TornadoMath.max(TornadoMath.max(maximum, largest), 0.5f * Softmax.HIDDEN_LIMIT);
                float added = 0f;
                for (int i = 0; i < 16; i++) {
                    weights[i] = TornadoMath.exp(weights[i] - top);
                    added += weights[i];
                }
                float factor = TornadoMath.exp(maximum - top);
                sum = sum * factor + added;
                maximum = TornadoMath.max(maximum, top);
                Float16 shares = Lanes.pack(weights, 0);
                for (int v = 0; v < valueVectors; v++) {
                    int value = block * 16 * keyStride + headAt + contentVectors + v;
                    o.set(to + v, Lanes.timesRows(shares, kv, value, keyStride, Lanes.times(o.get(to + v), factor)));
                }
            }
            float share = 0f;
            float logSum = NO_KEYS;
            if (sum > 0f) {
                share = 1f / sum;
                logSum = maximum + TornadoMath.log(sum);
            }
            for (int v = 0; v < valueVectors; v++) {
                o.set(to + v, Lanes.times(o.get(to + v), share));
            }
            // The last head of a row zeroes what is behind the heads.
            int padded = valueVectors;
            if (head == heads - 1) {
                padded = sizes.get(layoutAt + AttentionLayout.VALUE_STRIDE) - head * valueVectors;
            }
            for (int v = valueVectors; v < padded; v++) {
                o.set(to + v, Lanes.zero());
            }
            logSums.set(head * sizes.get(layoutAt + AttentionLayout.QUERIES) + row, logSum);
        }
    }
}
