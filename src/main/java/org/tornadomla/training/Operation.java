package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** What a tape has recorded: an operation that knows its gradients. */
interface Operation {

    /** Adds the steps that compute the results. */
    void forward(StepList steps);

    /** Adds the steps that compute the gradients of the operands from those of the results. */
    void backward(StepList steps);
}
