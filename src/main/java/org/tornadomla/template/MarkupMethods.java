package org.tornadomla.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of texts that are HTML: what they are given is escaped, and what they give is HTML. */
final class MarkupMethods {

    private static final Set<String> ESCAPING = Set.of("capitalize", "title", "lower", "upper", "replace", "ljust",
            "rjust", "lstrip", "rstrip", "center", "strip", "expandtabs", "swapcase", "zfill", "casefold",
            "removeprefix", "removesuffix", "partition", "rpartition");
    private static final Set<String> SPLITTING = Set.of("split", "rsplit", "splitlines");
    private static final Set<String> REFUSED = Set.of("format", "format_map", "escape", "unescape", "striptags");

    private MarkupMethods() {
    }

    static Object call(Run run, Markup markup, String name, Args args) {
        if (REFUSED.contains(name)) {
            throw PyError.unsupported("the method " + name + "() of HTML");
        }
        if (name.equals("join")) {
            List<Object> parts = new ArrayList<>();
            Types.iterate(run, args.plain(name, 1, 1)[0]).forEachRemaining(part -> parts.add(Markup.escape(run, part)));
            return new Markup((String) TextMethods.call(run, markup.text(), name, Args.of(new ListValue(parts))));
        }
        boolean escapes = ESCAPING.contains(name);
        Object result = TextMethods.call(run, markup.text(), name, escapes ? escaped(run, args) : args);
        return escapes || SPLITTING.contains(name) ? marked(result) : result;
    }

    private static Args escaped(Run run, Args args) {
        List<Object> positional = new ArrayList<>();
        args.positional().forEach(value -> positional.add(escaped(run, value)));
        Map<String, Object> named = new LinkedHashMap<>();
        args.named().forEach((key, value) -> named.put(key, escaped(run, value)));
        return new Args(positional, named);
    }

    private static Object escaped(Run run, Object value) {
        return value instanceof String ? Markup.escape(run, value) : value;
    }

    private static Object marked(Object result) {
        return switch (result) {
            case String text -> new Markup(text);
            case ListValue list -> new ListValue(list.items().stream().map(MarkupMethods::marked).toList());
            case TupleValue tuple -> new TupleValue(tuple.items().stream().map(MarkupMethods::marked).toList());
            default -> result;
        };
    }
}
