package org.tornadomla.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Methods of dicts. */
final class DictMethods {

    private DictMethods() {
    }

    static Object call(Run run, DictValue dict, String name, Args args) {
        switch (name) {
            case "get" : {
                Object[] given = args.plain("get", 1, 2);
                Object value = dict.get(run, given[0]);
                return value != Env.MISSING ? value : given[1] == Env.MISSING ? null : given[1];
            }
            case "items", "keys", "values" :
                args.plain(name, 0, 0);
                return new DictView(dict, DictView.Part.valueOf(name.toUpperCase(Locale.ROOT)));
            case "copy" :
                args.plain(name, 0, 0);
                return dict.copy(run);
            default :
                throw PyError.unsupported("the method " + name + "() of dict");
        }
    }

    /** {@code dict(...)}: of another dict or of pairs, and of named values. */
    static DictValue make(Run run, Args args) {
        Args unnamed = new Args(args.positional(), Map.of());
        Object from = unnamed.plain("dict", 0, 1)[0];
        if (from instanceof Undefined undefined) {
            throw undefined.error();
        }
        DictValue dict = from instanceof DictValue other ? other.copy(run) : new DictValue();
        if (from != Env.MISSING && !(from instanceof DictValue)) {
            Types.iterate(run, from).forEachRemaining(pair -> {
                List<Object> parts = Types.list(run, pair);
                if (parts.size() != 2) {
                    throw PyError
                            .value("dictionary update sequence element has length " + parts.size() + "; 2 is required");
                }
                dict.put(run, parts.get(0), parts.get(1));
            });
        }
        args.named().forEach((key, value) -> dict.put(run, key, value));
        return dict;
    }
}
