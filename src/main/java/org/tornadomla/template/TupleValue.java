package org.tornadomla.template;

import java.util.Arrays;
import java.util.List;

/**
 * A tuple of Python.
 *
 * @param items its values
 * @param names attributes by which its values can be had too, in their order; of most tuples none
 */
record TupleValue(List<Object> items, List<String> names) {

    TupleValue(List<Object> items) {
        this(items, List.of());
    }

    static TupleValue of(Object... items) {
        return new TupleValue(Arrays.asList(items));
    }
}
