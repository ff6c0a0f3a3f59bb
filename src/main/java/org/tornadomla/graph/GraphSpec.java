package org.tornadomla.graph;

import java.util.List;
import java.util.Optional;

/**
 * A graph as data.
 *
 * @param name      name of the task graph
 * @param steps     what it runs, in order
 * @param condition what must hold for a round that runs it; empty for a graph that every round runs
 */
public record GraphSpec(String name, List<Step> steps, Optional<Enum<?>> condition) {

    public GraphSpec {
        steps = List.copyOf(steps);
    }

    /** A graph that every round runs. */
    public GraphSpec(String name, List<Step> steps) {
        this(name, steps, Optional.empty());
    }

    /** The same graph, for rounds that a condition holds for. */
    public GraphSpec when(Enum<?> holds) {
        return new GraphSpec(name, steps, Optional.of(holds));
    }
}
