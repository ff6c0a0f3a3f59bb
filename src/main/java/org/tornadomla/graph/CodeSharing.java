package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of task graphs as a runtime that compiles each task by its name wants them. TornadoVM keeps the code of a plan
 * under the names of graph, task and method, and compiles a task whose code it has no second time. Graphs that differ
 * in nothing but the arrays that they work on, as the layers of a model, have one name there: then the kernels of the
 * first serve all.
 */
final class CodeSharing {

    private final Map<List<Object>, String> names = new HashMap<>();
    private final boolean shares;

    /** @param shares whether graphs may have one name; otherwise each keeps its own */
    CodeSharing(boolean shares) {
        this.shares = shares;
    }

    /** The name under which a graph's code is kept: its own, or that of the first graph that has the same code. */
    String name(GraphSpec graph) {
        return shares ? names.computeIfAbsent(code(graph), unknown -> graph.name()) : graph.name();
    }

    /**
     * What the code of a graph depends on: its tasks, their kernels, constants and grids, the types of arrays, and
     * which of the arrays are the same.
     */
    private static List<Object> code(GraphSpec graph) {
        List<Object> code = new ArrayList<>();
        Map<Object, Integer> arrays = new IdentityHashMap<>();
        for (Step step : graph.steps()) {
            code.add(step.name());
            code.add(step.kernel());
            code.add(step.grid());
            for (Object argument : step.arguments()) {
                code.add(argument instanceof Number ? argument : argument.getClass());
                code.add(argument instanceof Number ? 0 : arrays.computeIfAbsent(argument, a -> arrays.size()));
            }
        }
        return code;
    }
}
