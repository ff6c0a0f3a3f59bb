package org.tornadomla.template;

import java.util.HashMap;
import java.util.Map;

/** Functions that every template has. */
final class Globals {

    /** By name. */
    static final Map<String, Object> ALL = all();

    private Globals() {
    }

    private static Map<String, Object> all() {
        Map<String, Object> all = new HashMap<>();
        add(all, "range", (run, args) -> {
            args.plain("range", 1, 3);
            return RangeValue.of(args.positional().toArray());
        });
        add(all, "dict", DictMethods::make);
        add(all, "namespace", (run, args) -> new NamespaceValue(DictMethods.make(run, args)));
        add(all, "cycler", (run, args) -> {
            if (args.size() == 0 || !args.named().isEmpty()) {
                throw PyError.type("cycler() takes one or more values");
            }
            return new Cycler(new TupleValue(args.positional()));
        });
        add(all, "joiner", (run, args) -> {
            Object separator = args.bind("joiner", 0, "sep")[0];
            boolean[] used = new boolean[1];
            return new Function("joiner", (later, none) -> {
                none.plain("joiner", 0, 0);
                Object text = used[0] ? separator == Env.MISSING ? ", " : separator : "";
                used[0] = true;
                return text;
            });
        });
        add(all, "lipsum", (run, args) -> {
            throw PyError.unsupported("lipsum(), which is random,");
        });
        add(all, "raise_exception", (run, args) -> {
            throw PyError.runtime("the template refuses what it is given: "
                    + Texts.str(run, args.bind("raise_exception", 1, "message")[0]));
        });
        add(all, "strftime_now", (run, args) -> Strftime.format(run.now(),
                Types.text(args.bind("strftime_now", 1, "format")[0], "strftime_now()")));
        return Map.copyOf(all);
    }

    private static void add(Map<String, Object> all, String name, Callable body) {
        all.put(name, new Function(name, body));
    }
}
