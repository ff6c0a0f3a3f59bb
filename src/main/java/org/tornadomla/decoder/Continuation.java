package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ShapeException;

/**
 * Tokens that follow on a sequence, not yet computed.
 *
 * @param sequence the sequence that grows
 * @param rows     of which tokens outputs are wanted
 * @param ids      token ids, at least one; not copied
 */
@PublicApi
public record Continuation(Sequence sequence, Rows rows, int... ids) {

    /** Of which tokens of a continuation outputs are wanted. */
    public enum Rows {
        /** Of none: a part of a prompt with more to come. */
        NONE,
        /** Of the last. */
        LAST,
        /** Of the last, and hidden states of each. */
        LAST_AND_EACH_HIDDEN,
        /** Of each. */
        EACH
    }

    /**
     * Checks that there is something to compute.
     *
     * @throws ShapeException when there is no token
     */
    public Continuation {
        if (ids.length == 0) {
            throw new ShapeException("a continuation has no tokens, it needs at least one");
        }
    }

    /** Tokens of which the last one's outputs are wanted. */
    public Continuation(Sequence sequence, int... ids) {
        this(sequence, Rows.LAST, ids);
    }

    /** Whether outputs of a token are wanted. */
    boolean wants(int token) {
        return switch (rows) {
            case NONE -> false;
            case LAST -> token == ids.length - 1;
            case EACH, LAST_AND_EACH_HIDDEN -> true;
        };
    }

    /** Whether logits are wanted of a token whose outputs are. */
    boolean wantsLogits(int token) {
        return rows != Rows.LAST_AND_EACH_HIDDEN || token == ids.length - 1;
    }
}
