package org.tornadomla.cache;

/** The pool has fewer free pages than a reservation needs; every sequence is as it was before. */
public final class CacheFullException extends CacheException {

    private final long neededPages;
    private final int freePages;

    CacheFullException(String purpose, long neededPages, int freePages, CacheConfig config) {
        super("cache full: " + purpose + " needs " + pages(neededPages, config) + ", free are "
                + pages(freePages, config) + " of a budget of " + pages(config.pages(), config)
                + "; close or truncate sequences, or configure a larger budget");
        this.neededPages = neededPages;
        this.freePages = freePages;
    }

    private static String pages(long count, CacheConfig config) {
        return count + (count == 1 ? " page (" : " pages (") + count * config.pageBytes() + " bytes)";
    }

    /** @return pages that the refused request needs */
    public long neededPages() {
        return neededPages;
    }

    /** @return pages that were free when it was refused */
    public int freePages() {
        return freePages;
    }
}
