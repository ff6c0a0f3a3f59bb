package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.tornadomla.bundled.bytecode.MethodCode;

/**
 * A loop over a variable annotated {@code @Parallel}. Its iterations are shared among the work-items inside the kernel,
 * so any number of work-items runs any bound: the outermost loop is cut in as many parts as it has iterations, at most,
 * and the work-items of a part share the next loop in the same way.
 */
final class ParallelLoop {

    private static final String ANNOTATION = "Luk/ac/manchester/tornado/api/annotations/Parallel;";

    /** Iterations for each work-item that make a loop worth cutting before the one around it. */
    private static final int LONG_ENOUGH = 16;

    private final int slot;
    private final int start;
    private final int end;
    private final int advance;
    private final int depth;
    private final boolean innermost;
    private String variable;
    private String bound;
    private int constantTrips;
    private int step = 1;
    private ParallelLoop inner;

    private ParallelLoop(int slot, int start, int end, int advance, int depth, boolean innermost) {
        this.slot = slot;
        this.start = start;
        this.end = end;
        this.advance = advance;
        this.depth = depth;
        this.innermost = innermost;
    }

    /**
     * The parallel loops of a method, outermost first.
     *
     * @throws Refusal when they are not nested in one another, or the body changes a loop's variable
     */
    static List<ParallelLoop> find(MethodCode code) {
        List<MethodCode.AnnotatedLocal> variables = code.annotatedLocals().stream()
                .filter(local -> local.annotation().equals(ANNOTATION))
                .sorted(Comparator.comparingInt(MethodCode.AnnotatedLocal::start)).toList();
        List<ParallelLoop> loops = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            MethodCode.AnnotatedLocal local = variables.get(i);
            if (i > 0 && local.end() > variables.get(i - 1).end()) {
                throw Refusal.at(code, local.start(),
                        "a second parallel loop beside another; nest them or use two tasks");
            }
            if (i == 3) {
                throw Refusal.at(code, local.start(), "a fourth nested parallel loop; three are allowed");
            }
            loops.add(new ParallelLoop(local.slot(), local.start(), local.end(), advance(code, local), i,
                    i == variables.size() - 1));
            if (i > 0) {
                loops.get(i - 1).inner = loops.get(i);
            }
        }
        return loops;
    }

    private static int advance(MethodCode code, MethodCode.AnnotatedLocal local) {
        if (!(local.start() > 0 && code.instructions().get(local.start() - 1) instanceof StoreInstruction first
                && first.slot() == local.slot())) {
            throw Refusal.at(code, local.start(), "a parallel variable without a first value");
        }
        int found = -1;
        for (int i = local.start(); i < local.end(); i++) {
            Instruction instruction = code.instructions().get(i);
            boolean writes = instruction instanceof IncrementInstruction increment && increment.slot() == local.slot()
                    || instruction instanceof StoreInstruction store && store.slot() == local.slot();
            if (writes && found >= 0) {
                throw Refusal.at(code, i, "a parallel loop whose variable is changed in its body");
            }
            found = writes ? i : found;
        }
        if (found < 0 || !(code.instructions().get(found) instanceof IncrementInstruction increment)
                || increment.constant() <= 0) {
            throw Refusal.at(code, local.start(), "a parallel loop that does not count up by a constant");
        }
        return found;
    }

    /** Position of the store of the first value. */
    int init() {
        return start - 1;
    }

    /** Position of the loop's test. */
    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int slot() {
        return slot;
    }

    /** Position of the increment. */
    int advance() {
        return advance;
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

    int step() {
        return step;
    }

    void step(int value) {
        step = value;
    }

    /** Names of the helper variables, to be declared. */
    List<String> helpers() {
        List<String> names = new ArrayList<>(
                List.of(variable + "__trips", variable + "__parts", variable + "__share", variable + "__end"));
        if (!innermost) {
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
            text.append("%s__parts = %s;\n%1$s__share = %s;\n".formatted(i, items(), item()));
            if (!innermost) {
                text.append("item%1$d = 0;\nitems%1$d = 1;\n".formatted(depth + 1));
            }
            return text.append("%1$s = iadd(%1$s, imul(%1$s__share, %2$d));".formatted(i, step)).toString();
        }
        text.append("%1$s__trips = trips(%1$s, %2$s, %3$d);\n".formatted(i, bound, step));
        return text.append(blocks ? runOfIterations(i) : everyFewIterations(i)).toString();
    }

    /**
     * A work-item takes a run of iterations. Runs lie evenly among the work-items, also where there are fewer
     * iterations than those: a CPU's driver gives each core neighbours, so that iterations of the first few only would
     * all run on one core.
     */
    private String runOfIterations(String i) {
        StringBuilder text = new StringBuilder();
        if (innermost) {
            text.append("%1$s__parts = %2$s;\n%1$s__share = %3$s;\n".formatted(i, items(), item()));
        } else {
            text.append("%1$s__parts = clamp(%1$s__trips, 1, %2$s);\n".formatted(i, mostParts()));
            text.append("%1$s__share = (int)((long)%2$s * %1$s__parts / %3$s);\n".formatted(i, item(), items()));
            text.append("item%4$d = (int)(((long)%1$s__share * %3$s + %1$s__parts - 1) / %1$s__parts);\n".formatted(i,
                    item(), items(), depth + 1));
            text.append("items%4$d = (int)(((%1$s__share + 1L) * %3$s + %1$s__parts - 1) / %1$s__parts) - item%4$d;\n"
                    .formatted(i, item(), items(), depth + 1));
            text.append("item%3$d = %2$s - item%3$d;\n".formatted(i, item(), depth + 1));
        }
        text.append("%1$s__end = %1$s + (int)((%1$s__share + 1L) * %1$s__trips / %1$s__parts) * %2$d;\n".formatted(i,
                step));
        return text
                .append("%1$s = %1$s + (int)((long)%1$s__share * %1$s__trips / %1$s__parts) * %2$d;".formatted(i, step))
                .toString();
    }

    /** A work-item takes one iteration of every {@code parts}, so that neighbours read neighbouring memory. */
    private String everyFewIterations(String i) {
        StringBuilder text = new StringBuilder();
        text.append("%1$s__parts = clamp(%1$s__trips, 1, %2$s);\n".formatted(i, items()));
        String busy = "%1$s__share < %1$s__parts".formatted(i);
        if (innermost) {
            text.append("%1$s__share = %2$s;\n".formatted(i, item()));
        } else {
            text.append("%1$s__share = %2$s %% %1$s__parts;\n".formatted(i, item()));
            text.append("item%3$d = %2$s / %1$s__parts;\nitems%3$d = %4$s / %1$s__parts;\n".formatted(i, item(),
                    depth + 1, items()));
            busy = "item%1$d < items%1$d".formatted(depth + 1);
        }
        return text.append("%1$s = %1$s + (%2$s ? %1$s__share : %1$s__trips) * %3$d;".formatted(i, busy, step))
                .toString();
    }

    /**
     * The most parts to cut this loop in where a block is a run of iterations. If the next loop is long enough for all
     * work-items, that one is cut instead: what it reads then stays in a core's cache over the iterations of this one.
     */
    private String mostParts() {
        return inner != null && inner.constantTrips > 0
                ? "%s <= %d ? 1 : %1$s".formatted(items(), inner.constantTrips / LONG_ENOUGH)
                : items();
    }

    /** Text of the increment. */
    String advanceText(boolean blocks) {
        return blocks && isBounded()
                ? "%1$s = %1$s + %2$d;".formatted(variable, step)
                : "%1$s = iadd(%1$s, imul(%1$s__parts, %2$d));".formatted(variable, step);
    }
}
