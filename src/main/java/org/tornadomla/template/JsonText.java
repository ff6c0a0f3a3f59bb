package org.tornadomla.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code json.dumps}: JSON with Python's blanks, line breaks and escapes. */
final class JsonText {

    private final Run run;
    private final boolean asciiOnly;
    private final String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sorted;
    private final StringBuilder out = new StringBuilder();

    private JsonText(Run run, boolean asciiOnly, String indent, String[] separators, boolean sorted) {
        this.run = run;
        this.asciiOnly = asciiOnly;
        this.indent = indent;
        this.itemSeparator = separators[0];
        this.keySeparator = separators[1];
        this.sorted = sorted;
    }

    /** The filter {@code tojson} as transformers defines it. */
    static Object filter(Run run, Object value, Args args) {
        Object[] given = args.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        Object indent = given[1] == Env.MISSING ? null : given[1];
        String[] separators = separators(run, given[2], indent != null);
        JsonText json = new JsonText(run, given[0] != Env.MISSING && Types.truth(run, given[0]), indent(run, indent),
                separators, given[3] != Env.MISSING && Types.truth(run, given[3]));
        json.write(value, 0);
        return json.out.toString();
    }

    private static String indent(Run run, Object indent) {
        return indent == null
                ? null
                : indent instanceof String text ? text : Texts.repeat(run, " ", Numbers.index(indent));
    }

    private static String[] separators(Run run, Object given, boolean indented) {
        if (given == Env.MISSING || given == null) {
            return new String[]{indented ? "," : ", ", ": "};
        }
        List<Object> both = Types.list(run, given);
        if (both.size() != 2) {
            throw PyError.value("separators must be two texts");
        }
        return new String[]{Types.text(both.get(0), "tojson"), Types.text(both.get(1), "tojson")};
    }

    private void write(Object value, int depth) {
        run.step();
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag);
            case Long number -> out.append(number.longValue());
            case BigInteger number -> out.append(Texts.integer(number));
            case Double number -> out.append(number(number));
            case String text -> text(text);
            case Markup markup -> text(markup.text());
            case ListValue list -> array(list.items(), depth);
            case TupleValue tuple -> array(tuple.items(), depth);
            case DictValue dict -> object(dict, depth);
            default -> throw PyError.type("Object of type " + Types.name(value) + " is not JSON serializable");
        }
    }

    private static String number(double number) {
        return Double.isNaN(number)
                ? "NaN"
                : Double.isInfinite(number) ? number > 0 ? "Infinity" : "-Infinity" : Repr.number(number);
    }

    private void line(int depth) {
        if (indent != null) {
            out.append('\n').append(Texts.repeat(run, indent, depth));
        }
    }

    private void array(List<Object> items, int depth) {
        run.enter();
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : itemSeparator);
            line(depth + 1);
            write(items.get(i), depth + 1);
        }
        if (!items.isEmpty()) {
            line(depth);
        }
        out.append(']');
        run.leave();
    }

    private void object(DictValue dict, int depth) {
        run.enter();
        out.append('{');
        List<Object> keys = new ArrayList<>(dict.keys());
        if (sorted) {
            keys.sort((a, b) -> Comparison.order(run, a, b));
        }
        for (int i = 0; i < keys.size(); i++) {
            out.append(i == 0 ? "" : itemSeparator);
            line(depth + 1);
            text(key(keys.get(i)));
            out.append(keySeparator);
            write(dict.get(run, keys.get(i)), depth + 1);
        }
        if (!keys.isEmpty()) {
            line(depth);
        }
        out.append('}');
        run.leave();
    }

    private static String key(Object key) {
        return switch (key) {
            case null -> "null";
            case String text -> text;
            case Markup markup -> markup.text();
            case Boolean flag -> flag.toString();
            case Double number -> number(number);
            default -> {
                if (!Numbers.isInteger(key)) {
                    throw PyError.type("keys must be str, int, float, bool or None, not " + Types.name(key));
                }
                yield Texts.integer(key);
            }
        };
    }

    private void text(String text) {
        run.characters(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || asciiOnly && c > '~') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
