package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/**
 * Graphs that are longer than TornadoVM has room for: 8,192 bytes, 15 a task and 5 an argument, and 1,024 nodes.
 */
class GraphPartsTest {

    private static Step step(int i, List<Object> arguments) {
        return new Step("s" + i, new Grid(1, 0), "Kernel.rows", arguments, graph -> graph);
    }

    /** Steps of numbers alone, 85 bytes each. */
    private static List<Step> steps(int count) {
        return IntStream.range(0, count).mapToObj(i -> step(i, Collections.nCopies(14, 1))).toList();
    }

    private static List<Step> together(List<GraphSpec> parts) {
        return parts.stream().flatMap(part -> part.steps().stream()).toList();
    }

    @Test
    void whatThereIsRoomForIsOneGraph() {
        List<Step> steps = steps(96);
        assertEquals(List.of(new GraphSpec("forward", steps)), GraphParts.of("forward", steps, 10));
    }

    @Test
    void moreBytesAreSeveralGraphsInTheSameOrder() {
        List<Step> steps = steps(300);
        List<GraphSpec> parts = GraphParts.of("forward", steps, 10);
        assertEquals(List.of("forward", "forward_2", "forward_3", "forward_4"),
                parts.stream().map(GraphSpec::name).toList());
        assertEquals(List.of(96, 96, 96, 12), parts.stream().map(part -> part.steps().size()).toList());
        assertEquals(steps, together(parts));
    }

    /** A step with four arrays of its own takes 13 nodes: itself, two an array, and one for each that it may write. */
    @Test
    void moreArraysAreSeveralGraphsToo() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            steps.add(step(i, List.of(new float[1], new float[1], new float[1], new float[1])));
        }
        assertEquals(1, GraphParts.of("step", steps, 1024 - 2 - 60 * 13).size());
        List<GraphSpec> parts = GraphParts.of("step", steps, 1024 - 2 - 60 * 13 + 1);
        assertEquals(List.of(59, 1), parts.stream().map(part -> part.steps().size()).toList());
        assertEquals(steps, together(parts));
        assertEquals(60, GraphParts.of("step", steps, 2000).size(), "each graph has a step, whatever the room");
        assertTrue(GraphParts.of("step", List.of(), 5).getFirst().steps().isEmpty());
    }
}
