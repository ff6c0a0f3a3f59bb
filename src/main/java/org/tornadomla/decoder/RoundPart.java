package org.tornadomla.decoder;

import java.util.stream.IntStream;

import org.tornadomla.decoder.Continuation.Rows;

/**
 * A text's part of a round.
 *
 * @param text   which
 * @param from   place of its first token
 * @param tokens of its own, one or more of those that are missing
 * @param drafts guesses of what follows them; none where they are part of a prompt
 */
record RoundPart(RunningText text, int from, int tokens, int... drafts) {

    RoundPart(RunningText text, int tokens, int... drafts) {
        this(text, text.computed(), tokens, drafts);
    }

    /**
     * What the decoder is to compute.
     *
     * @param hidden whether hidden states of each token are wanted besides
     */
    Continuation continuation(boolean hidden) {
        int[] own = text.generation().tokens(from, from + tokens);
        if (guesses()) {
            return new Continuation(text.sequence(), Rows.EACH,
                    IntStream.concat(IntStream.of(own), IntStream.of(drafts)).toArray());
        }
        if (hidden) {
            return new Continuation(text.sequence(), Rows.LAST_AND_EACH_HIDDEN, own);
        }
        return new Continuation(text.sequence(), completes() ? Rows.LAST : Rows.NONE, own);
    }

    boolean guesses() {
        return drafts.length > 0;
    }

    /** Whether nothing is missing behind it, so that the next token is chosen. */
    boolean completes() {
        return from + tokens == text.generation().length();
    }
}
