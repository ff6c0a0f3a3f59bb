package org.tornadomla.attention;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ShapeException;

/**
 * A batch of token vectors with what is known of them. Rows of a batch may be shorter than its width; what stands
 * behind a row's length is padding, never read, and zero in results.
 *
 * @param batch     rows
 * @param tokens    tokens of the longest row
 * @param values    [batch, tokens, hidden] floats, not copied
 * @param lengths   [batch] tokens of each row, 0 to tokens; null when all rows are full
 * @param positions [batch, tokens] positions to rotate by; null to count from the sequence's length on
 * @param causal    whether a token sees only keys up to its own
 * @param window    keys that a token sees at most, its own included; 0 for no limit
 * @param mask      additive mask; null for none
 */
@PublicApi
public record Tokens(int batch, int tokens, float[] values, int @Nullable [] lengths, int @Nullable [] positions,
        boolean causal, int window, @Nullable Mask mask) {

    /**
     * Checks that the arrays fit each other.
     *
     * @throws ShapeException when they do not
     */
    public Tokens {
        if (batch < 1 || tokens < 1 || values == null || values.length == 0
                || values.length % ((long) batch * tokens) != 0) {
            throw new ShapeException("tokens of [" + batch + ", " + tokens + ", hidden] do not fit "
                    + (values == null ? "no" : values.length) + " values");
        }
        if (lengths != null) {
            if (lengths.length != batch) {
                throw new ShapeException("lengths has " + lengths.length + " entries, must have one a row: " + batch);
            }
            for (int row = 0; row < batch; row++) {
                if (lengths[row] < 0 || lengths[row] > tokens) {
                    throw new ShapeException(
                            "length of row " + row + " is " + lengths[row] + ", must be 0 to " + tokens);
                }
            }
        }
        if (positions != null && positions.length != batch * tokens) {
            throw new ShapeException(
                    "positions has " + positions.length + " entries, must have " + batch + " x " + tokens);
        }
        if (window < 0) {
            throw new ShapeException("window is " + window + ", must be 0 (none) or more");
        }
    }

    /** A full batch, causal, positions counted by the sequence. */
    public static Tokens of(int batch, int tokens, float[] values) {
        return new Tokens(batch, tokens, values, null, null, true, 0, null);
    }

    /** The same tokens with rows of these lengths. */
    public Tokens withLengths(int... rowLengths) {
        return new Tokens(batch, tokens, values, rowLengths, positions, causal, window, mask);
    }

    /** The same tokens rotated by these positions, [batch, tokens]. */
    public Tokens withPositions(int... tokenPositions) {
        return new Tokens(batch, tokens, values, lengths, tokenPositions, causal, window, mask);
    }

    /** The same tokens, each seeing all keys of its row. */
    public Tokens bidirectional() {
        return new Tokens(batch, tokens, values, lengths, positions, false, window, mask);
    }

    /** The same tokens, each seeing at most {@code keys} keys. */
    public Tokens withWindow(int keys) {
        return new Tokens(batch, tokens, values, lengths, positions, causal, keys, mask);
    }

    /** The same tokens with an additive mask, on top of causality and window if those are set. */
    public Tokens withMask(Mask additive) {
        return new Tokens(batch, tokens, values, lengths, positions, causal, window, additive);
    }

    /** Floats of a token. */
    int width() {
        return values.length / (batch * tokens);
    }

    /** Tokens of a row. */
    int length(int row) {
        return lengths == null ? tokens : lengths[row];
    }
}
