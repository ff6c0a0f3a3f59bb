package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The absorbed attention of {@link LatentAttention} on chosen keys alone, in pools of 32-bit numbers.
 */
public final class ChosenAttention {

    private ChosenAttention() {
    }

    /**
     * Attends to one range of chosen keys a work-item and leaves partial results for {@link SplitMerge#lanes}.
     *
     * @param lanes         [tokens, groups, 16 rowVectors] vectors: an element of sixteen heads each, scaled. Not
     *                          modified
     * @param pool          [slots, rowVectors] vectors. Not modified
     * @param chosen        [tokens, most] keys of each token in ascending order. Not modified
     * @param most          most chosen keys of a token
     * @param step          counts, token records and block tables. Not modified
     * @param tokensAt      where the token records begin in step
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of a pool row
     * @param partial       [units, groups, {@link LatentAttention#STATE} + 16 latentVectors] vectors: scratch, then the
     *                          largest scores of the range, the sums of exp(score - maximum), and the weighted sums of
     *                          latents, not divided by them. Modified
     */
    public static void split(VectorFloat16 lanes, VectorFloat16 pool, IntArray chosen, int most, IntArray step,
            int tokensAt, int tablesAt, int tableLength, int pageTokens, int heads, int latentVectors, int rowVectors,
            VectorFloat16 partial) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.SPLIT_UNITS); unit++) {
            int token = unit / step.get(StepLayout.SPLITS);
            int record = Slots.record(step, tokensAt, unit);
            int table = Slots.table(step, record, tablesAt, tableLength);
            int begin = Slots.beginChosen(step, record, unit, most);
            int end = Slots.endChosen(step, record, begin, most);
            int groups = (heads + AttentionTile.QUERIES - 1) / AttentionTile.QUERIES;
            int elements = latentVectors * Lanes.WIDTH;
            int stateLength = AttentionTile.STATE + elements;
            for (int group = 0; group < groups; group++) {
                AttentionTile.clear(partial, (unit * groups + group) * stateLength, elements);
            }
            int[] rows = new int[AttentionTile.KEYS];
            float[] weights = new float[AttentionTile.QUERIES * AttentionTile.KEYS];
            float[] keyElements = new float[Lanes.WIDTH * AttentionTile.KEYS_AT_ONCE];
            for (int block = begin; block < end; block += AttentionTile.KEYS) {
                int keys = Math.min(AttentionTile.KEYS, end - block);
                for (int i = 0; i < AttentionTile.KEYS; i++) {
                    rows[i] = Slots.of(step, table, chosen.get(token * most + block + Math.min(i, keys - 1)),
                            pageTokens) * rowVectors;
                }
                for (int group = 0; group < groups; group++) {
                    int queries = (token * groups + group) * rowVectors * Lanes.WIDTH;
                    int state = (unit * groups + group) * stateLength;
                    int apart = (keys + AttentionTile.KEYS_AT_ONCE - 1) / AttentionTile.KEYS_AT_ONCE;
                    for (int i = 0; i < apart; i++) {
                        AttentionTile.scores(lanes, queries, pool, rows, 0, latentVectors, pool, rows, latentVectors,
                                rowVectors - latentVectors, i, apart, keyElements, partial, state);
                    }
                    Float16 factor = AttentionTile.weigh(weights, keys, partial, state);
                    AttentionTile.accumulate(pool, rows, 0, keys, latentVectors, factor, partial, state);
                }
            }
        }
    }
}
