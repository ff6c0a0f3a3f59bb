package org.tornadomla.graph;

import java.util.List;

import org.tornadomla.error.ConfigurationException;

/**
 * A place in a plan's cycle: one graph, or several of which each round runs one.
 *
 * @param alternatives the graphs, by index of choice
 */
public record Stage(List<GraphSpec> alternatives) {

    public Stage {
        alternatives = List.copyOf(alternatives);
        if (alternatives.isEmpty()) {
            throw new ConfigurationException("a stage needs a graph");
        }
    }

    /** A stage of one graph. */
    public static Stage of(GraphSpec graph) {
        return new Stage(List.of(graph));
    }
}
