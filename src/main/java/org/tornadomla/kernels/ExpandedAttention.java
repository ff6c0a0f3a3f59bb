package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Expanded attention, for prompts: keys and values of every head stand expanded from the latents, the rotary key is read from the
 * pool. A work-item takes one head of a tile of up to four consecutive tokens of a sequence, and streams over their keys.
 */
public final class ExpandedAttention {

    private ExpandedAttention() {
    }

    /**
     * Attends one head of one query tile a work-item.
     *
     * @param packed       [tokens, heads, nopeVectors + ropeVectors] vectors, scaled. Not modified
     * @param expanded     [expanded keys, expandedRow] vectors: keys of all heads, then values of all heads. Not modified
     * @param pool         [slots, latentVectors + ropeVectors] vectors. Not modified
     * @param mask         additive, read in rounds that have one, as the token records say. Not modified
     * @param step         counts, token and tile records, block tables. Not modified
     * @param tokensAt     where the token records begin in step
     * @param tilesAt      where the tile records begin in step
     * @param tablesAt     where the block tables begin in step
     * @param tableLength  pages of a block table
     * @param pageTokens   tokens of a page
     * @param heads        number of heads
     * @param nopeVectors  vectors of a head's key part without position
     * @param latentVectors vectors of a latent
     * @param ropeVectors  vectors of a rotary key
     * @param valueDim     floats of a head's value
     * @param expandedRow  vectors between rows of expanded
     * @param sums         [tokens, heads, valueVectors] vectors, scratch: the weighted sums of values. Modified
     * @param values       [tokens, heads, valueDim] floats. Modified
     */
    public static void tiles(VectorFloat16 packed, VectorFloat16 expanded, VectorFloat16 pool, FloatArray mask, IntArray step,
            int tokensAt, int tilesAt, int tablesAt, int tableLength, int pageTokens, int heads, int nopeVectors, int latentVectors,
            int ropeVectors, int valueDim, int expandedRow, VectorFloat16 sums, FloatArray values) {
        for (@Parallel int unit = 0; unit < step.get(StepLayout.TILE_UNITS); unit++) {
            int tile = unit / heads;
            int head = unit - tile * heads;
            int token = step.get(tilesAt + tile * StepLayout.TILE_RECORD + StepLayout.TILE_TOKEN);
            int count = step.get(tilesAt + tile * StepLayout.TILE_RECORD + StepLayout.TILE_COUNT);
            int valueVectors = (valueDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int record = tokensAt + token * StepLayout.TOKEN_RECORD;
            int table = tablesAt + step.get(record + StepLayout.TOKEN_SEQUENCE) * tableLength;
            int expandedAt = step.get(record + StepLayout.TOKEN_EXPANDED);
            int headStride = step.get(StepLayout.MASK_HEAD_STRIDE);
            int begin = step.get(record + StepLayout.TOKEN_FROM);
            int end = step.get(record + StepLayout.TOKEN_TO);
            for (int i = 0; i < StepLayout.TILE_TOKENS; i++) {
                int other = record + Math.min(i, count - 1) * StepLayout.TOKEN_RECORD;
                begin = Math.min(begin, step.get(other + StepLayout.TOKEN_FROM));
                end = Math.max(end, step.get(other + StepLayout.TOKEN_TO));
                for (int v = 0; v < valueVectors; v++) {
                    sums.set(((token + Math.min(i, count - 1)) * heads + head) * valueVectors + v, Lanes.zero());
                }
            }
            float m0 = Softmax.HIDDEN;
            float m1 = Softmax.HIDDEN;
            float m2 = Softmax.HIDDEN;
            float m3 = Softmax.HIDDEN;
            float l0 = 0f;
            float l1 = 0f;
            float l2 = 0f;
            float l3 = 0f;
            int[] expandedRows = new int[AttentionTile.KEYS];
            int[] poolRows = new int[AttentionTile.KEYS];
            float[] scores = new float[AttentionTile.QUERIES * AttentionTile.KEYS];
            int headVectors = nopeVectors + ropeVectors;
            int q0 = (token * heads + head) * headVectors;
            int q1 = ((token + Math.min(1, count - 1)) * heads + head) * headVectors;
            int q2 = ((token + Math.min(2, count - 1)) * heads + head) * headVectors;
            int q3 = ((token + Math.min(3, count - 1)) * heads + head) * headVectors;
            for (int block = begin; block < end; block += AttentionTile.KEYS) {
                int keys = Math.min(AttentionTile.KEYS, end - block);
                for (int i = 0; i < AttentionTile.KEYS; i++) {
                    int key = block + Math.min(i, keys - 1);
                    int page = key / pageTokens;
                    int slot = step.get(table + page) * pageTokens + key - page * pageTokens;
                    poolRows[i] = slot * (latentVectors + ropeVectors);
                    expandedRows[i] = (expandedAt + key) * expandedRow;
                }
                int keyAt = head * nopeVectors;
                for (int i = 0; i < keys; i += 2) {
                    AttentionTile.scores(packed, q0, q1, q2, q3, expanded, expandedRows[i] + keyAt, expandedRows[i + 1] + keyAt, nopeVectors,
                            0, scores, i);
                    AttentionTile.scores(packed, q0 + nopeVectors, q1 + nopeVectors, q2 + nopeVectors, q3 + nopeVectors, pool,
                            poolRows[i] + latentVectors, poolRows[i + 1] + latentVectors, ropeVectors, 1, scores, i);
                }
                hide(mask, step, record, count, headStride * head, block, keys, scores);
                float n0 = Softmax.maximum(scores, 0, keys, m0);
                float n1 = Softmax.maximum(scores, AttentionTile.KEYS, keys, m1);
                float n2 = Softmax.maximum(scores, 2 * AttentionTile.KEYS, keys, m2);
                float n3 = Softmax.maximum(scores, 3 * AttentionTile.KEYS, keys, m3);
                float f0 = TornadoMath.exp(m0 - n0);
                float f1 = TornadoMath.exp(m1 - n1);
                float f2 = TornadoMath.exp(m2 - n2);
                float f3 = TornadoMath.exp(m3 - n3);
                l0 = l0 * f0 + Softmax.exponentials(scores, 0, keys, n0);
                l1 = l1 * f1 + Softmax.exponentials(scores, AttentionTile.KEYS, keys, n1);
                l2 = l2 * f2 + Softmax.exponentials(scores, 2 * AttentionTile.KEYS, keys, n2);
                l3 = l3 * f3 + Softmax.exponentials(scores, 3 * AttentionTile.KEYS, keys, n3);
                m0 = n0;
                m1 = n1;
                m2 = n2;
                m3 = n3;
                AttentionTile.accumulate(expanded, expandedRows, heads * nopeVectors + head * valueVectors, scores, keys, valueVectors,
                        (token * heads + head) * valueVectors, heads * valueVectors, count, f0, f1, f2, f3, sums);
            }
            write(sums, (token * heads + head) * valueVectors, (token * heads + head) * valueDim, valueDim, valueVectors, l0, values);
            if (count > 1) {
                write(sums, ((token + 1) * heads + head) * valueVectors, ((token + 1) * heads + head) * valueDim, valueDim,
                        valueVectors, l1, values);
            }
            if (count > 2) {
                write(sums, ((token + 2) * heads + head) * valueVectors, ((token + 2) * heads + head) * valueDim, valueDim,
                        valueVectors, l2, values);
            }
            if (count > 3) {
                write(sums, ((token + 3) * heads + head) * valueVectors, ((token + 3) * heads + head) * valueDim, valueDim,
                        valueVectors, l3, values);
            }
        }
    }

    /**
     * Hides the keys of a block that a token does not see, and adds the mask to the others, for all tokens of the tile: called for one
     * token at a time it does not compile on TornadoVM 5.2.
     */
    private static void hide(FloatArray mask, IntArray step, int firstRecord, int count, int maskOffset, int block, int keys,
            float[] scores) {
        int masked = step.get(StepLayout.MASKED);
        for (int row = 0; row < StepLayout.TILE_TOKENS; row++) {
            int record = firstRecord + Math.min(row, count - 1) * StepLayout.TOKEN_RECORD;
            int from = step.get(record + StepLayout.TOKEN_FROM) - block;
            int to = step.get(record + StepLayout.TOKEN_TO) - block;
            int maskAt = step.get(record + StepLayout.TOKEN_MASK) + maskOffset + block;
            for (int i = 0; i < keys; i++) {
                int at = row * AttentionTile.KEYS + i;
                if (i < from || i >= to) {
                    scores[at] = Softmax.HIDDEN;
                } else if (masked == 1) {
                    scores[at] = scores[at] + mask.get(maskAt + i);
                }
            }
        }
    }

    /** Divides one token's sums by the sum of its weights; a token that saw no key gets zeros. */
    private static void write(VectorFloat16 sums, int from, int to, int valueDim, int valueVectors, float total, FloatArray values) {
        float inverse = 0f;
        if (total > 0f) {
            inverse = 1f / total;
        }
        float[] lanes = new float[Lanes.WIDTH];
        for (int v = 0; v < valueVectors; v++) {
            Lanes.unpack(Lanes.times(sums.get(from + v), inverse), lanes, 0);
            int present = Math.min(Lanes.WIDTH, valueDim - v * Lanes.WIDTH);
            for (int i = 0; i < present; i++) {
                values.set(to + v * Lanes.WIDTH + i, lanes[i]);
            }
        }
    }
}
