package org.tornadomla.decoder;

import java.util.stream.IntStream;

import org.tornadomla.decoder.Continuation.Rows;

/**
 * A text's part of a round.
 *
 * @param text   which
 * @param tokens of its own, one or more of those that are missing
 * @param drafts guesses of what follows them; none where they are part of a prompt
 */
record RoundPart(RunningText text, int tokens, int... drafts) {

    /** What the decoder is to compute. */
    Continuation continuation() {
        int from = text.computed();
        int[] own = text.generation().tokens(from, from + tokens);
        if (guesses()) {
            return new Continuation(text.sequence(), Rows.EACH,
                    IntStream.concat(IntStream.of(own), IntStream.of(drafts)).toArray());
        }
        return new Continuation(text.sequence(), tokens == text.missing() ? Rows.LAST : Rows.NONE, own);
    }

    boolean guesses() {
        return drafts.length > 0;
    }
}
