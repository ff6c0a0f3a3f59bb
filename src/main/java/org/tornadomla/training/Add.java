package org.tornadomla.training;

import org.tornadomla.graph.StepList;

/** y = a + b, as of a residual stream. */
record Add(Tensor a, Tensor b, Tensor y) implements Operation {

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.rows().sum(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        back(family, steps, "a", a);
        back(family, steps, "b", b);
    }

    private void back(TrainingFamily family, StepList steps, String suffix, Tensor to) {
        if (to.wantsGradient()) {
            family.rows().add(steps, "d_" + y.name() + "_" + suffix, y.gradient(), to.accumulate(), to.gradient());
        }
    }
}
