package org.tornadomla.driver;

import java.util.Optional;

import org.tornadomla.cache.CachedSequence;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Tokens of one sequence that go through a plan, in as many rounds as it takes. Tokens are counted from 0 within it.
 */
public interface Work {

    /** The sequence that the tokens follow, or that they are about. */
    CachedSequence sequence();

    /** How many tokens there are. */
    int tokens();

    /**
     * Puts a token where the plan reads it.
     *
     * @param token which
     * @param row   row of the round
     */
    void place(int token, int row);

    /**
     * The position that a token is rotated by.
     *
     * @param counted what it is by counting from the sequence's length on, or from 0 where tokens are no part of it
     */
    default int position(int token, int counted) {
        return counted;
    }

    /** Whether a token sees only keys up to its own. */
    default boolean causal() {
        return true;
    }

    /** Keys that a token sees at most, its own included; 0 for no limit. */
    default int window() {
        return 0;
    }

    /** The additive mask of the tokens; all works of a call have one or none has. */
    default Optional<MaskRows> mask() {
        return Optional.empty();
    }

    /** Whether the result of a token is wanted. */
    boolean wants(int token);

    /**
     * Takes the result of a token.
     *
     * @param token which
     * @param index its place among the results of the round, by which arrays of results are read
     */
    void take(int token, int index);

    /** Rows of an additive mask, one a token. */
    interface MaskRows {

        /** Floats of a row. */
        int floats();

        /** Floats between the parts of two heads; 0 when all heads share one. */
        int headStride();

        /** Copies the row of a token to a place in an array. */
        void copy(int token, FloatArray target, int at);
    }
}
