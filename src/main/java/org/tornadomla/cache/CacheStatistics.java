package org.tornadomla.cache;

import org.tornadomla.annotation.PublicApi;

/**
 * What a cache holds at one moment. Bytes count all layers, in the number format of {@link CacheConfig#type}.
 *
 * @param sequences      open sequences
 * @param tokens         committed tokens of all sequences; a token that two sequences share counts twice
 * @param pages          pages of the pool
 * @param usedPages      pages with at least one holder, those of open reservations included
 * @param sharedPages    pages with more than one holder
 * @param bytesPerToken  bytes that one row takes in all layers, padding included
 * @param usedBytes      bytes of the used pages
 * @param poolBytes      bytes of the whole pool
 * @param multiHeadBytes bytes that plain multi-head attention would keep for the same tokens, keys and values of every
 *                           head unshared, in numbers of the same format; 0 where
 *                           {@link CacheConfig#multiHeadFloatsPerToken} is not known
 */
@PublicApi
public record CacheStatistics(int sequences, long tokens, int pages, int usedPages, int sharedPages, long bytesPerToken,
        long usedBytes, long poolBytes, long multiHeadBytes) {

    /** {@return pages without a holder} */
    public int freePages() {
        return pages - usedPages;
    }
}
