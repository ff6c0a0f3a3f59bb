package org.tornadomla.graph;

import java.util.List;

/**
 * A graph as data.
 *
 * @param name  name of the task graph
 * @param steps what it runs, in order
 */
public record GraphSpec(String name, List<Step> steps) {

    public GraphSpec {
        steps = List.copyOf(steps);
    }
}
