package org.tornadomla.cache;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import org.tornadomla.error.ConfigurationException;

/**
 * What rows of a cache mean: names and values of all that shapes them besides their widths, such as the attention's
 * sizes, its rotation and a hash of the weights. Snapshots carry it, and go back only where it is the same.
 */
public final class RowOrigin {

    /** Rows of which nothing is known. */
    public static final RowOrigin NONE = new RowOrigin(Collections.emptySortedMap());

    /** Longest text, in UTF-8 bytes. */
    static final int MAX_BYTES = 1 << 14;

    private final SortedMap<String, String> values;

    private RowOrigin(SortedMap<String, String> values) {
        this.values = Collections.unmodifiableSortedMap(values);
    }

    /**
     * The same with one more thing that shapes rows.
     *
     * @param name  what it is
     * @param value its value; of a record, the values of its components under their names
     * @throws ConfigurationException when it all is too long to be written down
     */
    public RowOrigin with(String name, Object value) {
        SortedMap<String, String> more = new TreeMap<>(values);
        put(more, name, value);
        RowOrigin origin = new RowOrigin(more);
        if (origin.bytes().length > MAX_BYTES) {
            throw new ConfigurationException("what shapes the rows takes " + origin.bytes().length
                    + " bytes as a text, allowed are " + MAX_BYTES);
        }
        return origin;
    }

    private static void put(SortedMap<String, String> values, String name, Object value) {
        if (value instanceof Record record) {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                try {
                    put(values, name + "." + component.getName(),
                            Objects.toString(component.getAccessor().invoke(record), "none"),
                            component.getAccessor().invoke(record));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("a component of a public record cannot be read: " + component, e);
                }
            }
        } else {
            values.put(name, value.toString().replaceAll("\\R", " "));
        }
    }

    private static void put(SortedMap<String, String> values, String name, String text, Object value) {
        put(values, name, value instanceof Record ? value : text);
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static RowOrigin parse(byte[] bytes) {
        SortedMap<String, String> values = new TreeMap<>();
        new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> {
            int equals = line.indexOf('=');
            values.put(equals < 0 ? line : line.substring(0, equals), line.substring(equals + 1));
        });
        return new RowOrigin(values);
    }

    /** The first thing in which these rows differ from others, with both values; empty where there is none. */
    Optional<String> difference(RowOrigin expected) {
        TreeSet<String> names = new TreeSet<>(values.keySet());
        names.addAll(expected.values.keySet());
        return names.stream().filter(name -> !Objects.equals(values.get(name), expected.values.get(name))).findFirst()
                .map(name -> name + " is '" + values.getOrDefault(name, "not given") + "', expected is '"
                        + expected.values.getOrDefault(name, "not given") + "'");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowOrigin origin && origin.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
