package org.tornadomla.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The filters of Jinja, with the {@code tojson} of transformers. */
final class Filters {

    /** A filter. */
    interface Filter {

        /**
         * Applies it.
         *
         * @param args what stands in parentheses behind its name
         */
        Object apply(Run run, Object value, Args args);
    }

    /** By name. */
    static final Map<String, Filter> ALL = all();

    private Filters() {
    }

    private static Map<String, Filter> all() {
        Map<String, Filter> all = new HashMap<>();
        TextFilters.addTo(all);
        NumberFilters.addTo(all);
        SequenceFilters.addTo(all);
        OrderFilters.addTo(all);
        SelectFilters.addTo(all);
        all.put("tojson", JsonText::filter);
        for (String name : List.of("pprint", "random", "urlize", "wordwrap")) {
            all.put(name, (run, value, args) -> {
                throw PyError.unsupported("the filter \"" + name + "\"");
            });
        }
        return Map.copyOf(all);
    }

    static Object apply(Run run, String name, Object value, Args args) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw PyError.runtime("there is no filter \"" + name + "\"");
        }
        return filter.apply(run, value, args);
    }

    static Object or(Object given, Object otherwise) {
        return given == Env.MISSING ? otherwise : given;
    }

    static boolean isTrue(Run run, Object given) {
        return given != Env.MISSING && Types.truth(run, given);
    }

    /** How filters find an attribute: {@code a.b.0} goes step by step. */
    interface Getter {
        Object get(Object item);
    }

    /**
     * Finds an attribute.
     *
     * @param attribute a path, an index, or null for the item itself
     * @param otherwise what an undefined value on the way becomes; null if it stays
     */
    static Getter getter(Run run, Object attribute, Object otherwise) {
        List<Object> parts = new ArrayList<>();
        if (attribute instanceof String path) {
            for (String part : path.split("\\.", -1)) {
                parts.add(part.matches("[0-9]{1,9}") ? (Object) Long.valueOf(part) : part);
            }
        } else if (attribute != null) {
            parts.add(attribute);
        }
        return item -> {
            Object value = item;
            for (Object part : parts) {
                run.step();
                value = Attributes.item(run, value, part);
                value = otherwise != null && value instanceof Undefined ? otherwise : value;
            }
            return value;
        };
    }

    /** Without regard to large and small letters, unless asked for. */
    static Object caseless(Object value, boolean caseSensitive) {
        return caseSensitive || Types.text(value) == null ? value : TextCase.lower(Types.text(value));
    }
}
