package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.cache.CachedSequence;

/**
 * The tokens that a decoder has seen of one text, as the cache holds them. Made by {@link Decoder#open} and
 * {@link #fork}.
 */
@PublicApi
public final class Sequence implements AutoCloseable {

    private final CachedSequence cached;

    Sequence(CachedSequence cached) {
        this.cached = cached;
    }

    CachedSequence cached() {
        return cached;
    }

    /** The pages that hold its tokens, in their order. */
    int[] pages() {
        return cached.cache().blockTable(cached);
    }

    /**
     * Number of tokens.
     *
     * @throws org.tornadomla.error.CacheException when the sequence or its decoder is closed
     */
    public int length() {
        return cached.length();
    }

    /**
     * A second sequence with the same tokens, which shares its memory until either grows.
     *
     * @throws org.tornadomla.error.CacheException when the sequence or its decoder is closed
     */
    public Sequence fork() {
        return new Sequence(cached.cache().fork(cached));
    }

    /**
     * Forgets the tokens from a position on.
     *
     * @param length tokens to keep, 0 to its length
     * @throws org.tornadomla.error.CacheException when the length is out of range, or the sequence or its decoder is
     *                                                 closed
     */
    public void truncate(int length) {
        cached.cache().truncate(cached, length);
    }

    /** Gives its memory back; a second call does nothing. */
    @Override
    public void close() {
        cached.close();
    }
}
