package org.tornadomla.reference;

import java.util.HashMap;
import java.util.Map;

/** What blocks of a sequence leave for blocks behind them in the same pass, by name. */
public final class Beside {

    private final Map<String, Object> left = new HashMap<>();
    private final KeyChoice choice;

    Beside(KeyChoice choice) {
        this.choice = choice;
    }

    /** How the best keys of an indexer are chosen. */
    KeyChoice choice() {
        return choice;
    }

    /** Leaves something, in the place of what had the name before. */
    void leave(String name, Object value) {
        left.put(name, value);
    }

    /**
     * What was left.
     *
     * @param type of what was left under that name
     * @throws IllegalStateException when nothing was
     */
    <T> T take(String name, Class<T> type) {
        Object value = left.get(name);
        if (value == null) {
            throw new IllegalStateException("no block before left " + name);
        }
        return type.cast(value);
    }
}
