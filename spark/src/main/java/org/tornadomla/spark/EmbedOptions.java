package org.tornadomla.spark;

import java.io.Serializable;
import org.tornadomla.annotation.PublicApi;

/**
 * What embeddings are made of.
 *
 * @param text       column of texts
 * @param pooling    how a text's hidden states become one vector
 * @param beginToken whether the begin token comes first, where the tokenizer has one
 */
@PublicApi
public record EmbedOptions(String text, Pooling pooling, boolean beginToken) implements Serializable {

    /** How the final hidden states of a text's tokens become one vector. */
    public enum Pooling {
        /** The mean of all. */
        MEAN,
        /** That of the last token. */
        LAST
    }

    /** The column {@code text}, by the mean. */
    public static EmbedOptions defaults() {
        return new EmbedOptions("text", Pooling.MEAN, true);
    }

    /** With texts from another column. */
    public EmbedOptions withText(String column) {
        return new EmbedOptions(column, pooling, beginToken);
    }

    /** With another way to one vector. */
    public EmbedOptions withPooling(Pooling way) {
        return new EmbedOptions(text, way, beginToken);
    }

    /** With the begin token, or without. */
    public EmbedOptions withBeginToken(boolean added) {
        return new EmbedOptions(text, pooling, added);
    }
}
