package org.tornadomla.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** One rendering: what it may still spend, where it is, and the variables of the outermost level. */
final class Run {

    /** Calls of macros and recursive loops within each other; Python gives up a little later. */
    private static final int DEPTH = 180;

    /** Steps that every rendering may take; about 50 ms. */
    private static final long BASE_STEPS = 400_000;
    private static final long STEPS_A_VALUE = 2_000;
    private static final long STEPS_A_CHARACTER = 8;
    /** Characters that are made at the price of one step, as a shift. */
    private static final int CHARACTERS_A_STEP = 3;

    private final Map<String, Object> variables;
    private final Supplier<LocalDateTime> clock;
    private long left;
    private int depth;
    private int line = 1;

    Run(Map<String, Object> variables, long values, long characters, Supplier<LocalDateTime> clock) {
        this.variables = new HashMap<>(variables);
        this.clock = clock;
        this.left = BASE_STEPS + STEPS_A_VALUE * values + STEPS_A_CHARACTER * characters;
    }

    /** Pays for one evaluation. */
    void step() {
        steps(1);
    }

    /** Pays for work on so many values. */
    void steps(long count) {
        left -= count;
        if (left < 0) {
            throw PyError.limit("the template takes too many steps for what it was given");
        }
    }

    /** Pays for so many characters before they are made. */
    void characters(long count) {
        if (count > Integer.MAX_VALUE >> 2) {
            throw PyError.limit("the template makes too long a text");
        }
        steps(1 + (count >> CHARACTERS_A_STEP));
    }

    /** A text of that many characters was made or read; pays for it. */
    String text(String text) {
        characters(text.length());
        return text;
    }

    void enter() {
        if (++depth > DEPTH) {
            throw PyError.limit("macros or loops call each other more than " + DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }

    /** Where the template is, for messages. */
    void at(int place) {
        line = place;
    }

    int line() {
        return line;
    }

    LocalDateTime now() {
        return clock.get();
    }

    /** The value of a variable that no scope of the template has set; {@link Env#MISSING} if there is none. */
    Object resolve(String name) {
        Object value = variables.getOrDefault(name, Env.MISSING);
        return value == Env.MISSING ? Globals.ALL.getOrDefault(name, Env.MISSING) : value;
    }
}
