package org.tornadomla.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dict of Python: in the order of insertion, with keys that are equal where Python's are (1, 1.0 and True). */
final class DictValue {

    private record Entry(Object key, Object value) {
    }

    private static final Object UNDEFINED_KEY = new Object();

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /** Sets a value; a key that is there already keeps its first form and its place. */
    void put(Run run, Object key, Object value) {
        Object hashed = hashed(run, key);
        Entry old = entries.get(hashed);
        entries.put(hashed, new Entry(old == null ? key : old.key, value));
    }

    /** The value of a key; {@link Env#MISSING} if there is none. */
    Object get(Run run, Object key) {
        Entry entry = entries.get(hashed(run, key));
        return entry == null ? Env.MISSING : entry.value;
    }

    int size() {
        return entries.size();
    }

    List<Object> keys() {
        List<Object> keys = new ArrayList<>(size());
        entries.values().forEach(entry -> keys.add(entry.key));
        return keys;
    }

    List<Object> values() {
        List<Object> values = new ArrayList<>(size());
        entries.values().forEach(entry -> values.add(entry.value));
        return values;
    }

    /** Tuples of key and value. */
    List<Object> items() {
        List<Object> items = new ArrayList<>(size());
        entries.values().forEach(entry -> items.add(TupleValue.of(entry.key, entry.value)));
        return items;
    }

    DictValue copy(Run run) {
        run.steps(size());
        DictValue copy = new DictValue();
        copy.entries.putAll(entries);
        return copy;
    }

    boolean equalTo(Run run, DictValue other) {
        if (size() != other.size()) {
            return false;
        }
        for (Map.Entry<Object, Entry> entry : entries.entrySet()) {
            Entry there = other.entries.get(entry.getKey());
            if (there == null || !Comparison.same(run, entry.getValue().value, there.value)) {
                return false;
            }
        }
        return true;
    }

    /** The form of a key under which equal keys meet. */
    static Object hashed(Run run, Object key) {
        run.step();
        return switch (key) {
            case null -> null;
            case String text -> text;
            case Markup markup -> markup.text();
            case Boolean flag -> flag ? 1L : 0L;
            case Long number -> number;
            case BigInteger number -> number;
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 1e18 ? (Object) number.longValue() : number;
            case Undefined none -> UNDEFINED_KEY;
            case TupleValue tuple -> {
                List<Object> parts = new ArrayList<>();
                tuple.items().forEach(item -> parts.add(hashed(run, item)));
                yield parts;
            }
            case ListValue list -> throw PyError.type("unhashable type: 'list'");
            case DictValue dict -> throw PyError.type("unhashable type: 'dict'");
            default -> throw PyError.unsupported("a " + Types.name(key) + " as key");
        };
    }
}
