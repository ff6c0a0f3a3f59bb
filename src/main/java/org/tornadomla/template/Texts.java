package org.tornadomla.template;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.function.IntPredicate;

/** Values as text, and texts by characters, which are whole code points as in Python. */
final class Texts {

    private Texts() {
    }

    /** {@code str(value)}: what is printed. */
    static String str(Run run, Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined undefined -> "";
            case null, default -> {
                StringBuilder text = new StringBuilder();
                Repr.write(run, value, text);
                yield text.toString();
            }
        };
    }

    static String repr(Run run, Object value) {
        StringBuilder text = new StringBuilder();
        Repr.write(run, value, text);
        return text.toString();
    }

    /** The letters of what Python joins to its output, which must be a text. */
    static String joinable(Object value) {
        String text = Types.text(value);
        if (text == null) {
            throw PyError.type("expected a str to print, found " + Types.name(value));
        }
        return text;
    }

    /** A number in decimal. */
    static String integer(Object value) {
        return value instanceof BigInteger big && big.bitLength() > 14_000 ? tooLong() : value.toString();
    }

    private static String tooLong() {
        throw PyError.value("the number has too many digits");
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Whether characters are the same as Java's. */
    static boolean isFlat(String text) {
        return length(text) == text.length();
    }

    /** The part of a text between two characters. */
    static String part(String text, int from, int to) {
        if (isFlat(text)) {
            return text.substring(from, to);
        }
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    static Iterator<String> characters(String text) {
        return text.codePoints().mapToObj(Character::toString).iterator();
    }

    static String stripStart(String text, IntPredicate strips) {
        int start = 0;
        while (start < text.length() && strips.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String stripEnd(String text, IntPredicate strips) {
        int end = text.length();
        while (end > 0 && strips.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    /** Compares by code points. */
    static int compare(String left, String right) {
        int end = Math.min(left.length(), right.length());
        for (int i = 0; i < end; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean bothOrNone = Character.isSurrogate(a) == Character.isSurrogate(b);
                return bothOrNone ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    static String repeat(Run run, String text, long times) {
        if (times <= 0 || text.isEmpty()) {
            return "";
        }
        if (times > Integer.MAX_VALUE) {
            throw PyError.limit("the template makes too long a text");
        }
        run.characters(text.length() * times);
        return text.repeat((int) times);
    }
}
