package org.tornadomla.graph;

import java.util.List;
import java.util.Set;

import org.tornadomla.error.ConfigurationException;

/**
 * A place in a plan's cycle: one graph, or several of which each round runs one. A round that none of them is for skips
 * the stage.
 *
 * @param alternatives the graphs, by index of choice
 */
public record Stage(List<GraphSpec> alternatives) {

    /** The choice of a round that skips a stage. */
    public static final int SKIPPED = -1;

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

    /** The index of the first graph that is for a round of these conditions, or {@link #SKIPPED}. */
    int choice(Set<? extends Enum<?>> conditions) {
        for (int choice = 0; choice < alternatives.size(); choice++) {
            if (alternatives.get(choice).condition().map(conditions::contains).orElse(true)) {
                return choice;
            }
        }
        return SKIPPED;
    }
}
