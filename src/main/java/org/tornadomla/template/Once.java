package org.tornadomla.template;

import java.util.Iterator;
import java.util.function.Supplier;

/** A generator of Python: it computes its values when they are asked for, and gives each of them once. */
final class Once implements Iterator<Object> {

    private final String type;
    private final Supplier<Iterator<Object>> start;
    private Iterator<Object> values;

    Once(String type, Supplier<Iterator<Object>> start) {
        this.type = type;
        this.start = start;
    }

    static Once generator(Supplier<Iterator<Object>> start) {
        return new Once("generator", start);
    }

    String type() {
        return type;
    }

    private Iterator<Object> values() {
        if (values == null) {
            values = start.get();
        }
        return values;
    }

    @Override
    public boolean hasNext() {
        return values().hasNext();
    }

    @Override
    public Object next() {
        return values().next();
    }
}
