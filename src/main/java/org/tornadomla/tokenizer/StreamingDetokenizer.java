package org.tornadomla.tokenizer;

import org.tornadomla.annotation.PublicApi;

/**
 * Turns token ids into text as they come. A character that several tokens share is returned when the last of them
 * comes, and then at once; bytes that can no longer become a character are returned as U+FFFD. The cost of a token
 * depends on its own length only. The pieces joined are the text of all ids, special tokens left out.
 *
 * <p>In one case a stream cannot give what {@link TextTokenizer#decode} gives of all ids: where tokens are single bytes
 * by byte fallback, decoding the whole replaces every byte of a run that has one invalid byte, also the valid ones
 * before it.
 *
 * <p>One object serves one text and one thread.
 */
@PublicApi
public final class StreamingDetokenizer {

    private final Vocabulary vocabulary;
    private final Utf8Assembler characters = new Utf8Assembler();
    private final boolean showsSpecial;
    private boolean first;

    /**
     * A stream of text.
     *
     * @param first        whether the next token starts a text, rather than continue one
     * @param showsSpecial whether special tokens are part of the text
     */
    StreamingDetokenizer(Vocabulary vocabulary, boolean first, boolean showsSpecial) {
        this.vocabulary = vocabulary;
        this.first = first;
        this.showsSpecial = showsSpecial;
    }

    /**
     * The text that a token completes; empty while a character is incomplete and for special tokens.
     *
     * @throws IllegalArgumentException when no token has that id
     */
    public String accept(int id) {
        vocabulary.requireKnown(id);
        if (vocabulary.isSpecial(id) && !showsSpecial) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (byte next : vocabulary.bytes(id, first)) {
            characters.accept(next, text);
        }
        first = false;
        return text.toString();
    }

    /** What is left when no more tokens come: one U+FFFD for a character that was not completed, else nothing. */
    public String finish() {
        StringBuilder text = new StringBuilder();
        characters.finish(text);
        return text.toString();
    }
}
