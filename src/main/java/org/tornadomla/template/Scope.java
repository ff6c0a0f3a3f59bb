package org.tornadomla.template;

import java.util.HashMap;
import java.util.Map;

/**
 * Where variables live while the template, a macro, a filter of a loop or a recursive loop runs; an {@link Env} a call.
 */
final class Scope {

    private final Scope outer;
    private final Map<String, Integer> slots = new HashMap<>();

    Scope(Scope outer) {
        this.outer = outer;
    }

    /** The slot of a variable; parts of equal depth that follow each other share it. */
    int slot(String name, int level) {
        return slots.computeIfAbsent(level + " " + name, any -> slots.size());
    }

    /** A slot that no name has. */
    int slot() {
        return slot("", -1 - slots.size());
    }

    int size() {
        return slots.size();
    }

    /** How many calls out of this one another is. */
    int hops(Scope other) {
        int hops = 0;
        for (Scope scope = this; scope != other; scope = scope.outer) {
            hops++;
        }
        return hops;
    }
}
