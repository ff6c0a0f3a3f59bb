package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Expanded attention, for prompts: keys and values of every head stand expanded from the latents, and beside them the
 * rotary keys that all heads share. A work-item takes one head of a tile of up to sixteen consecutive tokens of a
 * sequence, one a lane, and streams over their keys.
 */
public final class ExpandedAttention {

    /** Vectors of a tile's state before its weighted sum. */
    public static final int STATE = AttentionTile.STATE;

    private ExpandedAttention() {
    }

    /**
     * Attends one head of one query tile a work-item.
     *
     * @param lanes       [heads, tiles, 16 (nopeVectors + ropeVectors)] vectors: an element of sixteen tokens each,
     *                        scaled. Not modified
     * @param expanded    [expanded keys, expandedRow] vectors: keys of all heads, then values of all heads. Not
     *                        modified
     * @param rotary      [expanded keys, ropeVectors] vectors. Not modified
     * @param mask        additive, read in rounds that have one, as the token records say. Not modified
     * @param step        counts, token and tile records. Not modified
     * @param tokensAt    where the token records begin in step
     * @param tilesAt     where the tile records begin in step
     * @param heads       number of heads
     * @param nopeVectors vectors of a head's key part without position
     * @param ropeVectors vectors of a rotary key
     * @param valueDim    floats of a head's value
     * @param expandedRow vectors between rows of expanded
     * @param state       [heads, tiles, {@link #STATE} + 16 valueVectors] vectors, scratch: the softmax, and the
     *                        weighted sums of values. Modified
     * @param values      [tokens, heads, valueDim] floats. Modified
     */
    public static void tiles(VectorFloat16 lanes, VectorFloat16 expanded, VectorFloat16 rotary, FloatArray mask,
            IntArray step, int tokensAt, int tilesAt, int heads, int nopeVectors, int ropeVectors, int valueDim,
            int expandedRow, VectorFloat16 state, FloatArray values) {
        for (@Parallel
        int unit = 0; unit < step.get(StepLayout.TILE_UNITS); unit++) {
            int tiles = step.get(StepLayout.TILE_UNITS) / heads;
            int head = unit / tiles;
            int tile = unit - head * tiles;
            int token = step.get(tilesAt + tile * StepLayout.TILE_RECORD + StepLayout.TILE_TOKEN);
            int count = step.get(tilesAt + tile * StepLayout.TILE_RECORD + StepLayout.TILE_COUNT);
            int valueVectors = (valueDim + Lanes.WIDTH - 1) / Lanes.WIDTH;
            int record = tokensAt + token * StepLayout.TOKEN_RECORD;
            int expandedAt = step.get(record + StepLayout.TOKEN_EXPANDED);
            int begin = step.get(record + StepLayout.TOKEN_FROM);
            int end = step.get(record + StepLayout.TOKEN_TO);
            int seenByAllFrom = begin;
            int seenByAllTo = end;
            for (int i = 1; i < count; i++) {
                int from = step.get(record + i * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_FROM);
                int to = step.get(record + i * StepLayout.TOKEN_RECORD + StepLayout.TOKEN_TO);
                begin = Math.min(begin, from);
                end = Math.max(end, to);
                seenByAllFrom = Math.max(seenByAllFrom, from);
                seenByAllTo = Math.min(seenByAllTo, to);
            }
            int stateAt = unit * (AttentionTile.STATE + valueVectors * Lanes.WIDTH);
            AttentionTile.clear(state, stateAt, valueVectors * Lanes.WIDTH);
            int[] expandedRows = new int[AttentionTile.KEYS];
            int[] rotaryRows = new int[AttentionTile.KEYS];
            float[] weights = new float[AttentionTile.QUERIES * AttentionTile.KEYS];
            float[] keyElements = new float[Lanes.WIDTH * AttentionTile.KEYS_AT_ONCE];
            int queries = unit * (nopeVectors + ropeVectors) * Lanes.WIDTH;
            for (int block = begin; block < end; block += AttentionTile.KEYS) {
                int keys = Math.min(AttentionTile.KEYS, end - block);
                for (int i = 0; i < AttentionTile.KEYS; i++) {
                    int key = block + Math.min(i, keys - 1);
                    rotaryRows[i] = (expandedAt + key) * ropeVectors;
                    expandedRows[i] = (expandedAt + key) * expandedRow;
                }
                int apart = (keys + AttentionTile.KEYS_AT_ONCE - 1) / AttentionTile.KEYS_AT_ONCE;
                for (int i = 0; i < apart; i++) {
                    AttentionTile.scores(lanes, queries, expanded, expandedRows, head * nopeVectors, nopeVectors,
                            rotary, rotaryRows, 0, ropeVectors, i, apart, keyElements, state, stateAt);
                }
                int hidden = keys;
                if (step.get(StepLayout.MASKED) == 0 && block >= seenByAllFrom && block + keys <= seenByAllTo) {
                    hidden = 0;
                }
                hide(mask, step, record, count, step.get(StepLayout.MASK_HEAD_STRIDE) * head, block, hidden, weights,
                        state, stateAt);
                Float16 factor = AttentionTile.weigh(weights, keys, state, stateAt);
                AttentionTile.accumulate(expanded, expandedRows, heads * nopeVectors + head * valueVectors, keys,
                        valueVectors, factor, state, stateAt);
            }
            write(state, stateAt, token, count, head, heads, valueDim, weights, values);
        }
    }

