package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The absorbed attention of {@link LatentAttention} on a pool of {@link Int8Rows}. A work-item widens a block of keys
 * to scratch of its own, once for all heads, and then does the same with the same tiles: the arithmetic is float32,
 * only memory gives fewer bytes.
 */
public final class LatentAttentionInt8 {

    /** Keys that a work-item widens at once. */
    public static final int KEYS = AttentionTile.KEYS;

    private LatentAttentionInt8() {
    }

    /**
     * Attends to one range of keys a work-item and leaves partial results for {@link SplitMerge#lanes}.
     *
     * @param lanes         [tokens, groups, 16 rowVectors] vectors: an element of sixteen heads each, scaled. Not
     *                          modified
     * @param pool          [slots, vectors of a row] vectors of {@link Int8Rows}. Not modified
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
     * @param rowVectors    vectors of latent and rotary key once they are widened
     * @param widened       [units, {@link #KEYS}, {@link Int8Rows#widened}] vectors: scratch. Modified
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
            int blocks = Int8Rows.blocks(latentVectors);
            int pairs = Int8Rows.pairs(latentVectors, rowVectors - latentVectors);
            int packedVectors = blocks + pairs;
            int ropeAt = blocks * Int8Rows.VECTORS;
            int scalesAt = ropeAt + rowVectors - latentVectors;
            int wide = ropeAt + 2 * pairs;
            int scratch = unit * AttentionTile.KEYS * wide;
            float[] scales = new float[Lanes.WIDTH];
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
                    rows[i] = scratch + Math.min(i, keys - 1) * wide;
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
                            for (int v = 0; v < pairs; v++) {
                                for (int k = 0; k < AttentionTile.KEYS_AT_ONCE; k++) {
                                    int at = rows[i + k * apart] + ropeAt + 2 * v;
                                    int from = packedRows[k] + blocks + v;
                                    widened.set(at, Bf16.numbers(pool, from, Bf16.LOWER));
                                    widened.set(at + 1, Bf16.numbers(pool, from, Bf16.UPPER));
                                }
                            }
                            for (int k = 0; k < AttentionTile.KEYS_AT_ONCE; k++) {
                                for (int b = 0; b < blocks; b++) {
                                    int at = rows[i + k * apart];
                                    int from = packedRows[k] + b;
                                    if (b % Lanes.WIDTH == 0) {
                                        Lanes.unpack(widened.get(at + scalesAt + b / Lanes.WIDTH), scales, 0);
                                    }
                                    float scale = scales[b % Lanes.WIDTH];
                                    at += b * Int8Rows.VECTORS;
                                    widened.set(at, Lanes.times(Int8.numbers(pool, from, Int8.FIRST), scale));
                                    widened.set(at + 1, Lanes.times(Int8.numbers(pool, from, Int8.SECOND), scale));
                                    widened.set(at + 2, Lanes.times(Int8.numbers(pool, from, Int8.THIRD), scale));
                                    widened.set(at + 3, Lanes.times(Int8.numbers(pool, from, Int8.FOURTH), scale));
                                }
                            }
                        }
                        AttentionTile.scores(lanes, queries, widened, rows, 0, latentVectors, widened, rows, ropeAt,
                                rowVectors - latentVectors, i, apart, keyElements, partial, state);
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
