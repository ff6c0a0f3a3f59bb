package org.tornadomla.template;

import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** Methods of texts that change or ask for the kind of letters. */
final class TextCase {

    private TextCase() {
    }

    static void addTo(Map<String, TextMethods.Body> all) {
        change(all, "lower", TextCase::lower);
        change(all, "upper", TextCase::upper);
        change(all, "capitalize", TextCase::capitalize);
        change(all, "title", TextCase::title);
        change(all, "swapcase", TextCase::swap);
        change(all, "casefold", TextCase::fold);
        ask(all, "isspace", Unicode::isSpace);
        ask(all, "isalpha", Unicode::isAlpha);
        ask(all, "isalnum", Unicode::isAlnum);
        ask(all, "isdecimal", Unicode::isDecimal);
        ask(all, "isdigit", Unicode::isDigit);
        ask(all, "isnumeric", Unicode::isNumeric);
        all.put("isascii", (run, self, args) -> none(args, "isascii") && self.chars().allMatch(c -> c < 0x80));
        all.put("isprintable",
                (run, self, args) -> none(args, "isprintable") && self.codePoints().allMatch(Unicode::isPrintable));
        all.put("isidentifier", (run, self, args) -> none(args, "isidentifier") && identifier(self));
        all.put("islower", (run, self, args) -> none(args, "islower") && isLower(self));
        all.put("isupper", (run, self, args) -> none(args, "isupper") && isUpper(self));
        all.put("istitle", (run, self, args) -> none(args, "istitle") && isTitle(self));
    }

    private static boolean none(Args args, String name) {
        args.plain(name, 0, 0);
        return true;
    }

    private static void change(Map<String, TextMethods.Body> all, String name, UnaryOperator<String> change) {
        all.put(name, (run, self, args) -> {
            args.plain(name, 0, 0);
            return change.apply(self);
        });
    }

    private static void ask(Map<String, TextMethods.Body> all, String name, IntPredicate predicate) {
        all.put(name,
                (run, self, args) -> none(args, name) && !self.isEmpty() && self.codePoints().allMatch(predicate));
    }

    private static boolean identifier(String text) {
        if (!text.chars().allMatch(c -> c < 0x80)) {
            throw PyError.unsupported("isidentifier() of other letters than ASCII");
        }
        return Unicode.isIdentifier(text);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static boolean isLower(String text) {
        return text.codePoints().noneMatch(c -> Unicode.isUpper(c) || Unicode.isTitle(c))
                && text.codePoints().anyMatch(Unicode::isLower);
    }

    static boolean isUpper(String text) {
        return text.codePoints().noneMatch(c -> Unicode.isLower(c) || Unicode.isTitle(c))
                && text.codePoints().anyMatch(Unicode::isUpper);
    }

    private static boolean isTitle(String text) {
        boolean cased = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean starts = Unicode.isUpper(c) || Unicode.isTitle(c);
            if (starts && cased || Unicode.isLower(c) && !cased) {
                return false;
            }
            cased = starts || Unicode.isLower(c);
            any |= cased;
        }
        return any;
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        return titled(first) + rest(text, Character.charCount(first), text.length());
    }

    /** The lower case of a part of a text; the sigma at the end of a word looks at the whole text. */
    private static String rest(String text, int from, int to) {
        String part = text.substring(from, to);
        if (part.indexOf('\u03A3') >= 0) {
            throw PyError.unsupported("the lower case of a sigma in the middle of a text");
        }
        return lower(part);
    }

    /** Python's {@code title}: each run of cased letters starts with a large one. */
    private static String title(String text) {
        StringBuilder titled = new StringBuilder();
        boolean cased = false;
        for (int c : text.codePoints().toArray()) {
            String letter = Character.toString(c);
            titled.append(cased ? rest(letter, 0, letter.length()) : titled(c));
            cased = Unicode.isCased(c);
        }
        return titled.toString();
    }

    private static String titled(int letter) {
        String upper = upper(Character.toString(letter));
        if (upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(Character.toTitleCase(letter));
        }
        if (letter == 0xDF || letter >= 0xFB00 && letter <= 0xFB06) {
            return upper.charAt(0) + lower(upper.substring(1));
        }
        throw PyError.unsupported("the large form of " + Character.getName(letter));
    }

    private static String swap(String text) {
        StringBuilder swapped = new StringBuilder();
        text.codePoints().forEach(c -> {
            String letter = Character.toString(c);
            swapped.append(Unicode.isUpper(c)
                    ? rest(letter, 0, letter.length())
                    : Unicode.isLower(c) ? upper(letter) : letter);
        });
        return swapped.toString();
    }

    private static String fold(String text) {
        if (!text.chars().allMatch(c -> c < 0x80)) {
            throw PyError.unsupported("casefold() of other letters than ASCII");
        }
        return lower(text);
    }
}
