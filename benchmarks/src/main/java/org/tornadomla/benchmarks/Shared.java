package org.tornadomla.benchmarks;

import java.util.function.Supplier;

/**
 * Something that several points use one after the other, made when the first of them asks.
 *
 * @param <T> what it is
 */
final class Shared<T> implements Supplier<T> {

    private final Supplier<T> maker;
    private T made;

    Shared(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public T get() {
        if (made == null) {
            made = maker.get();
        }
        return made;
    }
}
