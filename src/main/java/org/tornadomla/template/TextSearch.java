package org.tornadomla.template;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** Methods of texts that look for other texts, or replace them. */
final class TextSearch {

    private TextSearch() {
    }

    static void addTo(Map<String, TextMethods.Body> all) {
        all.put("startswith", (run, self, args) -> affix(self, args, "startswith", String::startsWith));
        all.put("endswith", (run, self, args) -> affix(self, args, "endswith", String::endsWith));
        all.put("find", (run, self, args) -> find(self, args, "find", false));
        all.put("rfind", (run, self, args) -> find(self, args, "rfind", true));
        all.put("index", (run, self, args) -> found(find(self, args, "index", false)));
        all.put("rindex", (run, self, args) -> found(find(self, args, "rindex", true)));
        all.put("count", TextSearch::count);
        all.put("replace", TextSearch::replace);
        all.put("removeprefix", (run, self, args) -> {
            String prefix = Types.text(args.plain("removeprefix", 1, 1)[0], "removeprefix()");
            return self.startsWith(prefix) ? self.substring(prefix.length()) : self;
        });
        all.put("removesuffix", (run, self, args) -> {
            String suffix = Types.text(args.plain("removesuffix", 1, 1)[0], "removesuffix()");
            return self.endsWith(suffix) ? self.substring(0, self.length() - suffix.length()) : self;
        });
    }

    /**
     * The part of a text that is looked at.
     *
     * @param start characters before it
     * @param text  its letters; null if it starts behind the text
     */
    private record Window(int start, String text) {

        static Window of(String self, Object from, Object to) {
            int length = Texts.length(self);
            int start = bound(from, length, 0);
            int end = Math.min(bound(to, length, length), length);
            return new Window(start, start > length || start > end ? null : Texts.part(self, start, end));
        }

        private static int bound(Object given, int length, int otherwise) {
            if (given == Env.MISSING || given == null) {
                return otherwise;
            }
            int index = Numbers.smallIndex(given);
            return index < 0 ? Math.max(index + length, 0) : index;
        }
    }

    private static boolean affix(String self, Args args, String name, BiPredicate<String, String> matches) {
        Object[] given = args.plain(name, 1, 3);
        List<Object> affixes = given[0] instanceof TupleValue several ? several.items() : List.of(text(given[0], name));
        Window window = Window.of(self, given[1], given[2]);
        for (Object affix : affixes) {
            if (window.text != null && matches.test(window.text, text(affix, name))) {
                return true;
            }
        }
        return false;
    }

    private static String text(Object value, String name) {
        return Types.text(value, name + "()");
    }

    private static long find(String self, Args args, String name, boolean last) {
        Object[] given = args.plain(name, 1, 3);
        String wanted = text(given[0], name);
        Window window = Window.of(self, given[1], given[2]);
        if (window.text == null) {
            return -1;
        }
        int at = last ? window.text.lastIndexOf(wanted) : window.text.indexOf(wanted);
        return at < 0 ? -1 : window.start + window.text.codePointCount(0, at);
    }

    private static long found(long place) {
        if (place < 0) {
            throw PyError.value("substring not found");
        }
        return place;
    }

    private static Object count(Run run, String self, Args args) {
        Object[] given = args.plain("count", 1, 3);
        String wanted = text(given[0], "count");
        Window window = Window.of(self, given[1], given[2]);
        if (window.text == null) {
            return 0L;
        }
        if (wanted.isEmpty()) {
            return (long) Texts.length(window.text) + 1;
        }
        long count = 0;
        for (int at = window.text.indexOf(wanted); at >= 0; at = window.text.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    private static Object replace(Run run, String self, Args args) {
        Object[] given = args.plain("replace", 2, 3);
        long most = given[2] == Env.MISSING ? -1 : Numbers.index(given[2]);
        return replace(run, self, text(given[0], "replace"), text(given[1], "replace"), most);
    }

    /** Replaces a text; at most so many times, or always if {@code most} is negative. */
    static String replace(Run run, String self, String old, String by, long most) {
        StringBuilder replaced = new StringBuilder();
        long left = most < 0 ? Long.MAX_VALUE : most;
        int at = 0;
        while (left > 0) {
            int next = self.indexOf(old, at);
            if (next < 0) {
                break;
            }
            int end = next + old.length();
            if (old.isEmpty()) {
                end = next < self.length() ? next + Character.charCount(self.codePointAt(next)) : next + 1;
            }
            run.characters((long) by.length() + end - at);
            replaced.append(self, at, next).append(by).append(self, next + old.length(), Math.min(end, self.length()));
            at = end;
            left--;
            if (at > self.length()) {
                return replaced.toString();
            }
        }
        return replaced.append(self, at, self.length()).toString();
    }
}
