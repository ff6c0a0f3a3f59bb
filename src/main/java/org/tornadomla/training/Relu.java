package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.ReluRows;

/** y = max(x, 0). */
final class Relu implements Operation {

    private final Workspace work;
    private final Tensor x;
    private final Tensor y;

    Relu(Workspace work, Tensor x, Tensor y) {
        this.work = work;
        this.x = x;
        this.y = y;
    }

    @Override
    public void forward(StepList steps) {
        steps.add(y.name(), Grid.loop(y.rows()), ReluRows::forward, x.values(), work.sizes(), work.size(y.rows()),
                y.stride(), y.values());
    }

    @Override
    public void backward(StepList steps) {
        if (x.wantsGradient()) {
            steps.add("d_" + y.name(), Grid.loop(y.rows()), ReluRows::input, x.values(), y.gradient(), work.sizes(),
                    work.size(y.rows()), y.stride(), x.accumulate(), x.gradient());
        }
    }
}
