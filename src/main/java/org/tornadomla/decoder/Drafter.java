package org.tornadomla.decoder;

/** Guesses how texts go on. A guess may be as bad as it likes: it costs time, and never changes a text. */
interface Drafter {

    /**
     * Guesses the next tokens of a text.
     *
     * @param text of which all tokens but the last are computed
     * @param most tokens to guess, at least 1
     * @return token ids, none where it has no guess
     */
    int[] draft(RunningText text, int most);
}
