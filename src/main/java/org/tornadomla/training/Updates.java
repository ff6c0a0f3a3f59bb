package org.tornadomla.training;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The steps that move all weights: the length of the gradients, the factor that clips it, and an optimiser's. */
final class Updates {

    private final Optimizer optimizer;
    private final Workspace work;
    private final List<Parameter> parameters;
    private final UpdateSteps.Pace pace;
    private int number;

    Updates(Optimizer optimizer, Workspace work, Collection<Parameter> parameters) {
        this.optimizer = optimizer;
        this.work = work;
        this.parameters = List.copyOf(parameters);
        this.pace = new UpdateSteps.Pace(work.buffers().add("clip", Role.STATE, new FloatArray(2)),
                work.buffers().add("rates", Role.INPUT, new FloatArray(optimizer.rates())));
    }

    List<Step> steps(TrainingFamily family) {
        int rows = parameters.stream().mapToInt(parameter -> parameter.tensor().rows()).sum();
        FloatArray sums = work.buffers().add("squares", Role.SCRATCH, new FloatArray(rows));
        StepList steps = family.steps();
        int at = 0;
        for (Parameter parameter : parameters) {
            Tensor w = parameter.tensor();
            family.updates().squares(steps, w, at, sums);
            at += w.rows();
        }
        family.updates().clip(steps, sums, pace);
        optimizer.steps(steps, work, family.updates(), parameters, pace);
        return steps.steps();
    }

    /** Puts what the next step needs. */
    void prepare(double rate) {
        number++;
        optimizer.prepare(number, rate, pace.rates());
    }

    /** The factor and the length of the last step. */
    FloatArray clip() {
        return pace.clip();
    }

    /** Steps that were taken. */
    int number() {
        return number;
    }

    /** Goes on behind some steps. */
    void restart(int steps) {
        number = steps;
    }

    /** What the optimiser keeps, by names. */
    Map<String, Numbers> states() {
        return work.states();
    }
}
