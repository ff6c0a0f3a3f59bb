package org.tornadomla.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** The variable {@code loop}: where the loop is, and what comes before and after. */
final class LoopValue implements Callable {

    /** Renders the body of a recursive loop for other values. */
    interface Recursion {
        String run(Object values, int depth);
    }

    private static final Set<
            String> NUMBERS = Set.of("index", "index0", "depth", "depth0", "length", "revindex", "revindex0");

    private final Run run;
    private final Object given;
    private final Recursion recursion;
    private final int depth0;
    private Iterator<Object> values;
    private long index0 = -1;
    private long length = -1;
    private Object before = Env.MISSING;
    private Object current = Env.MISSING;
    private Object after = Env.MISSING;
    private Object lastChanged = Env.MISSING;

    LoopValue(Run run, Object given, Recursion recursion, int depth0) {
        this.run = run;
        this.given = given;
        this.recursion = recursion;
        this.depth0 = depth0;
        this.values = Types.iterate(run, given);
    }

    boolean hasNext() {
        return after != Env.MISSING || values.hasNext();
    }

    Object next() {
        before = current;
        current = peek();
        after = Env.MISSING;
        index0++;
        return current;
    }

    private Object peek() {
        if (after == Env.MISSING && values.hasNext()) {
            after = values.next();
        }
        return after;
    }

    long length() {
        if (length < 0) {
            length = Types.size(given);
        }
        if (length < 0) {
            List<Object> rest = new ArrayList<>();
            values.forEachRemaining(rest::add);
            values = rest.iterator();
            length = rest.size() + index0 + 1 + (after == Env.MISSING ? 0 : 1);
        }
        return length;
    }

    /** An attribute; {@link Env#MISSING} if there is none of the name. */
    Object attribute(String name) {
        if (NUMBERS.contains(name)) {
            return number(name);
        }
        return switch (name) {
            case "first" -> index0 == 0;
            case "last" -> peek() == Env.MISSING;
            case "previtem" -> index0 == 0 ? new Undefined("there is no previous item") : before;
            case "nextitem" -> peek() == Env.MISSING ? new Undefined("there is no next item") : peek();
            case "cycle" -> new Function("loop.cycle", this::cycle);
            case "changed" -> new Function("loop.changed", this::changed);
            default -> Env.MISSING;
        };
    }

    private Object number(String name) {
        return switch (name) {
            case "index" -> index0 + 1;
            case "index0" -> index0;
            case "depth" -> depth0 + 1L;
            case "depth0" -> (long) depth0;
            case "length" -> length();
            case "revindex" -> length() - index0;
            default -> length() - index0 - 1;
        };
    }

    private Object cycle(Run any, Args args) {
        if (args.size() == 0 || !args.named().isEmpty()) {
            throw PyError.type("loop.cycle() takes one or more values and no names");
        }
        return args.get((int) (index0 % args.size()));
    }

    private Object changed(Run any, Args args) {
        if (!args.named().isEmpty()) {
            throw PyError.type("loop.changed() takes no names");
        }
        TupleValue values = new TupleValue(args.positional());
        if (lastChanged != Env.MISSING && Comparison.same(run, lastChanged, values)) {
            return false;
        }
        lastChanged = values;
        return true;
    }

    @Override
    public Object call(Run any, Args args) {
        Object next = args.bind("loop", 1, "iterable")[0];
        if (recursion == null) {
            throw PyError.type("a loop that is called must be marked as recursive");
        }
        return recursion.run(next, depth0 + 1);
    }

    @Override
    public String toString() {
        return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
    }
}
