package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.SwiGluRows;

/** y = silu(gate) up. */
final class SwiGlu implements Operation {

    private final Workspace work;
    private final Tensor gate;
    private final Tensor up;
    private final Tensor y;

    SwiGlu(Workspace work, Tensor gate, Tensor up, Tensor y) {
        this.work = work;
        this.gate = gate;
        this.up = up;
        this.y = y;
    }

    @Override
    public void forward(StepList steps) {
        steps.add(y.name(), Grid.loop(y.rows()), SwiGluRows::forward, gate.values(), up.values(), work.sizes(),
                work.size(y.rows()), y.stride(), y.values());
    }

    @Override
    public void backward(StepList steps) {
        if (gate.wantsGradient() || up.wantsGradient()) {
            steps.add("d_" + y.name(), Grid.loop(y.rows()), SwiGluRows::inputs, gate.values(), up.values(),
                    y.gradient(), work.sizes(), work.size(y.rows()), y.stride(), accumulate(gate), accumulate(up),
                    work.gradient(gate), work.gradient(up));
        }
    }

    private static int accumulate(Tensor x) {
        return x.wantsGradient() ? x.accumulate() : 0;
    }
}
