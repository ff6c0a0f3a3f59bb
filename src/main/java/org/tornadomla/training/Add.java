package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.RowSums;

/** The sum of two tensors, as of a residual stream. */
final class Add implements Operation {

    private final Workspace work;
    private final Tensor a;
    private final Tensor b;
    private final Tensor y;

    Add(Workspace work, Tensor a, Tensor b, Tensor y) {
        this.work = work;
        this.a = a;
        this.b = b;
        this.y = y;
    }

    @Override
    public void forward(StepList steps) {
        steps.add(y.name(), Grid.loop(y.rows()), RowSums::both, a.values(), b.values(), work.sizes(),
                work.size(y.rows()), y.stride(), y.values());
    }

    @Override
    public void backward(StepList steps) {
        back(steps, "a", a);
        back(steps, "b", b);
    }

    private void back(StepList steps, String suffix, Tensor to) {
        if (to.wantsGradient()) {
            steps.add("d_" + y.name() + "_" + suffix, Grid.loop(y.rows()), RowSums::add, y.gradient(), work.sizes(),
                    work.size(y.rows()), y.stride(), to.accumulate(), to.gradient());
        }
    }
}
