package org.tornadomla.template;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Filters that apply another filter or a test to each value; like Python's generators, they do so when a value is asked
 * for.
 */
final class SelectFilters {

    private SelectFilters() {
    }

    static void addTo(Map<String, Filters.Filter> all) {
        all.put("map", (run, value, args) -> Once.generator(() -> map(run, value, args)));
        all.put("select", (run, value, args) -> Once.generator(() -> select(run, value, args, true, false)));
        all.put("reject", (run, value, args) -> Once.generator(() -> select(run, value, args, false, false)));
        all.put("selectattr", (run, value, args) -> Once.generator(() -> select(run, value, args, true, true)));
        all.put("rejectattr", (run, value, args) -> Once.generator(() -> select(run, value, args, false, true)));
    }

    private static Iterator<Object> map(Run run, Object value, Args args) {
        if (!Types.truth(run, value)) {
            return Collections.emptyIterator();
        }
        UnaryOperator<Object> change = change(run, args);
        Iterator<Object> values = Types.iterate(run, value);
        return new Iterator<>() {

            @Override
            public boolean hasNext() {
                return values.hasNext();
            }

            @Override
            public Object next() {
                return change.apply(values.next());
            }
        };
    }

    private static UnaryOperator<Object> change(Run run, Args args) {
        if (args.size() == 0 && args.named().containsKey("attribute")) {
            Map<String, Object> rest = new LinkedHashMap<>(args.named());
            Object attribute = rest.remove("attribute");
            Object otherwise = rest.remove("default");
            if (!rest.isEmpty()) {
                throw PyError.runtime(
                        "unexpected keyword argument '" + rest.keySet().iterator().next() + "' of the filter \"map\"");
            }
            return Filters.getter(run, attribute, otherwise)::get;
        }
        String name = name(args, 0, "the filter \"map\" needs a filter");
        return item -> Filters.apply(run, name, item, args.from(1));
    }

    private static String name(Args args, int index, String otherwise) {
        if (args.size() <= index) {
            throw PyError.runtime(otherwise);
        }
        if (args.get(index) instanceof Undefined undefined) {
            throw undefined.error();
        }
        return Types.text(args.get(index), "a name of a filter or test");
    }

    private static Iterator<Object> select(Run run, Object value, Args args, boolean wanted, boolean byAttribute) {
        if (!Types.truth(run, value)) {
            return Collections.emptyIterator();
        }
        if (byAttribute && args.size() == 0) {
            throw PyError.runtime("the name of the attribute is missing");
        }
        Filters.Getter getter = byAttribute ? Filters.getter(run, args.get(0), null) : item -> item;
        int used = byAttribute ? 1 : 0;
        boolean hasTest = args.size() > used;
        String test = hasTest ? name(args, used, "") : null;
        return new LoopCompiler.Filtered(Types.iterate(run, value), item -> {
            Object tested = getter.get(item);
            boolean holds = Types.truth(run, hasTest ? Tests.apply(run, test, tested, args.from(used + 1)) : tested);
            return holds == wanted ? item : Env.MISSING;
        });
    }
}
