package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** y = max(x, 0). */
record Relu(Tensor x, Tensor y) implements Operation {

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().relu(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        if (x.wantsGradient()) {
            family.rows().reluInput(steps, this, x.accumulate());
        }
    }
}
