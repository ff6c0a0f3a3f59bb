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

    /**
     * Refuses a decoder whose texts it cannot guess.
     *
     * @throws org.tornadomla.error.ConfigurationException naming the difference
     */
    default void check(Decoder decoder) {
    }

    /** Whether {@link #computed} wants to be told. */
    default boolean wantsHidden() {
        return false;
    }

    /**
     * Rows of a text were computed that stand, and the token behind each is known.
     *
     * @param from   place of the first
     * @param hidden [rows, hidden_size] final hidden states
     */
    default void computed(RunningText text, int from, float[][] hidden) {
    }

    /** A text ended, or gave its rows up. */
    default void leave(RunningText text) {
    }

    /** The likeliest token, the lower of equal ones; a guess does not mind numbers that are none. */
    static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }
}
