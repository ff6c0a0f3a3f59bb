package org.tornadomla.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Methods of texts that take them apart or join them. */
final class TextSplit {

    private TextSplit() {
    }

    static void addTo(Map<String, TextMethods.Body> all) {
        all.put("split", (run, self, args) -> split(run, self, args.bind("split", 0, "sep", "maxsplit"), false));
        all.put("rsplit", (run, self, args) -> split(run, self, args.bind("rsplit", 0, "sep", "maxsplit"), true));
        all.put("splitlines", (run, self, args) -> {
            Object keep = args.bind("splitlines", 0, "keepends")[0];
            return new ListValue(lines(run, self, keep != Env.MISSING && Types.truth(run, keep)));
        });
        all.put("partition", (run, self, args) -> partition(self, separator(args.plain("partition", 1, 1)[0]), false));
        all.put("rpartition", (run, self, args) -> partition(self, separator(args.plain("rpartition", 1, 1)[0]), true));
        all.put("join", (run, self, args) -> join(run, self, args.plain("join", 1, 1)[0]));
    }

    private static String separator(Object value) {
        String separator = Types.text(value, "the separator");
        if (separator.isEmpty()) {
            throw PyError.value("empty separator");
        }
        return separator;
    }

    private static Object split(Run run, String self, Object[] given, boolean fromEnd) {
        long most = given[1] == Env.MISSING ? -1 : Numbers.index(given[1]);
        boolean bySpace = given[0] == Env.MISSING || given[0] == null;
        String separator = bySpace ? null : separator(given[0]);
        List<Object> parts = bySpace
                ? fromEnd ? wordsFromEnd(self, most) : words(self, most)
                : fromEnd ? fromEnd(self, separator, most) : fromStart(self, separator, most);
        run.steps(parts.size());
        return new ListValue(parts);
    }

    private static List<Object> fromStart(String self, String separator, long most) {
        List<Object> parts = new ArrayList<>();
        int at = 0;
        int next = self.indexOf(separator);
        while (next >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(self.substring(at, next));
            at = next + separator.length();
            next = self.indexOf(separator, at);
        }
        parts.add(self.substring(at));
        return parts;
    }

    private static List<Object> fromEnd(String self, String separator, long most) {
        List<Object> parts = new ArrayList<>();
        int end = self.length();
        int next = self.lastIndexOf(separator);
        while (next >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(self.substring(next + separator.length(), end));
            end = next;
            next = end < separator.length() ? -1 : self.lastIndexOf(separator, end - separator.length());
        }
        parts.add(self.substring(0, end));
        Collections.reverse(parts);
        return parts;
    }

    private static List<Object> words(String self, long most) {
        List<Object> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < self.length() && Unicode.isSpace(self.charAt(at))) {
                at++;
            }
            if (at == self.length()) {
                return words;
            }
            if (most >= 0 && words.size() >= most) {
                words.add(Texts.stripEnd(self.substring(at), Unicode::isSpace));
                return words;
            }
            int start = at;
            while (at < self.length() && !Unicode.isSpace(self.charAt(at))) {
                at++;
            }
            words.add(self.substring(start, at));
        }
    }

    private static List<Object> wordsFromEnd(String self, long most) {
        List<Object> words = new ArrayList<>();
        int end = self.length();
        while (true) {
            while (end > 0 && Unicode.isSpace(self.charAt(end - 1))) {
                end--;
            }
            if (end == 0) {
                break;
            }
            if (most >= 0 && words.size() >= most) {
                words.add(Texts.stripStart(self.substring(0, end), Unicode::isSpace));
                break;
            }
            int start = end;
            while (start > 0 && !Unicode.isSpace(self.charAt(start - 1))) {
                start--;
            }
            words.add(self.substring(start, end));
            end = start;
        }
        Collections.reverse(words);
        return words;
    }

    static List<Object> lines(Run run, String self, boolean keepEnds) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < self.length(); i++) {
            if (Unicode.isLineBreak(self.charAt(i))) {
                int end = self.charAt(i) == '\r' && i + 1 < self.length() && self.charAt(i + 1) == '\n' ? i + 2 : i + 1;
                lines.add(self.substring(start, keepEnds ? end : i));
                start = end;
                i = end - 1;
            }
        }
        if (start < self.length()) {
            lines.add(self.substring(start));
        }
        run.steps(lines.size());
        return lines;
    }

    private static Object partition(String self, String separator, boolean last) {
        int at = last ? self.lastIndexOf(separator) : self.indexOf(separator);
        if (at < 0) {
            return last ? TupleValue.of("", "", self) : TupleValue.of(self, "", "");
        }
        return TupleValue.of(self.substring(0, at), separator, self.substring(at + separator.length()));
    }

    private static Object join(Run run, String separator, Object values) {
        StringBuilder joined = new StringBuilder();
        boolean first = true;
        for (Object value : Types.list(run, values)) {
            if (!(value instanceof String text)) {
                throw value instanceof Markup
                        ? PyError.unsupported("joining HTML to text")
                        : PyError.type("sequence item: expected str instance, " + Types.name(value) + " found");
            }
            run.characters((long) separator.length() + text.length());
            joined.append(first ? "" : separator).append(text);
            first = false;
        }
        return joined.toString();
    }
}
