package org.tornadomla.cache;

import org.tornadomla.annotation.PublicApi;

/**
 * In which order free pages are handed out. No result depends on it, which is what the shuffled order is for: a test
 * that passes under it cannot be relying on neighbouring pages.
 *
 * @param shuffled false: the page freed last is handed out first, and a new pool counts up from page 0
 * @param seed     of the shuffle; has no meaning without it
 */
@PublicApi
public record PageOrder(boolean shuffled, long seed) {

    /** The order for use. */
    public static final PageOrder NATURAL = new PageOrder(false, 0);

    /**
     * Pages in an order that looks random.
     *
     * @param seed the same seed and the same operations give the same pages
     * @return the order for tests
     */
    public static PageOrder shuffled(long seed) {
        return new PageOrder(true, seed);
    }
}
