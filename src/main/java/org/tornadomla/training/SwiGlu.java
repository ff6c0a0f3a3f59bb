package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** y = silu(gate) up. */
record SwiGlu(Tensor gate, Tensor up, Tensor y) implements Operation {

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().swiGlu(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        if (gate.wantsGradient() || up.wantsGradient()) {
            family.rows().swiGluInputs(steps, this, accumulate(gate), accumulate(up));
        }
    }

    private static int accumulate(Tensor x) {
        return x.wantsGradient() ? x.accumulate() : 0;
    }
}
