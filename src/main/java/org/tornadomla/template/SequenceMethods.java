package org.tornadomla.template;

import java.util.ArrayList;
import java.util.List;

/** Methods of lists, tuples and ranges. */
final class SequenceMethods {

    private SequenceMethods() {
    }

    static Object list(Run run, ListValue list, String name, Args args) {
        if (name.equals("copy")) {
            args.plain(name, 0, 0);
            run.steps(list.items().size());
            return new ListValue(new ArrayList<>(list.items()));
        }
        return sequence(run, list.items(), "list", name, args);
    }

    static Object sequence(Run run, List<Object> items, String type, String name, Args args) {
        if (name.equals("count")) {
            Object wanted = args.plain(name, 1, 1)[0];
            return items.stream().filter(item -> Comparison.same(run, item, wanted)).count();
        }
        Object[] given = args.plain(name, 1, type.equals("range") ? 1 : 3);
        long from = given.length < 2 || given[1] == Env.MISSING ? 0 : from(given[1], items.size());
        long to = given.length < 3 || given[2] == Env.MISSING ? items.size() : from(given[2], items.size());
        for (int i = (int) from; i < Math.min(to, items.size()); i++) {
            if (Comparison.same(run, items.get(i), given[0])) {
                return (long) i;
            }
        }
        throw PyError.value("the value is not in the " + type);
    }

    private static long from(Object given, int size) {
        long index = Numbers.index(given);
        return Math.clamp(index < 0 ? index + size : index, 0, size);
    }
}
