package org.tornadomla.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters of lists and dicts. */
final class SequenceFilters {

    private SequenceFilters() {
    }

    static void addTo(Map<String, Filters.Filter> all) {
        all.put("length", (run, value, args) -> {
            args.plain("length", 0, 0);
            return Types.length(value);
        });
        all.put("count", all.get("length"));
        all.put("list", (run, value, args) -> new ListValue(Types.list(run, value)));
        all.put("first", (run, value, args) -> {
            Iterator<Object> values = Types.iterate(run, value);
            return values.hasNext() ? values.next() : new Undefined("No first item, sequence was empty.");
        });
        all.put("last", (run, value, args) -> {
            Iterator<Object> values = reversed(run, value);
            return values.hasNext() ? values.next() : new Undefined("No last item, sequence was empty.");
        });
        all.put("reverse", SequenceFilters::reverse);
        all.put("items", (run, value, args) -> Once.generator(() -> items(value)));
        all.put("default", (run, value, args) -> {
            Object[] given = args.bind("default", 0, "default_value", "boolean");
            boolean replaces = value instanceof Undefined || Filters.isTrue(run, given[1]) && !Types.truth(run, value);
            return replaces ? Filters.or(given[0], "") : value;
        });
        all.put("d", all.get("default"));
        all.put("join", SequenceFilters::join);
        all.put("batch", SequenceFilters::batch);
        all.put("slice", SequenceFilters::slice);
        all.put("attr", (run, value, args) -> {
            String name = Types.text(args.bind("attr", 1, "name")[0], "the filter \"attr\"");
            Object found = Attributes.find(run, value, name);
            return found == Env.MISSING ? Undefined.element(value, name) : found;
        });
    }

    private static Iterator<Object> items(Object value) {
        return switch (value) {
            case Undefined undefined -> Collections.emptyIterator();
            case DictValue dict -> dict.items().iterator();
            case null, default -> throw PyError.type("Can only get item pairs from a mapping.");
        };
    }

    private static Iterator<Object> reversed(Run run, Object value) {
        if (value instanceof Once || !Types.isIterable(value) || value instanceof LoopValue) {
            throw PyError.type("'" + Types.name(value) + "' object is not reversible");
        }
        return Types.list(run, value).reversed().iterator();
    }

    private static Object reverse(Run run, Object value, Args args) {
        args.plain("reverse", 0, 0);
        if (Types.text(value) != null) {
            return Slices.slice(run, value, null, null, -1L);
        }
        if (value instanceof Once) {
            return new ListValue(Types.list(run, value).reversed());
        }
        Iterator<Object> values = reversed(run, value);
        return new Once(Types.name(value) + "_reverseiterator", () -> values);
    }

    private static Object join(Run run, Object value, Args args) {
        Object[] given = args.bind("join", 0, "d", "attribute");
        String separator = Texts.str(run, Filters.or(given[0], ""));
        Object attribute = Filters.or(given[1], null);
        Filters.Getter getter = Filters.getter(run, attribute, null);
        StringBuilder joined = new StringBuilder();
        Iterator<Object> values = Types.iterate(run, value);
        for (boolean first = true; values.hasNext(); first = false) {
            String text = Texts.str(run, getter.get(values.next()));
            run.characters((long) separator.length() + text.length());
            joined.append(first ? "" : separator).append(text);
        }
        return joined.toString();
    }

    private static Object batch(Run run, Object value, Args args) {
        Object[] given = args.bind("batch", 1, "linecount", "fill_with");
        Object fill = Filters.or(given[1], null);
        return Once.generator(() -> {
            List<Object> batches = new ArrayList<>();
            List<Object> batch = new ArrayList<>();
            for (Object item : Types.list(run, value)) {
                if (Comparison.equal(run, (long) batch.size(), given[0])) {
                    batches.add(new ListValue(batch));
                    batch = new ArrayList<>();
                }
                batch.add(item);
            }
            if (!batch.isEmpty()) {
                while (fill != null && batch.size() < Numbers.index(given[0])) {
                    run.step();
                    batch.add(fill);
                }
                batches.add(new ListValue(batch));
            }
            return batches.iterator();
        });
    }

    private static Object slice(Run run, Object value, Args args) {
        Object[] given = args.bind("slice", 1, "slices", "fill_with");
        Object fill = Filters.or(given[1], null);
        return Once.generator(() -> {
            List<Object> items = Types.list(run, value);
            long slices = Numbers.index(given[0]);
            if (slices == 0) {
                throw PyError.runtime("integer division or modulo by zero");
            }
            List<Object> parts = new ArrayList<>();
            int at = 0;
            for (long i = 0; i < slices; i++) {
                run.step();
                boolean larger = i < items.size() % slices;
                int end = at + (int) (items.size() / slices) + (larger ? 1 : 0);
                List<Object> part = new ArrayList<>(items.subList(at, end));
                if (fill != null && !larger) {
                    part.add(fill);
                }
                parts.add(new ListValue(part));
                at = end;
            }
            return parts.iterator();
        });
    }
}
