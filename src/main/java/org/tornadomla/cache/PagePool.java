package org.tornadomla.cache;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Which pages are free, and how many holders each of the others has. Guarded by the lock of {@link LatentCache}. */
final class PagePool {

    private final int[] free;
    private final int[] holders;
    private final @Nullable SplittableRandom shuffle;
    private int freePages;
    private int sharedPages;

    PagePool(int pages, PageOrder order) {
        free = new int[pages];
        holders = new int[pages];
        shuffle = order.shuffled() ? new SplittableRandom(order.seed()) : null;
        for (int page = pages - 1; page >= 0; page--) {
            free[freePages++] = page;
        }
    }

    /** Hands out a free page to one holder; the caller has made sure that there is one. */
    int take() {
        int last = freePages - 1;
        int chosen = shuffle == null ? last : shuffle.nextInt(freePages);
        int page = free[chosen];
        free[chosen] = free[last];
        freePages = last;
        holders[page] = 1;
        return page;
    }

    /** Adds a holder to a page that has one. */
    void share(int page) {
        if (++holders[page] == 2) {
            sharedPages++;
        }
    }

    /** Takes one holder from a page; the page is free after its last. */
    void release(int page) {
        int left = --holders[page];
        if (left == 1) {
            sharedPages--;
        } else if (left == 0) {
            free[freePages++] = page;
        }
    }

    int holders(int page) {
        return holders[page];
    }

    int freePages() {
        return freePages;
    }

    int sharedPages() {
        return sharedPages;
    }
}
