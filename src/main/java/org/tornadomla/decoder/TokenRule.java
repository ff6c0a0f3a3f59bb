package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;

/**
 * A say in the tokens of one text: what may come next, and how likely. One object serves one text, on the thread that
 * computes; a failure of it ends the text.
 */
@PublicApi
public interface TokenRule {

    /** A rule that changes nothing. */
    TokenRule NONE = new TokenRule() {
    };

    /**
     * Changes logits before a token is chosen from them.
     *
     * @param logits [vocabulary size] as the model gave them. Modified; negative infinity excludes a token
     */
    default void prepare(float[] logits) {
    }

    /**
     * A token was chosen, and its listener is told next.
     *
     * @param id     the token
     * @param logits [vocabulary size] as the model gave them. Not modified
     */
    default void chosen(int id, float[] logits) {
    }

    /** Whether special tokens are part of the text. Forms of answers whose marks are special tokens need that. */
    default boolean showsSpecialTokens() {
        return false;
    }
}
