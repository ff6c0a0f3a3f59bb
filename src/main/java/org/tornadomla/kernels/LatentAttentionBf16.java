package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The absorbed attention of {@link LatentAttention} on a pool of bfloat16 numbers. A work-item widens a block of keys
 * to scratch of its own, once for all heads, and then does the same with the same tiles: the arithmetic is float32,
 * only memory gives half as many bytes.
 */
public final class LatentAttentionBf16 {

    /** Keys that a work-item widens at once. */
    public static final int KEYS = AttentionTile.KEYS;

    private LatentAttentionBf16() {
    }

    /**
     * Attends to one range of keys a work-item and leaves partial results for {@link SplitMerge#lanes}.
     *
     * @param lanes         [tokens, groups, 16 rowVectors] vectors: an element of sixteen heads each, scaled. Not
     *                          modified
     * @param pool          [slots, ceil(rowVectors / 2)] vectors of {@link Bf16} numbers. Not modified
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
     * @param rowVectors    vectors of a row once it is widened
     * @param widened       [units, {@link #KEYS}, 2 ceil(rowVectors / 2)] vectors: scratch. Modified
     * @param partial       [units, groups, {@link LatentAttention#STATE} + 16 latentVectors] vectors, as
     *                          {@link LatentAttention#split} leaves them. Modified
     */
    public static void split(VectorFloat16 lanes, VectorInt16 pool, FloatArray mask, IntArray chosen, int most,
            IntArray step, int tokensAt, int tablesAt, int tableLength, int pageTokens, int heads, int latentVectors,
            int rowVectors, VectorFloat16 widened, VectorFloat16 partial) {
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
            int packedVectors = (rowVectors + 1) / 2;
            int scratch = unit * AttentionTile.KEYS * packedVectors * 2;
            for (int group = 0; group < groups; group++) {
                AttentionTile.clear(partial, (unit * groups + group) * stateLength, elements);
            }
            int[] rows = new int[AttentionTile.KEYS];
            int[] packedRows = new int[AttentionTile.KEYS_AT_ONCE];
            float[] weights = new float[AttentionTile.QUERIES * AttentionTile.KEYS];
            float[] keyElements = new float[Lanes.WIDTH * AttentionTile.KEYS_AT_ONCE];
            for (int block = begin; block < end; block += AttentionTile.KEYS) {
                int keys = Math.min(AttentionTile.KEYS, end - block);
                int apart = (keys + AttentionTile.KEYS_AT_ONCE - 1) / AttentionTile.KEYS_AT_ONCE;
                for (int i = 0; i < AttentionTile.KEYS; i++) {
                    rows[i] = scratch + Math.min(i, keys - 1) * packedVectors * 2;
                }
                for (int group = 0; group < groups; group++) {
                    int queries = (token * groups + group) * rowVectors * Lanes.WIDTH;
                    int state = (unit * groups + group) * stateLength;
                    for (int i = 0; i < apart; i++) {
                        if (group == 0) {
                            for (int k = 0; k < AttentionTile.KEYS_AT_ONCE; k++) {
                                int key = Slots.key(chosen, token * most, most,
                                        block + Math.min(i + k * apart, keys - 1));
                                packedRows[k] = Slots.of(step, table, key, pageTokens) * packedVectors;
                            }
                            for (int v = 0; v < packedVectors; v++) {
                                for (int k = 0; k < AttentionTile.KEYS_AT_ONCE; k++) {
                                    int at = rows[i + k * apart] + 2 * v;
                                    widened.set(at, Bf16.numbers(pool, packedRows[k] + v, Bf16.LOWER));
                                    widened.set(at + 1, Bf16.numbers(pool, packedRows[k] + v, Bf16.UPPER));
                                }
                            }
                        }
                        AttentionTile.scores(lanes, queries, widened, rows, 0, latentVectors, widened, rows,
                                latentVectors, rowVectors - latentVectors, i, apart, keyElements, partial, state);
                    }
                    if (step.get(StepLayout.MASKED) == 1) {
                        int stride = step.get(StepLayout.MASK_HEAD_STRIDE);
                        int head = group * AttentionTile.QUERIES;
                        AttentionTile.addMask(mask, step.get(record + StepLayout.TOKEN_MASK) + head * stride, stride,
                                heads - head, keys, chosen, token * most, most, block, weights, partial, state);
                    }
                    Float16 factor = AttentionTile.weigh(weights, keys, partial, state);
                    AttentionTile.accumulate(widened, rows, 0, keys, latentVectors, factor, partial, state);
                }
            }
        }
    }
}
