package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** What a tape has recorded: an operation that knows its gradients. A family of kernels has the steps of each. */
interface Operation {

    /**
     * Refuses numbers of the host that are out of range, before each execution.
     *
     * @throws org.tornadomla.error.ShapeException when one is
     */
    default void check() {
        // Most operations read floats alone.
    }

    /** Adds the steps that compute the results. */
    void forward(TrainingFamily family, StepList steps);

    /** Adds the steps that compute the gradients of the operands from those of the results. */
    void backward(TrainingFamily family, StepList steps);
}
