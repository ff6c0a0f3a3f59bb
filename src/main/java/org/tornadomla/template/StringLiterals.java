package org.tornadomla.template;

import java.util.Locale;

/** What the letters of a quoted string in a tag mean. */
final class StringLiterals {

    private static final String LETTERS = "\\'\"abfnrtv";
    private static final String MEANINGS = "\\'\"\u0007\b\f\n\r\t\u000B";

    private StringLiterals() {
    }

    /**
     * The text of a string.
     *
     * @param quoted what stands between the quotes
     * @throws PyError for an escape that is cut short or names no character
     */
    static String read(String quoted) {
        String ascii = ascii(quoted);
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < ascii.length()) {
            char c = ascii.charAt(i);
            if (c != '\\') {
                text.append(c);
                i++;
            } else if (i + 1 == ascii.length()) {
                throw PyError.value("a string ends with a backslash");
            } else {
                i = escape(ascii, i + 1, text);
            }
        }
        return text.toString();
    }

    /**
     * Jinja writes other characters as escapes first, so that a backslash before one of them takes its escape apart.
     */
    private static String ascii(String quoted) {
        StringBuilder ascii = new StringBuilder();
        quoted.codePoints().forEach(c -> {
            if (c < 0x80) {
                ascii.append((char) c);
            } else {
                ascii.append(
                        String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
        });
        return ascii.toString();
    }

    private static int escape(String ascii, int at, StringBuilder text) {
        char c = ascii.charAt(at);
        int known = LETTERS.indexOf(c);
        if (known >= 0) {
            text.append(MEANINGS.charAt(known));
            return at + 1;
        }
        if (c >= '0' && c <= '7') {
            int end = at;
            while (end < ascii.length() && end < at + 3 && ascii.charAt(end) >= '0' && ascii.charAt(end) <= '7') {
                end++;
            }
            text.append((char) Integer.parseInt(ascii, at, end, 8));
            return end;
        }
        return switch (c) {
            case '\n' -> at + 1;
            case 'x' -> hex(ascii, at + 1, 2, text);
            case 'u' -> hex(ascii, at + 1, 4, text);
            case 'U' -> hex(ascii, at + 1, 8, text);
            case 'N' -> throw PyError.unsupported("the escape \\N{...} in a string");
            default -> {
                text.append('\\').append(c);
                yield at + 1;
            }
        };
    }

    private static int hex(String ascii, int from, int digits, StringBuilder text) {
        int end = from + digits;
        if (end > ascii.length() || !ascii.substring(from, end).matches("[0-9a-fA-F]+")) {
            throw PyError.value("an escape in a string needs " + digits + " hexadecimal digits");
        }
        long point = Long.parseLong(ascii, from, end, 16);
        if (point > Character.MAX_CODE_POINT) {
            throw PyError.value("an escape in a string is beyond U+10FFFF");
        }
        text.appendCodePoint((int) point);
        return end;
    }
}
