package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * What both ways of attending share: sixteen query rows, one a lane, against a block of keys. A key's elements are
 * numbers that every lane multiplies with, so that no sum runs across lanes, and maxima, exponentials and sums of a
 * softmax are vectors too.
 *
 * <p>The rows' state stands in memory, {@link #STATE} vectors followed by one vector for each element of the weighted
 * sum: weights of the keys of a block, before that their scores, the running maximum, the running sum of weights.
 */
final class AttentionTile {

    /** Keys of a block. */
    static final int KEYS = 64;
    /** Keys whose scores are computed together: as many chains of sums as keep two multipliers busy. */
    static final int KEYS_AT_ONCE = 8;
    /** Query rows of a tile. */
    static final int QUERIES = Lanes.WIDTH;
    /** Where the maximum stands in the state, behind the weights. */
    static final int MAXIMUM = KEYS;
    /** Where the sum of the weights stands. */
    static final int SUM = KEYS + 1;
    /** Vectors of the state before the weighted sum. */
    static final int STATE = KEYS + 2;

    private AttentionTile() {
    }

    /** Sets a state to that of rows that have seen no key. */
    static void clear(VectorFloat16 state, int at, int elements) {
        state.set(at + MAXIMUM, Lanes.splat(Softmax.HIDDEN));
        state.set(at + SUM, Lanes.zero());
        for (int v = 0; v < elements; v++) {
            state.set(at + STATE + v, Lanes.zero());
        }
    }

    /**
     * Scores of {@link #KEYS_AT_ONCE} keys of a block, {@code first}, {@code first + apart} and so on, to where their
     * weights will stand: dot products of their content with the queries' front, and of their rotary part with what
     * follows. The keys lie apart since the memory's prefetchers follow one stream a page.
     *
     * @param queries     vectors of an element each
     * @param at          first vector of the tile's queries
     * @param content     array of the keys' contents
     * @param rows        first vector of each key's row there
     * @param offset      vectors before the content in a row
     * @param vectors     vectors of a content
     * @param pool        array of the keys' rotary parts
     * @param poolRows    first vector of each key's row there
     * @param ropeAt      vectors before the rotary part in a row of the pool
     * @param ropeVectors vectors of a rotary part
     * @param elements    [KEYS_AT_ONCE, 16], scratch
     * @param state       receives the scores
     * @param stateAt     where the state begins
     */
    static void scores(VectorFloat16 queries, int at, VectorFloat16 content, int[] rows, int offset, int vectors,
            VectorFloat16 pool, int[] poolRows, int ropeAt, int ropeVectors, int first, int apart, float[] elements,
            VectorFloat16 state, int stateAt) {
        Float16 s0 = Lanes.zero();
        Float16 s1 = Lanes.zero();
        Float16 s2 = Lanes.zero();
        Float16 s3 = Lanes.zero();
        Float16 s4 = Lanes.zero();
        Float16 s5 = Lanes.zero();
        Float16 s6 = Lanes.zero();
        Float16 s7 = Lanes.zero();
        for (int v = 0; v < vectors + ropeVectors; v++) {
            for (int i = 0; i < KEYS_AT_ONCE; i++) {
                if (v < vectors) {
                    Lanes.unpack(content.get(rows[first + i * apart] + offset + v), elements, i * Lanes.WIDTH);
                } else {
                    Lanes.unpack(pool.get(poolRows[first + i * apart] + ropeAt + v - vectors), elements,
                            i * Lanes.WIDTH);
                }
            }
            for (int e = 0; e < Lanes.WIDTH; e++) {
                Float16 query = queries.get(at + v * Lanes.WIDTH + e);
                s0 = Float16.add(s0, Lanes.times(query, elements[e]));
                s1 = Float16.add(s1, Lanes.times(query, elements[e + Lanes.WIDTH]));
                s2 = Float16.add(s2, Lanes.times(query, elements[e + 2 * Lanes.WIDTH]));
                s3 = Float16.add(s3, Lanes.times(query, elements[e + 3 * Lanes.WIDTH]));
                s4 = Float16.add(s4, Lanes.times(query, elements[e + 4 * Lanes.WIDTH]));
                s5 = Float16.add(s5, Lanes.times(query, elements[e + 5 * Lanes.WIDTH]));
                s6 = Float16.add(s6, Lanes.times(query, elements[e + 6 * Lanes.WIDTH]));
                s7 = Float16.add(s7, Lanes.times(query, elements[e + 7 * Lanes.WIDTH]));
            }
        }
        int to = stateAt + first;
        state.set(to, s0);
        state.set(to + apart, s1);
        state.set(to + 2 * apart, s2);
        state.set(to + 3 * apart, s3);
        state.set(to + 4 * apart, s4);
        state.set(to + 5 * apart, s5);
        state.set(to + 6 * apart, s6);
        state.set(to + 7 * apart, s7);
    }

    /**
     * Adds the additive mask to the scores of a block.
     *
     * @param first  where the first row's mask for key 0 is
     * @param stride floats between the masks of two rows
     * @param rows   rows that exist; lanes behind them take the last one's
     * @param chosen as of {@link Slots#key}, and so chosenAt and most
     * @param block  the place of the block's first key
     * @param lanes  [at least 16], scratch
     */
    static void addMask(FloatArray mask, int first, int stride, int rows, int keys, IntArray chosen, int chosenAt,
            int most, int block, float[] lanes, VectorFloat16 state, int at) {
        for (int i = 0; i < keys; i++) {
            Lanes.unpack(state.get(at + i), lanes, 0);
            int key = Slots.key(chosen, chosenAt, most, block + i);
            for (int lane = 0; lane < QUERIES; lane++) {
                lanes[lane] = lanes[lane] + mask.get(first + Math.min(lane, rows - 1) * stride + key);
            }
            state.set(at + i, Lanes.pack(lanes, 0));
        }
    }

