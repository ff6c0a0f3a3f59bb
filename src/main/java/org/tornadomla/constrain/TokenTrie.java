package org.tornadomla.constrain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary by their bytes, in alphabetical order with what each shares with the one before, so that a
 * walk over all of them takes each shared beginning once and leaves out what cannot follow.
 */
public final class TokenTrie {

    private final int[] ids;
    private final byte[][] texts;
    private final int[] shared;
    /** The next token that does not begin with this one's bytes up to a depth is found by shared beginnings. */
    private final int size;

    /**
     * Orders a vocabulary.
     *
     * @param texts bytes of each token, by id; null or empty for tokens without text, which are never allowed
     */
    public TokenTrie(List<byte[]> texts) {
        this.size = texts.size();
        Comparator<Integer> order = (a, b) -> Arrays.compareUnsigned(texts.get(a), texts.get(b));
        this.ids = IntStream.range(0, size).filter(id -> texts.get(id) != null && texts.get(id).length > 0).boxed()
                .sorted(order).mapToInt(Integer::intValue).toArray();
        this.texts = Arrays.stream(ids).mapToObj(texts::get).toArray(byte[][]::new);
        this.shared = new int[ids.length];
        for (int i = 1; i < ids.length; i++) {
            int common = Arrays.mismatch(this.texts[i - 1], this.texts[i]);
            shared[i] = common < 0 ? this.texts[i].length : common;
        }
    }

    /** Number of ids of the vocabulary. */
    int size() {
        return size;
    }

    /** Tokens in the order of their bytes. */
    int count() {
        return ids.length;
    }

    int id(int index) {
        return ids[index];
    }

    byte[] text(int index) {
        return texts[index];
    }

    /** Bytes at the beginning that a token has in common with the one before. */
    int shared(int index) {
        return shared[index];
    }
}
