package org.tornadomla.config;

import java.util.Collection;
import java.util.Locale;

/** What messages show of things that may be long. */
public final class Shortened {

    private static final int CHARACTERS = 200;
    private static final int ITEMS = 10;

    private Shortened() {
    }

    /**
     * The beginning of a text that comes from elsewhere.
     *
     * @param text of any length
     * @return at most 200 characters of it, {@link #visible}, and how many there are if there are more
     */
    public static String text(String text) {
        return text.length() <= CHARACTERS
                ? visible(text)
                : visible(text.substring(0, CHARACTERS)) + "... (" + text.length() + " characters)";
    }

    /**
     * A text without what a terminal would obey and no output can encode: control characters but line ends and tabs,
     * and halves of surrogate pairs, are written as escapes.
     *
     * @param text of any length
     * @return the same text where it has none
     */
    public static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean obeyed = Character.isISOControl(c) && "\n\r\t".indexOf(c) < 0;
            boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            if (obeyed || half) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
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
