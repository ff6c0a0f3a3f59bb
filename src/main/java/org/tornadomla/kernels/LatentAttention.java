package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Absorbed attention: scores and weighted sums on the cached latents themselves, with a streamed softmax.
 *
 * <p>Queries stand in lanes, sixteen heads of a token a group, and have the elements of a pool row, [latent | rotary];
 * the softmax scale is in them already, so a score is one dot product. A work-item takes one query and one range of its
 * keys, for all heads: a block of keys is read from memory once and serves every group from the cache near the core.
 */
public final class LatentAttention {

    /** Heads of a group: one a lane. */
    public static final int HEADS_AT_ONCE = AttentionTile.QUERIES;
    /** Vectors of a group's state before its weighted sum. */
    public static final int STATE = AttentionTile.STATE;

    private LatentAttention() {
    }

    /**
     * Attends to one range of keys a work-item and leaves partial results for {@link SplitMerge#lanes}.
     *
     * @param lanes         [tokens, groups, 16 rowVectors] vectors: an element of sixteen heads each, scaled. Not
     *                          modified
     * @param pool          [slots, rowVectors] vectors. Not modified
     * @param mask          additive, read in rounds that have one, as the token records say. Not modified
     * @param chosen        [tokens, most] keys of each token in ascending order, read where most is not 0. Not modified
     * @param most          most chosen keys of a token; 0 where a token attends to all that it sees
     * @param step          counts, token records and block tables. Not modified
     * @param tokensAt      where the token records begin in step
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of a pool row
     * @param partial       [units, groups, {@link #STATE} + 16 latentVectors] vectors: scratch, then the largest scores
     *                          of the range, the sums of exp(score - maximum), and the weighted sums of latents, not
     *                          divided by them. Modified
     */
    public static void split(VectorFloat16 lanes, VectorFloat16 pool, FloatArray mask, IntArray chosen, int most,
            IntArray step, int tokensAt, int tablesAt, int tableLength, int pageTokens, int heads, int latentVectors,
            int rowVectors, VectorFloat16 partial) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.SPLIT_UNITS); unit++) {
            int token = unit / step.get(StepLayout.SPLITS);
            int record = Slots.record(step, tokensAt, unit);
            int table = Slots.table(step, record, tablesAt, tableLength);
            int begin = Slots.firstPlace(step, record, unit, most);
            int end = Slots.lastPlace(step, record, begin, most);
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
                    int key = Slots.key(chosen, token * most, most, block + Math.min(i, keys - 1));
                    rows[i] = Slots.of(step, table, key, pageTokens) * rowVectors;
                }
                for (int group = 0; group < groups; group++) {
                    int queries = (token * groups + group) * rowVectors * Lanes.WIDTH;
                    int state = (unit * groups + group) * stateLength;
                    int apart = (keys + AttentionTile.KEYS_AT_ONCE - 1) / AttentionTile.KEYS_AT_ONCE;
                    for (int i = 0; i < apart; i++) {
                        AttentionTile.scores(lanes, queries, pool, rows, 0, latentVectors, pool, rows, latentVectors,
                                rowVectors - latentVectors, i, apart, keyElements, partial, state);
                    }
                    if (step.get(StepLayout.MASKED) == 1) {
                        int stride = step.get(StepLayout.MASK_HEAD_STRIDE);
                        int head = group * AttentionTile.QUERIES;
                        AttentionTile.addMask(mask, step.get(record + StepLayout.TOKEN_MASK) + head * stride, stride,
                                heads - head, keys, chosen, token * most, most, block, weights, partial, state);
                    }
                    Float16 factor = AttentionTile.weigh(weights, keys, partial, state);
                    AttentionTile.accumulate(pool, rows, 0, keys, latentVectors, factor, partial, state);
                }
            }
        }
    }
}
