package org.tornadomla.bundled.opencl.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.ParallelLoop;
import org.tornadomla.bundled.bytecode.ParallelLoops;

/**
 * A parallel loop in generated code. Its iterations are shared among the work-items inside the kernel, so any number of
 * work-items runs any bound: the outermost loop is cut in as many parts as it has iterations, at most, and the
 * work-items of a part share the next loop in the same way.
 */
final class SharedLoop {

    /** Iterations for each work-item that make a loop worth cutting before the one around it. */
    private static final int LONG_ENOUGH = 16;

    private final ParallelLoop loop;
    private final int depth;
    /** The next loop inside, or null. */
    private final SharedLoop inner;
    private String variable;
    private String bound;
    private int constantTrips;

    private SharedLoop(ParallelLoop loop, int depth, SharedLoop inner) {
        this.loop = loop;
        this.depth = depth;
        this.inner = inner;
    }

    /**
     * The parallel loops of a method, outermost first.
     *
     * @throws org.tornadomla.bundled.bytecode.Refusal when one has a form that devices get wrong
     */
    static List<SharedLoop> of(MethodCode code) {
        List<ParallelLoop> loops = ParallelLoops.of(code);
        List<SharedLoop> shared = new ArrayList<>();
        for (int depth = loops.size() - 1; depth >= 0; depth--) {
            shared.addFirst(new SharedLoop(loops.get(depth), depth, shared.isEmpty() ? null : shared.getFirst()));
        }
        return shared;
    }

    /** Where the loop stands in the bytecode. */
    ParallelLoop loop() {
        return loop;
    }

    void variable(String name) {
        variable = name;
    }

    String variable() {
        return variable;
    }

    /** Notes the first value that the variable must not reach, as C text that means the same before the loop. */
    void bound(String text) {
        bound = text;
    }

    /** Notes how often the loop runs when that is known at compilation. */
    void constantTrips(int count) {
        constantTrips = count;
    }

    boolean isBounded() {
        return bound != null;
    }

    /** Names of the helper variables, to be declared. */
    List<String> helpers() {
        List<String> names = new ArrayList<>(
                List.of(variable + "__trips", variable + "__parts", variable + "__share", variable + "__end"));
        if (inner != null) {
            names.addAll(List.of("item" + (depth + 1), "items" + (depth + 1)));
        }
        return names;
    }

    private String item() {
        return "item" + depth;
    }

    private String items() {
        return "items" + depth;
    }

    /** Text behind the store of the first value: moves the variable to this work-item's first iteration. */
    String mapping(boolean blocks) {
        StringBuilder text = new StringBuilder();
        String i = variable;
        if (!isBounded()) {
            text.append(String.format(Locale.ROOT, "%s__parts = %s;\n%1$s__share = %s;\n", i, items(), item()));
            if (inner != null) {
                text.append(String.format(Locale.ROOT, "item%1$d = 0;\nitems%1$d = 1;\n", depth + 1));
            }
            return text
                    .append(String.format(Locale.ROOT, "%1$s = iadd(%1$s, imul(%1$s__share, %2$d));", i, loop.step()))
                    .toString();
        }
        text.append(String.format(Locale.ROOT, "%1$s__trips = trips(%1$s, %2$s, %3$d);\n", i, bound, loop.step()));
        return text.append(blocks ? runOfIterations(i) : everyFewIterations(i)).toString();
    }

    /**
     * A work-item takes a run of iterations. Runs lie evenly among the work-items, also where there are fewer
     * iterations than those: a CPU's driver gives each core neighbours, so that iterations of the first few only would
     * all run on one core.
     */
    private String runOfIterations(String i) {
        StringBuilder text = new StringBuilder();
        if (inner == null) {
            text.append(String.format(Locale.ROOT, "%1$s__parts = %2$s;\n%1$s__share = %3$s;\n", i, items(), item()));
        } else {
            text.append(String.format(Locale.ROOT, "%1$s__parts = clamp(%1$s__trips, 1, %2$s);\n", i, mostParts()));
            text.append(String.format(Locale.ROOT, "%1$s__share = (int)((long)%2$s * %1$s__parts / %3$s);\n", i, item(),
                    items()));
            text.append(String.format(Locale.ROOT,
                    "item%4$d = (int)(((long)%1$s__share * %3$s + %1$s__parts - 1) / %1$s__parts);\n", i, item(),
                    items(), depth + 1));
            text.append(String.format(Locale.ROOT,
                    "items%4$d = (int)(((%1$s__share + 1L) * %3$s + %1$s__parts - 1) / %1$s__parts) - item%4$d;\n", i,
                    item(), items(), depth + 1));
            text.append(String.format(Locale.ROOT, "item%3$d = %2$s - item%3$d;\n", i, item(), depth + 1));
        }
        text.append(String.format(Locale.ROOT,
                "%1$s__end = %1$s + (int)((%1$s__share + 1L) * %1$s__trips / %1$s__parts) * %2$d;\n", i, loop.step()));
        return text
                .append(String.format(Locale.ROOT,
                        "%1$s = %1$s + (int)((long)%1$s__share * %1$s__trips / %1$s__parts) * %2$d;", i, loop.step()))
                .toString();
    }

    /** A work-item takes one iteration of every {@code parts}, so that neighbours read neighbouring memory. */
    private String everyFewIterations(String i) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%1$s__parts = clamp(%1$s__trips, 1, %2$s);\n", i, items()));
        String busy = String.format(Locale.ROOT, "%1$s__share < %1$s__parts", i);
        if (inner == null) {
            text.append(String.format(Locale.ROOT, "%1$s__share = %2$s;\n", i, item()));
        } else {
            text.append(String.format(Locale.ROOT, "%1$s__share = %2$s %% %1$s__parts;\n", i, item()));
            text.append(String.format(Locale.ROOT, "item%3$d = %2$s / %1$s__parts;\nitems%3$d = %4$s / %1$s__parts;\n",
                    i, item(), depth + 1, items()));
            busy = String.format(Locale.ROOT, "item%1$d < items%1$d", depth + 1);
        }
        return text.append(String.format(Locale.ROOT, "%1$s = %1$s + (%2$s ? %1$s__share : %1$s__trips) * %3$d;", i,
                busy, loop.step())).toString();
    }

    /**
     * The most parts to cut this loop in where a block is a run of iterations. If the next loop is long enough for all
     * work-items, that one is cut instead: what it reads then stays in a core's cache over the iterations of this one.
     */
    private String mostParts() {
        return inner != null && inner.constantTrips > 0
                ? String.format(Locale.ROOT, "%s <= %d ? 1 : %1$s", items(), inner.constantTrips / LONG_ENOUGH)
                : items();
    }

    /** Text of the increment. */
    String advanceText(boolean blocks) {
        return blocks && isBounded()
                ? String.format(Locale.ROOT, "%1$s = %1$s + %2$d;", variable, loop.step())
                : String.format(Locale.ROOT, "%1$s = iadd(%1$s, imul(%1$s__parts, %2$d));", variable, loop.step());
    }
}
