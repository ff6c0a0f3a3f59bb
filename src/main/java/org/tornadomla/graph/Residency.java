package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.error.ConfigurationException;

/**
 * Where each array lives: which stage's graph brings it to the device, and which later stages must hand it on.
 * TornadoVM takes a consumed buffer from the graph that ran directly before, so every graph between the first and the
 * last user of an array consumes it and persists it again, also where its own tasks do not touch it.
 */
public final class Residency {

    /**
     * An array's way through the cycle.
     *
     * @param owner stage whose graph transfers the array to the device
     * @param last  last stage that uses it
     */
    record Span(int owner, int last) {
    }

    private final Map<Object, Span> spans = new IdentityHashMap<>();

    Residency(List<Stage> stages, Buffers buffers) {
        Map<Object, List<int[]>> uses = new IdentityHashMap<>();
        for (int stage = 0; stage < stages.size(); stage++) {
            List<GraphSpec> graphs = stages.get(stage).alternatives();
            for (int choice = 0; choice < graphs.size(); choice++) {
                for (Object array : arrays(graphs.get(choice), buffers)) {
                    uses.computeIfAbsent(array, key -> new ArrayList<>()).add(new int[]{stage, choice});
                }
            }
        }
        uses.forEach((array, places) -> {
            int first = places.getFirst()[0];
            int last = places.getLast()[0];
            boolean shared = places.size() > 1;
            if (shared && stages.get(first).alternatives().size() > 1) {
                throw new ConfigurationException(
                        "buffer " + buffers.name(array) + " is first used by alternative graphs of stage " + first
                                + " and also elsewhere; each alternative would hold a copy of its own");
            }
            spans.put(array, new Span(first, last));
        });
    }

    /** The arrays that a graph's steps use, each once. */
    public static Set<Object> arrays(GraphSpec graph, Buffers buffers) {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Step step : graph.steps()) {
            for (Object argument : step.arguments()) {
                if (buffers.contains(argument)) {
                    arrays.add(argument);
                } else if (!(argument instanceof Number)) {
                    throw new ConfigurationException("step " + graph.name() + "." + step.name()
                            + " uses an unregistered " + argument.getClass().getSimpleName());
                }
            }
        }
        return arrays;
    }

    /**
     * The arrays that a stage's graph brings to the device; in a stage of alternatives, each brings those that it alone
     * uses.
     */
    List<Object> owned(int stage, GraphSpec graph, Stage place, Buffers buffers) {
        Set<Object> used = arrays(graph, buffers);
        List<Object> owned = new ArrayList<>();
        spans.forEach((array, span) -> {
            if (span.owner() == stage && (place.alternatives().size() == 1 || used.contains(array))) {
                owned.add(array);
            }
        });
        return buffers.inOrder(owned);
    }

    /** The arrays that every graph of a stage consumes from the graph before. */
    List<Object> consumed(int stage, Buffers buffers) {
        List<Object> consumed = new ArrayList<>();
        spans.forEach((array, span) -> {
            if (span.owner() < stage && stage <= span.last()) {
                consumed.add(array);
            }
        });
        return buffers.inOrder(consumed);
    }

    /** The stage whose graph brings an array to the device. */
    int owner(Object array) {
        return spans.get(array).owner();
    }

    /**
     * Refuses to skip a stage that brings something to the device for later ones: they would find nothing there.
     *
     * @throws ConfigurationException naming the buffers
     */
    void requireSkippable(int stage, Buffers buffers) {
        List<Object> missed = new ArrayList<>();
        spans.forEach((array, span) -> {
            if (span.owner() == stage && span.last() > stage) {
                missed.add(array);
            }
        });
        if (!missed.isEmpty()) {
            throw new ConfigurationException("stage " + stage + " cannot be skipped: it brings "
                    + String.join(", ", buffers.inOrder(missed).stream().map(buffers::name).toList())
                    + " to the device, which later stages use");
        }
    }

    /** Whether a stage hands an array on to the next. */
    boolean handedOn(int stage, Object array) {
        return spans.get(array).last() > stage;
    }
}
