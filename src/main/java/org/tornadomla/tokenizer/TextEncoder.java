package org.tornadomla.tokenizer;

/** What turns texts into ids and back, of whatever files. */
interface TextEncoder extends AutoCloseable {

    /**
     * Ids of a text. Special tokens that the text writes out become their ids.
     *
     * @param text            without halves of surrogate pairs
     * @param addsByProcessor whether a post-processor of the files adds what it adds
     */
    int[] encode(String text, boolean addsByProcessor);

    /** Text of known ids, special tokens left out. */
    String decode(int[] ids);

    @Override
    void close();
}
