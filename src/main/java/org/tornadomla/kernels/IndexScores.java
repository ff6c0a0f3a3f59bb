package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Scores of a sparse attention's indexer (DeepSeek-V3.2, equation 1): for a query and a key the sum over heads of
 * weight times relu(query . key).
 */
public final class IndexScores {

    /** Vectors of scratch that a work-item needs. */
    public static final int STATE = AttentionTile.KEYS;

    private IndexScores() {
    }

    /**
     * Scores one range of a query's keys a work-item; ranges are those of {@link LatentAttention#split}.
     *
     * @param lanes       [tokens, groups of heads, 16 vectors] vectors, as {@link IndexQueries} leaves them. Not
     *                        modified
     * @param weights     [tokens, wStride] vectors: weights of the heads, 0 behind the last. Not modified
     * @param pool        [slots, vectors] vectors: keys. Not modified
     * @param step        counts, token records and block tables. Not modified
     * @param tokensAt    where the token records begin in step
     * @param tablesAt    where the block tables begin in step
     * @param tableLength pages of a block table
     * @param pageTokens  tokens of a page
     * @param heads       number of heads
     * @param vectors     vectors of a key
     * @param wStride     vectors between rows of weights
     * @param stride      floats between rows of scores
     * @param scale       factor on all scores
     * @param state       [units, {@link #STATE}] vectors: scratch. Modified
     * @param scores      [tokens, stride] floats; that of key t is at place t of its row. Modified
     */
    public static void split(VectorFloat16 lanes, VectorFloat16 weights, VectorFloat16 pool, IntArray step,
            int tokensAt, int tablesAt, int tableLength, int pageTokens, int heads, int vectors, int wStride,
            int stride, float scale, VectorFloat16 state, FloatArray scores) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.SPLIT_UNITS); unit++) {
            int token = unit / step.get(StepLayout.SPLITS);
            int record = Slots.record(step, tokensAt, unit);
            int table = Slots.table(step, record, tablesAt, tableLength);
            int begin = Slots.begin(step, record, unit);
            int end = Slots.end(step, record, begin);
            int groups = (heads + AttentionTile.QUERIES - 1) / AttentionTile.QUERIES;
            int[] rows = new int[AttentionTile.KEYS];
            float[] keyElements = new float[Lanes.WIDTH * AttentionTile.KEYS_AT_ONCE];
            for (int block = begin; block < end; block += AttentionTile.KEYS) {
                int keys = Math.min(AttentionTile.KEYS, end - block);
                int apart = (keys + AttentionTile.KEYS_AT_ONCE - 1) / AttentionTile.KEYS_AT_ONCE;
                for (int i = 0; i < AttentionTile.KEYS; i++) {
                    rows[i] = Slots.of(step, table, block + Math.min(i, keys - 1), pageTokens) * vectors;
                }
                for (int i = 0; i < keys; i++) {
                    scores.set(token * stride + block + i, 0f);
                }
                for (int group = 0; group < groups; group++) {
                    int queries = (token * groups + group) * vectors * Lanes.WIDTH;
                    for (int i = 0; i < apart; i++) {
                        AttentionTile.scores(lanes, queries, pool, rows, 0, vectors, pool, rows, vectors, 0, i, apart,
                                keyElements, state, unit * STATE);
                    }
                    Float16 weight = Lanes.times(weights.get(token * wStride + group), scale);
                    for (int i = 0; i < keys; i++) {
                        Float16 positive = Float16.max(state.get(unit * STATE + i), Lanes.zero());
                        int at = token * stride + block + i;
                        scores.set(at, scores.get(at) + Lanes.sum(Float16.mult(positive, weight)));
                    }
                }
            }
        }
    }
}