    /**
     * Folds a block's scores into the maximum and sum of a state, and turns them into weights exp(score - maximum), 0
     * for hidden keys.
     *
     * @param weights [KEYS, 16], scratch
     * @return the factors for what was accumulated before
     */
    static Float16 weigh(float[] weights, int keys, VectorFloat16 state, int at) {
        Float16 before = state.get(at + MAXIMUM);
        Float16 maximum = before;
        for (int i = 0; i < keys; i++) {
            maximum = Float16.max(maximum, state.get(at + i));
        }
        // Hidden scores lie far below half the limit, also where there are no others.
        Float16 origin = Float16.max(maximum, Lanes.splat(0.5f * Softmax.HIDDEN_LIMIT));
        for (int i = 0; i < keys; i++) {
            Lanes.unpack(Float16.sub(state.get(at + i), origin), weights, i * QUERIES);
        }
        for (int i = 0; i < keys * QUERIES; i++) {
            weights[i] = TornadoMath.exp(weights[i]);
        }
        Float16 sum = Lanes.zero();
        for (int i = 0; i < keys; i++) {
            Float16 weight = Lanes.pack(weights, i * QUERIES);
            state.set(at + i, weight);
            sum = Float16.add(sum, weight);
        }
        Lanes.unpack(Float16.sub(before, maximum), weights, 0);
        for (int i = 0; i < QUERIES; i++) {
            weights[i] = TornadoMath.exp(weights[i]);
        }
        Float16 factor = Lanes.pack(weights, 0);
        state.set(at + MAXIMUM, maximum);
        state.set(at + SUM, Float16.add(Float16.mult(state.get(at + SUM), factor), sum));
        return factor;
    }

    /**
     * Rescales a state's weighted sums and adds the values of a block, sixteen elements at a time.
     *
     * @param rows    first vector of each key's row
     * @param offset  vectors before the value in a row
     * @param vectors vectors of a value
     * @param factor  factors for what the sums hold
     */
    static void accumulate(VectorFloat16 values, int[] rows, int offset, int keys, int vectors, Float16 factor,
            VectorFloat16 state, int at) {
        for (int v = 0; v < vectors; v++) {
            int to = at + STATE + v * Lanes.WIDTH;
            Float16 s0 = Float16.mult(state.get(to), factor);
            Float16 s1 = Float16.mult(state.get(to + 1), factor);
            Float16 s2 = Float16.mult(state.get(to + 2), factor);
            Float16 s3 = Float16.mult(state.get(to + 3), factor);
            Float16 s4 = Float16.mult(state.get(to + 4), factor);
            Float16 s5 = Float16.mult(state.get(to + 5), factor);
            Float16 s6 = Float16.mult(state.get(to + 6), factor);
            Float16 s7 = Float16.mult(state.get(to + 7), factor);
            Float16 s8 = Float16.mult(state.get(to + 8), factor);
            Float16 s9 = Float16.mult(state.get(to + 9), factor);
            Float16 s10 = Float16.mult(state.get(to + 10), factor);
            Float16 s11 = Float16.mult(state.get(to + 11), factor);
            Float16 s12 = Float16.mult(state.get(to + 12), factor);
            Float16 s13 = Float16.mult(state.get(to + 13), factor);
            Float16 s14 = Float16.mult(state.get(to + 14), factor);
            Float16 s15 = Float16.mult(state.get(to + 15), factor);
            for (int i = 0; i < keys; i++) {
                Float16 value = values.get(rows[i] + offset + v);
                Float16 weight = state.get(at + i);
                s0 = Float16.add(s0, Lanes.times(weight, value.getS0()));
                s1 = Float16.add(s1, Lanes.times(weight, value.getS1()));
                s2 = Float16.add(s2, Lanes.times(weight, value.getS2()));
                s3 = Float16.add(s3, Lanes.times(weight, value.getS3()));
                s4 = Float16.add(s4, Lanes.times(weight, value.getS4()));
                s5 = Float16.add(s5, Lanes.times(weight, value.getS5()));
                s6 = Float16.add(s6, Lanes.times(weight, value.getS6()));
                s7 = Float16.add(s7, Lanes.times(weight, value.getS7()));
                s8 = Float16.add(s8, Lanes.times(weight, value.getS8()));
                s9 = Float16.add(s9, Lanes.times(weight, value.getS9()));
                s10 = Float16.add(s10, Lanes.times(weight, value.getS10()));
                s11 = Float16.add(s11, Lanes.times(weight, value.getS11()));
                s12 = Float16.add(s12, Lanes.times(weight, value.getS12()));
                s13 = Float16.add(s13, Lanes.times(weight, value.getS13()));
                s14 = Float16.add(s14, Lanes.times(weight, value.getS14()));
                s15 = Float16.add(s15, Lanes.times(weight, value.getS15()));
            }
            state.set(to, s0);
            state.set(to + 1, s1);
            state.set(to + 2, s2);
            state.set(to + 3, s3);
            state.set(to + 4, s4);
            state.set(to + 5, s5);
            state.set(to + 6, s6);
            state.set(to + 7, s7);
            state.set(to + 8, s8);
            state.set(to + 9, s9);
            state.set(to + 10, s10);
            state.set(to + 11, s11);
            state.set(to + 12, s12);
            state.set(to + 13, s13);
            state.set(to + 14, s14);
            state.set(to + 15, s15);
        }
    }
}
