package org.tornadomla.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters that sort, group and add up. */
final class OrderFilters {

    private record Keyed(Object key, Object value) {
    }

    private OrderFilters() {
    }

    static void addTo(Map<String, Filters.Filter> all) {
        all.put("sort", OrderFilters::sort);
        all.put("dictsort", OrderFilters::sortDict);
        all.put("unique", OrderFilters::unique);
        all.put("min", (run, value, args) -> extreme(run, value, args, "<"));
        all.put("max", (run, value, args) -> extreme(run, value, args, ">"));
        all.put("sum", OrderFilters::sum);
        all.put("groupby", OrderFilters::group);
    }

    private static List<Object> sorted(Run run, List<Keyed> values, boolean reverse) {
        Comparator<Keyed> order = (a, b) -> Comparison.order(run, a.key, b.key);
        values.sort(reverse ? (a, b) -> order.compare(b, a) : order);
        List<Object> sorted = new ArrayList<>();
        values.forEach(keyed -> sorted.add(keyed.value));
        return sorted;
    }

    private static Object sort(Run run, Object value, Args args) {
        Object[] given = args.bind("sort", 0, "reverse", "case_sensitive", "attribute");
        boolean caseSensitive = Filters.isTrue(run, given[1]);
        List<Filters.Getter> getters = new ArrayList<>();
        if (given[2] instanceof String paths) {
            for (String path : paths.split(",", -1)) {
                getters.add(Filters.getter(run, path, null));
            }
        } else {
            getters.add(Filters.getter(run, Filters.or(given[2], null), null));
        }
        List<Keyed> values = new ArrayList<>();
        for (Object item : Types.list(run, value)) {
            List<Object> key = new ArrayList<>();
            getters.forEach(getter -> key.add(Filters.caseless(getter.get(item), caseSensitive)));
            values.add(new Keyed(new ListValue(key), item));
        }
        return new ListValue(sorted(run, values, Filters.isTrue(run, given[0])));
    }

    private static Object sortDict(Run run, Object value, Args args) {
        Object[] given = args.bind("dictsort", 0, "case_sensitive", "by", "reverse");
        Object by = Filters.or(given[1], "key");
        if (!"key".equals(by) && !"value".equals(by)) {
            throw PyError.runtime("the filter \"dictsort\" sorts by \"key\" or \"value\"");
        }
        if (!(value instanceof DictValue dict)) {
            throw value instanceof Undefined undefined
                    ? undefined.error()
                    : PyError.runtime("'" + Types.name(value) + "' object has no attribute 'items'");
        }
        List<Keyed> values = new ArrayList<>();
        for (Object item : dict.items()) {
            Object part = ((TupleValue) item).items().get(by.equals("key") ? 0 : 1);
            values.add(new Keyed(Filters.caseless(part, Filters.isTrue(run, given[0])), item));
        }
        return new ListValue(sorted(run, values, Filters.isTrue(run, given[2])));
    }

    private static Object unique(Run run, Object value, Args args) {
        Object[] given = args.bind("unique", 0, "case_sensitive", "attribute");
        boolean caseSensitive = Filters.isTrue(run, given[0]);
        Filters.Getter getter = Filters.getter(run, Filters.or(given[1], null), null);
        return Once.generator(() -> {
            Set<Object> seen = new HashSet<>();
            return new LoopCompiler.Filtered(Types.iterate(run, value), item -> {
                Object key = DictValue.hashed(run, Filters.caseless(getter.get(item), caseSensitive));
                return seen.add(key) ? item : Env.MISSING;
            });
        });
    }

    private static Object extreme(Run run, Object value, Args args, String operator) {
        Object[] given = args.bind(operator.equals("<") ? "min" : "max", 0, "case_sensitive", "attribute");
        boolean caseSensitive = Filters.isTrue(run, given[0]);
        Filters.Getter getter = Filters.getter(run, Filters.or(given[1], null), null);
        Iterator<Object> values = Types.iterate(run, value);
        if (!values.hasNext()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Object best = values.next();
        Object bestKey = Filters.caseless(getter.get(best), caseSensitive);
        while (values.hasNext()) {
            Object item = values.next();
            Object key = Filters.caseless(getter.get(item), caseSensitive);
            if (Comparison.ordered(run, operator, key, bestKey)) {
                best = item;
                bestKey = key;
            }
        }
        return best;
    }

    private static Object sum(Run run, Object value, Args args) {
        Object[] given = args.bind("sum", 0, "attribute", "start");
        Object total = Filters.or(given[1], 0L);
        if (Types.text(total) != null) {
            throw PyError.type("sum() can't sum strings [use ''.join(seq) instead]");
        }
        Filters.Getter getter = Filters.getter(run, Filters.or(given[0], null), null);
        Iterator<Object> values = Types.iterate(run, value);
        while (values.hasNext()) {
            total = Operators.add(run, total, getter.get(values.next()));
        }
        return total;
    }

    private static Object group(Run run, Object value, Args args) {
        Object[] given = args.bind("groupby", 1, "attribute", "default", "case_sensitive");
        boolean caseSensitive = Filters.isTrue(run, given[2]);
        Filters.Getter getter = Filters.getter(run, given[0], Filters.or(given[1], null));
        List<Keyed> values = new ArrayList<>();
        for (Object item : Types.list(run, value)) {
            values.add(new Keyed(Filters.caseless(getter.get(item), caseSensitive), item));
        }
        sorted(run, values, false);
        List<Object> groups = new ArrayList<>();
        for (int i = 0; i < values.size();) {
            int start = i;
            List<Object> members = new ArrayList<>();
            while (i < values.size() && Comparison.same(run, values.get(start).key, values.get(i).key)) {
                members.add(values.get(i++).value);
            }
            groups.add(new TupleValue(Arrays.asList(getter.get(members.getFirst()), new ListValue(members)),
                    List.of("grouper", "list")));
        }
        return new ListValue(groups);
    }
}
