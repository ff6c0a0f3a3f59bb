package org.tornadomla.training;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.SquaredNorm;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The steps that move all weights: the length of the gradients, the factor that clips it, and an optimiser's. */
final class Updates {

    private final Optimizer optimizer;
    private final Workspace work;
    private final List<Parameter> parameters;
    private final FloatArray rates;
    private final FloatArray clip;
    private int number;

    Updates(Optimizer optimizer, Workspace work, Collection<Parameter> parameters) {
        this.optimizer = optimizer;
        this.work = work;
        this.parameters = List.copyOf(parameters);
        this.rates = work.buffers().add("rates", Role.INPUT, new FloatArray(optimizer.rates()));
        this.clip = work.buffers().add("clip", Role.STATE, new FloatArray(2));
    }

    List<Step> steps() {
        int rows = parameters.stream().mapToInt(parameter -> parameter.tensor().rows()).sum();
        FloatArray sums = work.buffers().add("squares", Role.SCRATCH, new FloatArray(rows));
        StepList steps = new StepList();
        int at = 0;
        for (Parameter parameter : parameters) {
            Tensor w = parameter.tensor();
            steps.add("squares_" + w.name(), Grid.loop(w.rows()), SquaredNorm::rows, w.gradient(), work.sizes(),
                    work.size(w.rows()), w.stride(), at, sums);
            at += w.rows();
        }
        steps.add("clip", Grid.loop(1), SquaredNorm::factor, sums, rates, work.sizes(), work.size(1), rows, clip);
        optimizer.steps(steps, work, parameters, clip, rates);
        return steps.steps();
    }

    /** Puts what the next step needs. */
    void prepare(double rate) {
        number++;
        optimizer.prepare(number, rate, rates);
    }

    /** The factor and the length of the last step. */
    FloatArray clip() {
        return clip;
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
    Map<String, VectorFloat16> states() {
        return work.states();
    }
}
