package uk.ac.manchester.tornado.api;

import org.tornadomla.bundled.runtime.GraphDefinition;

/** A task graph that no longer changes. It serves one open plan at a time. */
public class ImmutableTaskGraph {

    private final GraphDefinition definition;

    ImmutableTaskGraph(GraphDefinition definition) {
        this.definition = definition;
    }

    GraphDefinition definition() {
        return definition;
    }
}
