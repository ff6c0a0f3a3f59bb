package org.tornadomla.config;

import java.util.Collection;

/** What messages show of things that may be long. */
public final class Shortened {

    private static final int CHARACTERS = 200;
    private static final int ITEMS = 10;

    private Shortened() {
    }

    /**
     * The beginning of a text.
     *
     * @param text of any length
     * @return at most 200 characters of it, and how many there are if there are more
     */
    public static String text(String text) {
        return text.length() <= CHARACTERS
                ? text
                : text.substring(0, CHARACTERS) + "... (" + text.length() + " characters)";
    }

    /**
     * The first items of a list.
     *
     * @param items     any number of texts
     * @param separator between them
     * @return at most ten, each shortened, and how many there are if there are more
     */
    public static String list(Collection<String> items, String separator) {
        String first = String.join(separator, items.stream().limit(ITEMS).map(Shortened::text).toList());
        return items.size() <= ITEMS ? first : first + separator + "... (" + items.size() + " in all)";
    }
}
