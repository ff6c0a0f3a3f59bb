package org.tornadomla.tokenizer;

import java.util.List;

/**
 * The text of a model's answer as its tokens come: whole characters only, and nothing from the first stop string on.
 *
 * <p>One object serves one text and one thread.
 */
public final class TextStream {

    private final StreamingDetokenizer detokenizer;
    private final StopStrings stopStrings;

    /**
     * An answer that continues a prompt.
     *
     * @param tokenizer the model's tokenizer
     * @param stops texts that end the answer; none of them empty
     * @throws IllegalArgumentException when a stop string is empty
     */
    public TextStream(TextTokenizer tokenizer, List<String> stops) {
        this.detokenizer = tokenizer.continuationDetokenizer();
        this.stopStrings = new StopStrings(stops);
    }

    /**
     * The text that a token decides; often that of the token, sometimes none.
     *
     * @throws IllegalArgumentException when no token has that id
     */
    public String accept(int id) {
        return stopStrings.accept(detokenizer.accept(id));
    }

    /** Whether a stop string ended the answer: no more tokens are needed. */
    public boolean stopped() {
        return stopStrings.stopped();
    }

    /** What was held back when no more tokens come. */
    public String finish() {
        return stopStrings.accept(detokenizer.finish()) + stopStrings.finish();
    }
}
