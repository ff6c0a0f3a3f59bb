package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;

/**
 * What a {@link Scheduler} did not compute again, and what it keeps for that.
 *
 * @param hits      texts that began with rows of another text
 * @param tokens    tokens of those rows
 * @param keptTexts texts that ended and are kept
 * @param keptPages pages of the cache that they hold; running texts may share them
 */
@PublicApi
public record PrefixStatistics(long hits, long tokens, int keptTexts, int keptPages) {

    /** Nothing yet. */
    static final PrefixStatistics NONE = new PrefixStatistics(0, 0, 0, 0);

    /** With a further text that began with some tokens of another. */
    PrefixStatistics withHit(int more) {
        return new PrefixStatistics(hits + 1, tokens + more, keptTexts, keptPages);
    }

    /** With what is kept now. */
    PrefixStatistics withKept(KeptTexts kept) {
        return new PrefixStatistics(hits, tokens, kept.size(), kept.pages());
    }
}
