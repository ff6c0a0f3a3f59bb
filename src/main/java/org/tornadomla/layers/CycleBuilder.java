package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.List;

import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepList;

/** The stages of a cycle under construction: blocks add steps to the graph that is open, or close it for others. */
public final class CycleBuilder {

    private final KernelFamily family;
    private final List<Stage> stages = new ArrayList<>();
    private String name;
    private StepList open;

    /**
     * A cycle of one graph.
     *
     * @param family what computes it
     * @param first  name of the first graph
     */
    public CycleBuilder(KernelFamily family, String first) {
        this.family = family;
        begin(first);
    }

    /** The steps of the graph that is open. */
    public StepList steps() {
        return open;
    }

    /** Index of the stage whose graph is open. */
    int stage() {
        return stages.size();
    }

    /**
     * Ends the open graph; behind it stands a stage of which a round runs one graph, and behind that another graph is
     * open.
     *
     * @param alternatives graphs of which a round runs the one whose condition holds
     * @param next         name of the graph that follows
     */
    public void fork(List<GraphSpec> alternatives, String next) {
        end();
        stages.add(new Stage(alternatives));
        begin(next);
    }

    /** Ends the open graph, and opens one behind it. */
    void next(String following) {
        end();
        begin(following);
    }

    private void begin(String graph) {
        name = graph;
        open = family.steps();
    }

    private void end() {
        stages.add(Stage.of(new GraphSpec(name, open.steps())));
    }

    /** Ends the open graph; all stages in order. */
    public List<Stage> finish() {
        end();
        return List.copyOf(stages);
    }

    /** Ends the open graph, which only rounds of a condition run; all stages in order. */
    List<Stage> finish(Enum<?> condition) {
        stages.add(Stage.of(new GraphSpec(name, open.steps()).when(condition)));
        return List.copyOf(stages);
    }
}
