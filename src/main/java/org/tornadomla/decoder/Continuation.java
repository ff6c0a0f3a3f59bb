package org.tornadomla.decoder;

import org.tornadomla.error.ShapeException;

/**
 * Tokens that follow on a sequence, not yet computed.
 *
 * @param sequence the sequence that grows
 * @param ids      token ids, at least one; not copied
 */
public record Continuation(Sequence sequence, int... ids) {

    /** @throws ShapeException when there is no token */
    public Continuation {
        if (ids.length == 0) {
            throw new ShapeException("a continuation has no tokens, it needs at least one");
        }
    }
}
