package org.tornadomla.template;

/** What Python knows of characters, where Java knows something else. */
final class Unicode {

    private Unicode() {
    }

    /** Python's white space: of {@code strip}, {@code split} and of {@code \s}. */
    static boolean isSpace(int c) {
        return c == ' ' || c >= 0x09 && c <= 0x0D || c >= 0x1C && c <= 0x1F || c == 0x85 || c == 0xA0
                || c > 0xFF && (Character.getType(c) == Character.SPACE_SEPARATOR || c == 0x2028 || c == 0x2029);
    }

    /** Where {@code splitlines} splits. */
    static boolean isLineBreak(int c) {
        return c >= 0x0A && c <= 0x0D || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    /** Whether {@code repr} shows a character as it is. */
    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    static boolean isAlpha(int c) {
        return Character.isLetter(c);
    }

    static boolean isDecimal(int c) {
        return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
    }

    /** Letters, and whatever has a numeric value. */
    static boolean isAlnum(int c) {
        return isAlpha(c) || isNumeric(c);
    }

    static boolean isNumeric(int c) {
        int type = Character.getType(c);
        if (type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER) {
            return true;
        }
        if (type == Character.OTHER_LETTER && Character.isIdeographic(c) && Character.UnicodeBlock.of(c) != null) {
            return numericIdeograph(c);
        }
        return false;
    }

    /** The ideographs that count; rare ones are refused, for Java has no table of them. */
    private static boolean numericIdeograph(int c) {
        return "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07\u842c\u5104\u4ebf\u5146\u96f6\u3007"
                .indexOf(c) >= 0;
    }

    /** Digits by Python's {@code isdigit}: decimal ones, and superscripts and the like of Latin. */
    static boolean isDigit(int c) {
        return isDecimal(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 || c == 0x2070 || c >= 0x2074 && c <= 0x2079
                || c >= 0x2080 && c <= 0x2089 || c >= 0x2460 && c <= 0x2468 || c >= 0x2474 && c <= 0x247C
                || c >= 0x2488 && c <= 0x2490;
    }

    static boolean isUpper(int c) {
        return Character.isUpperCase(c);
    }

    static boolean isLower(int c) {
        return Character.isLowerCase(c);
    }

    static boolean isTitle(int c) {
        return Character.isTitleCase(c);
    }

    static boolean isCased(int c) {
        return isUpper(c) || isLower(c) || isTitle(c);
    }

    /** Whether a name may be an identifier. */
    static boolean isIdentifier(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c < 0x80 && (c == '_' || Character.isLetterOrDigit(c)))
                && !Character.isDigit(name.charAt(0));
    }
}
