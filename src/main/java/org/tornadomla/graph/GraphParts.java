package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Cuts steps that follow each other into graphs that TornadoVM has room for. It notes the tasks of a graph in an array
 * of 8,192 bytes and makes 1,024 nodes of it at most, for arrays, numbers, tasks and copies; no option makes either
 * larger. Results do not depend on the cuts.
 */
public final class GraphParts {

    private static final int NOTED_BYTES = 8192;
    private static final int TASK_BYTES = 15;
    private static final int ARGUMENT_BYTES = 5;
    private static final int NODES = 1024;
    /** An array that a task uses is sent or found on the device, and then kept or freed. */
    private static final int NODES_OF_A_USED_ARRAY = 2;
    /** The device, and all that is allocated on it. */
    private static final int NODES_OF_A_GRAPH = 2;

    private final int arrays;
    private final Set<Object> used = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Object> numbers = new HashSet<>();
    private int bytes;
    /** Tasks, and uses of arrays, each of which may be a write that is a node too. */
    private int uses;

    private GraphParts(int arrays) {
        this.arrays = arrays;
    }

    /**
     * Graphs that every round runs one after the other: one, or as many as it takes. Each has a step at least, also
     * where the arrays of other graphs alone leave no room.
     *
     * @param name   of the first; the others have a number behind it
     * @param steps  what is run, in order
     * @param arrays of the whole plan, which a graph may have to hand on
     */
    public static List<GraphSpec> of(String name, List<Step> steps, int arrays) {
        List<GraphSpec> parts = new ArrayList<>();
        GraphParts part = new GraphParts(arrays);
        int begin = 0;
        for (int i = 0; i < steps.size(); i++) {
            part.add(steps.get(i));
            if (part.isFull() && i > begin) {
                parts.add(named(name, parts.size(), steps.subList(begin, i)));
                begin = i;
                part = new GraphParts(arrays);
                part.add(steps.get(i));
            }
        }
        parts.add(named(name, parts.size(), steps.subList(begin, steps.size())));
        return parts;
    }

    private void add(Step step) {
        bytes += TASK_BYTES + ARGUMENT_BYTES * step.arguments().size();
        uses++;
        for (Object argument : step.arguments()) {
            if (argument instanceof Number) {
                numbers.add(argument);
            } else {
                uses++;
                used.add(argument);
            }
        }
    }

    private boolean isFull() {
        int nodes = arrays + NODES_OF_A_USED_ARRAY * used.size() + numbers.size() + uses + NODES_OF_A_GRAPH;
        return bytes > NOTED_BYTES || nodes > NODES;
    }

    private static GraphSpec named(String name, int index, List<Step> steps) {
        return new GraphSpec(index == 0 ? name : name + "_" + (index + 1), steps);
    }
}
