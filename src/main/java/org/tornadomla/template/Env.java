package org.tornadomla.template;

import java.util.Arrays;

/** The variables of one call: of the template, a macro, a filter of a loop or a recursive loop. */
final class Env {

    /** Stands for a variable that has no value. */
    static final Object MISSING = new Object();

    private final Object[] slots;
    private final Env outer;
    private final Run run;

    Env(int size, Env outer, Run run) {
        this.slots = new Object[size];
        this.outer = outer;
        this.run = run;
        Arrays.fill(slots, MISSING);
    }

    Run run() {
        return run;
    }

    Object get(int hops, int slot) {
        return at(hops).slots[slot];
    }

    void set(int hops, int slot, Object value) {
        at(hops).slots[slot] = value;
    }

    private Env at(int hops) {
        Env env = this;
        for (int i = 0; i < hops; i++) {
            env = env.outer;
        }
        return env;
    }
}