    /**
     * Hides the keys of a block that a token does not see, and adds the mask to the others, for all tokens of the tile.
     */
    private static void hide(FloatArray mask, IntArray step, int firstRecord, int count, int maskOffset, int block,
            int keys, float[] lanes, VectorFloat16 state, int at) {
        int masked = step.get(StepLayout.MASKED);
        for (int i = 0; i < keys; i++) {
            Lanes.unpack(state.get(at + i), lanes, 0);
            for (int row = 0; row < AttentionTile.QUERIES; row++) {
                int record = firstRecord + Math.min(row, count - 1) * StepLayout.TOKEN_RECORD;
                if (block + i < step.get(record + StepLayout.TOKEN_FROM)
                        || block + i >= step.get(record + StepLayout.TOKEN_TO)) {
                    lanes[row] = Softmax.HIDDEN;
                } else if (masked == 1) {
                    lanes[row] = lanes[row]
                            + mask.get(step.get(record + StepLayout.TOKEN_MASK) + maskOffset + block + i);
                }
            }
            state.set(at + i, Lanes.pack(lanes, 0));
        }
    }

    /** Divides the sums of a tile by the sums of its weights; a token that saw no key gets zeros. */
    private static void write(VectorFloat16 state, int at, int token, int count, int head, int heads, int valueDim,
            float[] lanes, FloatArray values) {
        Lanes.unpack(state.get(at + AttentionTile.SUM), lanes, 0);
        for (int i = 0; i < AttentionTile.QUERIES; i++) {
            float inverse = 0f;
            if (lanes[i] > 0f) {
                inverse = 1f / lanes[i];
            }
            lanes[i] = inverse;
        }
        Float16 inverses = Lanes.pack(lanes, 0);
        for (int v = 0; v < (valueDim + Lanes.WIDTH - 1) / Lanes.WIDTH; v++) {
            for (int i = 0; i < Lanes.WIDTH; i++) {
                Lanes.unpack(Float16.mult(state.get(at + AttentionTile.STATE + v * Lanes.WIDTH + i), inverses), lanes,
                        i * Lanes.WIDTH);
            }
            int present = Math.min(Lanes.WIDTH, valueDim - v * Lanes.WIDTH);
            for (int i = 0; i < count; i++) {
                int to = ((token + i) * heads + head) * valueDim + v * Lanes.WIDTH;
                for (int e = 0; e < present; e++) {
                    values.set(to + e, lanes[e * Lanes.WIDTH + i]);
                }
            }
        }
    }
}
