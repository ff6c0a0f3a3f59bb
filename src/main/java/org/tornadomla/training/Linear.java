package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.graph.StepList;

/**
 * y = x W^T + b. Its gradients are products too: dx = dy W, dW = dy^T x, and db the sum of the rows of dy.
 *
 * @param x    [rows, in]
 * @param w    [out, in]
 * @param bias [1, out], or null
 * @param y    [rows, out]
 */
record Linear(Tensor x, Tensor w, @Nullable Tensor bias, Tensor y) implements Operation {

    @Override
    public void forward(TrainingFamily family, StepList steps) {
        family.products().linear(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        if (bias != null && bias.wantsGradient()) {
            family.products().columnSums(steps, "d_" + y.name() + "_b", y, bias.accumulate(), bias.gradient());
        }
        if (w.wantsGradient()) {
            family.products().linearWeight(steps, this, w.accumulate());
        }
        if (x.wantsGradient()) {
            family.products().linearInput(steps, this, x.accumulate());
        }
    }
}
