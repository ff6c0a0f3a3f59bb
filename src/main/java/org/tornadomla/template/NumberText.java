package org.tornadomla.template;

import java.math.BigInteger;
import java.util.Locale;

/** Numbers read from texts, as Python's {@code int} and {@code float} read them. */
final class NumberText {

    private NumberText() {
    }

    /**
     * {@code int(text, base)}.
     *
     * @throws PyError of kind VALUE where Python raises a ValueError
     */
    static Object integer(String text, long base) {
        String digits = strip(text);
        String sign = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(0, 1) : "";
        digits = digits.substring(sign.length());
        String lower = digits.toLowerCase(Locale.ROOT);
        int prefix = base == 16 && lower.startsWith("0x") || base == 8 && lower.startsWith("0o")
                || base == 2 && lower.startsWith("0b") ? 2 : 0;
        if (base < 2 || base > 36) {
            throw PyError.unsupported("a number to the base " + base);
        }
        digits = digits.substring(prefix);
        // One underscore may stand between digits, and behind the prefix.
        String plain = digits.replaceAll(prefix > 0 ? "(?<=^|[^_])_(?=[^_])" : "(?<=[^_])_(?=[^_])", "");
        if (plain.isEmpty() || !plain.codePoints()
                .allMatch(c -> c < 0x80 ? Character.digit(c, (int) base) >= 0 : isDigit(c, base))) {
            throw PyError.value("invalid literal for int()");
        }
        if (plain.length() > 4300) {
            throw PyError.value("too many digits for int()");
        }
        StringBuilder ascii = new StringBuilder();
        plain.codePoints().forEach(c -> ascii.append(Character.forDigit(Character.digit(c, (int) base), (int) base)));
        return Numbers.normal(new BigInteger(sign.equals("-") ? "-" + ascii : ascii.toString(), (int) base));
    }

    private static boolean isDigit(int c, long base) {
        return Unicode.isDecimal(c) && Character.digit(c, 10) < base;
    }

    private static String strip(String text) {
        return Texts.stripEnd(Texts.stripStart(text, Unicode::isSpace), Unicode::isSpace);
    }

    /**
     * {@code float(text)}.
     *
     * @throws PyError of kind VALUE where Python raises a ValueError
     */
    static double real(String text) {
        String letters = strip(text).toLowerCase(Locale.ROOT);
        if (letters.matches("[+-]?(inf|infinity)")) {
            return letters.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (letters.matches("[+-]?nan")) {
            return Double.NaN;
        }
        String plain = letters.replaceAll("(?<=[0-9])_(?=[0-9])", "");
        if (!plain.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?")) {
            if (letters.codePoints().anyMatch(c -> c >= 0x80 && Unicode.isDecimal(c))) {
                throw PyError.unsupported("a float with digits that are not ASCII");
            }
            throw PyError.value("could not convert string to float");
        }
        return Double.parseDouble(plain);
    }
}
