package org.tornadomla.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;

/**
 * Which texts are scored.
 *
 * @param text       column of texts whose tokens count
 * @param context    column of texts before them whose tokens do not count; null for none. Without a context the first
 *                       token of a text has nothing before it: it counts only where the tokenizer puts a begin token in
 *                       front
 * @param beginToken whether the begin token comes first, where the tokenizer has one
 */
@PublicApi
public record ScoreOptions(String text, @Nullable String context, boolean beginToken) implements Serializable {

    /** The column {@code text}, without context. */
    public static ScoreOptions defaults() {
        return new ScoreOptions("text", null, true);
    }

    /** With texts from another column. */
    public ScoreOptions withText(String column) {
        return new ScoreOptions(column, context, beginToken);
    }

    /** With a context before each text: how likely is this answer to that question. */
    public ScoreOptions withContext(String column) {
        return new ScoreOptions(text, column, beginToken);
    }

    /** With the begin token, or without. */
    public ScoreOptions withBeginToken(boolean added) {
        return new ScoreOptions(text, context, added);
    }
}
