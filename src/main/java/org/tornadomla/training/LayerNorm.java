package org.tornadomla.training;

import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.Columns;
import org.tornadomla.kernels.training.LayerNormRows;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The layer norm of rows, with a weight and a bias a column. */
final class LayerNorm implements Operation {

    private final Workspace work;
    private final Tensor x;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor y;
    private final int width;
    private final float eps;
    private final FloatArray kept;

    LayerNorm(Workspace work, Tensor x, Tensor weight, Tensor bias, Tensor y, double eps) {
        this.work = work;
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.y = y;
        this.width = x.columns().published();
        this.eps = (float) eps;
        this.kept = work.buffers().add(y.name() + "_kept", Role.SCRATCH, new FloatArray(2 * x.rows()));
    }

    @Override
    public void forward(StepList steps) {
        steps.add(y.name(), Grid.loop(x.rows()), LayerNormRows::forward, x.values(), weight.values(), bias.values(),
                work.sizes(), work.size(x.rows()), width, x.stride(), eps, kept, y.values());
    }

    @Override
    public void backward(StepList steps) {
        String name = "d_" + y.name();
        int rows = work.size(x.rows());
        int vectors = work.size(x.vectors());
        steps.add(name + "_b", Grid.loop(x.vectors()), Columns::sums, y.gradient(), work.sizes(), rows, vectors,
                y.stride(), bias.accumulate(), bias.gradient());
        steps.add(name + "_w", Grid.loop(x.vectors()), LayerNormRows::weight, x.values(), kept, y.gradient(),
                work.sizes(), rows, vectors, x.stride(), weight.accumulate(), weight.gradient());
        if (x.wantsGradient()) {
            steps.add(name + "_dx", Grid.loop(x.rows()), LayerNormRows::input, x.values(), weight.values(), kept,
                    y.gradient(), work.sizes(), rows, width, x.stride(), x.accumulate(), x.gradient());
        }
    }
}
