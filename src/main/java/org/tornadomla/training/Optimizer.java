package org.tornadomla.training;

import java.util.List;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.graph.StepList;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** How weights follow their gradients. */
@PublicApi(opaque = true)
public sealed interface Optimizer permits AdamW, Sgd {

    /** How many rates a step takes. */
    int rates();

    /**
     * Puts what a step needs.
     *
     * @param number number of the step, from 1 on
     * @param rate   the schedule's rate
     * @param rates  receives the numbers
     */
    void prepare(int number, double rate, FloatArray rates);

    /** Adds the steps that move the weights. */
    void steps(StepList steps, Workspace work, UpdateSteps family, List<Parameter> parameters, UpdateSteps.Pace pace);
}
