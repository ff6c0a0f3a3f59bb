package org.tornadomla.template;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters of texts. */
final class TextFilters {

    private TextFilters() {
    }

    static void addTo(Map<String, Filters.Filter> all) {
        for (String name : List.of("capitalize", "lower", "upper")) {
            all.put(name, (run, value, args) -> {
                args.plain(name, 0, 0);
                return new Method(soft(run, value), name).call(run, args);
            });
        }
        all.put("title", (run, value, args) -> title(run, value, args));
        all.put("trim", (run, value, args) -> {
            Object characters = args.bind("trim", 0, "chars")[0];
            Args given = characters == Env.MISSING ? Args.of() : Args.of(characters);
            return new Method(soft(run, value), "strip").call(run, given);
        });
        all.put("center", (run, value, args) -> new Method(soft(run, value), "center").call(run,
                Args.of(Filters.or(args.bind("center", 0, "width")[0], 80L))));
        all.put("string", (run, value, args) -> soft(run, value));
        all.put("safe", (run, value, args) -> new Markup(Texts.str(run, value)));
        all.put("escape", (run, value, args) -> new Markup(Markup.escape(run, value)));
        all.put("e", all.get("escape"));
        all.put("forceescape", (run, value, args) -> new Markup(Markup.escape(run, Texts.str(run, value))));
        all.put("replace", (run, value, args) -> {
            Object[] given = args.bind("replace", 2, "old", "new", "count");
            long most = given[2] == Env.MISSING || given[2] == null ? -1 : Numbers.index(given[2]);
            return TextSearch.replace(run, Texts.str(run, value), Texts.str(run, given[0]), Texts.str(run, given[1]),
                    most);
        });
        all.put("format", TextFilters::format);
        all.put("indent", TextFilters::indent);
        all.put("truncate", TextFilters::truncate);
        all.put("wordcount", (run, value, args) -> words(Texts.str(run, value)));
        all.put("striptags", TextFilters::stripTags);
        all.put("urlencode", TextFilters::urlEncode);
        all.put("xmlattr", TextFilters::xmlAttributes);
    }

    /** A text as it is, anything else as it is printed. */
    private static Object soft(Run run, Object value) {
        return Types.text(value) != null ? value : Texts.str(run, value);
    }

