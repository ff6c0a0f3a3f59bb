package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** The pool has fewer free pages than a reservation needs; every sequence is as it was before. */
@PublicApi
public final class CacheFullException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** Pages that the refused request needs. */
    private final long neededPages;
    /** Pages that were free when it was refused. */
    private final int freePages;

    /**
     * An exception that says what is missing.
     *
     * @param purpose     what was asked for
     * @param neededPages pages that it needs
     * @param freePages   pages that are free
     * @param pages       pages of the budget
     * @param pageBytes   bytes of a page
     */
    public CacheFullException(String purpose, long neededPages, int freePages, int pages, long pageBytes) {
        super("cache full: " + purpose + " needs " + pages(neededPages, pageBytes) + ", free are "
                + pages(freePages, pageBytes) + " of a budget of " + pages(pages, pageBytes)
                + "; close or truncate sequences, or configure a larger budget");
        this.neededPages = neededPages;
        this.freePages = freePages;
    }

    private static String pages(long count, long pageBytes) {
        return count + (count == 1 ? " page (" : " pages (") + count * pageBytes + " bytes)";
    }

    /** {@return pages that the refused request needs} */
    public long neededPages() {
        return neededPages;
    }

    /** {@return pages that were free when it was refused} */
    public int freePages() {
        return freePages;
    }
}
