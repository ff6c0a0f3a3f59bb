package org.tornadomla.cost;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.tornadomla.graph.Step;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.weights.NumberFormats;

/** What the kernels for many cores ask of a GPU, at the sizes of {@link LayerSample}: a group of each step. */
public final class CostReport {

    private static final int ITEMS = Tally.WARP * 4;
    /** Groups of a launch on a large GPU, 8 for each of 132 multiprocessors. */
    private static final int GROUPS = 1056;

    private CostReport() {
    }

    /**
     * What one step costs.
     *
     * @param work   what it is part of
     * @param step   its name
     * @param kernel class and method
     * @param cost   of its first group
     */
    public record Line(String work, String step, String kernel, KernelCost cost) {
    }

    /** The costs of all steps of a layer, those that do the same work in the same sizes once. */
    public static List<Line> of(NumberFormats formats) {
        LayerSample sample = new LayerSample(new WorkGroups(ITEMS, GROUPS), formats);
        List<Line> lines = new ArrayList<>();
        add("a token", sample.decode(), lines);
        add("a prompt", sample.prompt(), lines);
        return lines;
    }

    private static void add(String work, List<Step> steps, List<Line> lines) {
        LockstepRun run = LockstepRun.create();
        Set<String> names = new LinkedHashSet<>();
        for (Step step : steps) {
            if (names.add(step.name())) {
                lines.add(new Line(work, step.name(), step.kernel(), run.run(step, 1)));
            }
        }
    }
}
