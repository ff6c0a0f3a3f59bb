package org.tornadomla.selftest;

import org.tornadomla.cache.CacheConfig;
import org.tornadomla.kernels.GroupAttention;
import org.tornadomla.kernels.Softmax;
import org.tornadomla.kernels.StepLayout;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** What {@link GroupAttention} leaves, computed by Java on the host: a kernel of work-groups cannot be called there. */
final class HostAttention {

    private HostAttention() {
    }

    /** Parameters as those of {@link GroupAttention#split}. */
    static void split(VectorFloat16 packed, VectorFloat16 pool, FloatArray mask, IntArray step, int tokensAt,
            int tablesAt, int tableLength, int pageTokens, int heads, int latentVectors, int rowVectors,
            FloatArray maxima, FloatArray sums, VectorFloat16 partial) {
        int splits = step.get(StepLayout.SPLITS);
        for (int unitHead = 0; unitHead < step.get(StepLayout.SPLIT_UNITS) * heads; unitHead++) {
            int unit = unitHead / heads;
            int head = unitHead % heads;
            int record = tokensAt + unit / splits * StepLayout.TOKEN_RECORD;
            int table = tablesAt + step.get(record + StepLayout.TOKEN_SEQUENCE) * tableLength;
            int from = step.get(record + StepLayout.TOKEN_FROM);
            int to = step.get(record + StepLayout.TOKEN_TO);
            int share = (to - from + splits - 1) / splits;
            int begin = from + unit % splits * share;
            float[] weights = new float[Math.max(0, Math.min(share, to - begin))];
            int[] rows = new int[weights.length];
            float maximum = Softmax.HIDDEN;
            for (int i = 0; i < weights.length; i++) {
                int key = begin + i;
                rows[i] = CacheConfig.slot(step.get(table + key / pageTokens), key, pageTokens) * rowVectors;
                for (int v = 0; v < rowVectors; v++) {
                    weights[i] += Float16.dot(packed.get((unit / splits * heads + head) * rowVectors + v),
                            pool.get(rows[i] + v));
                }
                if (step.get(StepLayout.MASKED) == 1) {
                    weights[i] += mask.get(step.get(record + StepLayout.TOKEN_MASK)
                            + head * step.get(StepLayout.MASK_HEAD_STRIDE) + key);
                }
                maximum = Math.max(maximum, weights[i]);
            }
            float sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = weights[i] > Softmax.HIDDEN_LIMIT ? (float) Math.exp(weights[i] - maximum) : 0;
                sum += weights[i];
            }
            maxima.set(unitHead, maximum);
            sums.set(unitHead, sum);
            accumulate(pool, rows, weights, latentVectors, unitHead * latentVectors, partial);
        }
    }

    private static void accumulate(VectorFloat16 pool, int[] rows, float[] weights, int vectors, int at,
            VectorFloat16 partial) {
        for (int v = 0; v < vectors; v++) {
            Float16 sum = new Float16();
            for (int i = 0; i < rows.length; i++) {
                sum = Float16.add(sum, Float16.mult(pool.get(rows[i] + v), weights[i]));
            }
            partial.set(at + v, sum);
        }
    }
}