    private static Object title(Run run, Object value, Args args) {
        args.plain("title", 0, 0);
        String text = run.text(Texts.str(run, value));
        StringBuilder titled = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int start = at;
            boolean isBreak = isBreak(text.charAt(at));
            while (at < text.length() && isBreak(text.charAt(at)) == isBreak) {
                at++;
            }
            int first = Character.charCount(text.codePointAt(start));
            titled.append(TextCase.upper(text.substring(start, start + first)))
                    .append(TextCase.lower(text.substring(start + first, at)));
        }
        return titled.toString();
    }

    private static boolean isBreak(char c) {
        return Unicode.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }

    private static Object format(Run run, Object value, Args args) {
        if (args.size() > 0 && !args.named().isEmpty()) {
            throw PyError.runtime("the filter \"format\" takes values or names, not both");
        }
        if (value instanceof Markup) {
            throw PyError.unsupported("the filter \"format\" on HTML");
        }
        Object values = args.named().isEmpty() ? new TupleValue(args.positional()) : DictMethods.make(run, args);
        return PercentFormat.format(run, Texts.str(run, value), values);
    }

    private static Object indent(Run run, Object value, Args args) {
        Object[] given = args.bind("indent", 0, "width", "first", "blank");
        if (value instanceof Markup) {
            throw PyError.unsupported("the filter \"indent\" on HTML");
        }
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        String indention = given[0] instanceof String text
                ? text
                : Texts.repeat(run, " ", Numbers.index(Filters.or(given[0], 4L)));
        boolean blank = Filters.isTrue(run, given[2]);
        String text = Types.text(value, "the filter \"indent\"");
        List<Object> lines = TextSplit.lines(run, text + "\n", false);
        StringBuilder indented = new StringBuilder(Filters.isTrue(run, given[1]) ? indention : "");
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            run.characters((long) indention.length() + line.length());
            indented.append(i == 0 ? "" : "\n").append(i > 0 && (blank || !line.isEmpty()) ? indention : "")
                    .append(line);
        }
        return indented.toString();
    }

    private static Object truncate(Run run, Object value, Args args) {
        Object[] given = args.bind("truncate", 0, "length", "killwords", "end", "leeway");
        int length = Numbers.smallIndex(Filters.or(given[0], 255L));
        String end = Types.text(Filters.or(given[2], "..."), "the filter \"truncate\"");
        Object leeway = Filters.or(given[3], null);
        int allowed = leeway == null ? 5 : Numbers.smallIndex(leeway);
        if (length < Texts.length(end) || allowed < 0) {
            throw PyError.value("the filter \"truncate\" needs room for its end");
        }
        if (!(value instanceof String text)) {
            throw value instanceof Markup || Types.size(value) >= 0
                    ? PyError.unsupported("the filter \"truncate\" on a " + Types.name(value))
                    : PyError.type("object of type '" + Types.name(value) + "' has no len()");
        }
        if (Texts.length(text) <= (long) length + allowed) {
            return text;
        }
        String cut = Texts.part(text, 0, length - Texts.length(end));
        int space = cut.lastIndexOf(' ');
        return (Filters.isTrue(run, given[1]) || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static long words(String text) {
        long words = 0;
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            boolean isWord = c == '_' || Unicode.isAlnum(c);
            words += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }
        return words;
    }

    private static Object stripTags(Run run, Object value, Args args) {
        args.plain("striptags", 0, 0);
        String text = Texts.str(run, value);
        if (text.indexOf('<') >= 0 || text.indexOf('&') >= 0) {
            throw PyError.unsupported("the filter \"striptags\" on HTML");
        }
        Object words = TextMethods.call(run, text, "split", Args.of());
        return TextMethods.call(run, " ", "join", Args.of(words));
    }

    private static Object urlEncode(Run run, Object value, Args args) {
        args.plain("urlencode", 0, 0);
        if (Types.text(value) != null || !Types.isIterable(value)) {
            return quoted(run, value, "/");
        }
        StringBuilder query = new StringBuilder();
        Iterator<Object> pairs = Types.iterate(run,
                value instanceof DictValue dict ? new ListValue(dict.items()) : value);
        while (pairs.hasNext()) {
            List<Object> pair = Types.list(run, pairs.next());
            if (pair.size() != 2) {
                throw PyError.value("the filter \"urlencode\" needs pairs");
            }
            query.append(query.isEmpty() ? "" : "&").append(quoted(run, pair.get(0), "").replace("%20", "+"))
                    .append('=').append(quoted(run, pair.get(1), "").replace("%20", "+"));
        }
        return query.toString();
    }

    private static String quoted(Run run, Object value, String safe) {
        StringBuilder quoted = new StringBuilder();
        for (byte b : run.text(Texts.str(run, value)).getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0 || safe.indexOf(c) >= 0)) {
                quoted.append(c);
            } else {
                quoted.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return quoted.toString();
    }

    private static Object xmlAttributes(Run run, Object value, Args args) {
        Object space = Filters.or(args.bind("xmlattr", 0, "autospace")[0], true);
        if (!(value instanceof DictValue dict)) {
            throw PyError.type("the filter \"xmlattr\" needs a dict, not " + Types.name(value));
        }
        StringBuilder attributes = new StringBuilder();
        for (Object item : dict.items()) {
            List<Object> pair = ((TupleValue) item).items();
            if (pair.get(1) == null || pair.get(1) instanceof Undefined) {
                continue;
            }
            String key = Types.text(pair.get(0), "the filter \"xmlattr\"");
            if (key.chars().anyMatch(c -> " \t\n\r\f\u000B/>=".indexOf(c) >= 0)) {
                throw PyError.value("the filter \"xmlattr\" found a character in a name that no name has");
            }
            attributes.append(attributes.isEmpty() && !Types.truth(run, space) ? "" : " ")
                    .append(Markup.escape(run, pair.get(0))).append("=\"").append(Markup.escape(run, pair.get(1)))
                    .append('"');
        }
        return attributes.toString();
    }
}
