package org.tornadomla.training;

import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.RmsNormRows;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The root-mean-square norm of rows, with a weight a column and a factor. */
final class RmsNorm implements Operation {

    private final Workspace work;
    private final Tensor x;
    private final Tensor weight;
    private final Tensor y;
    private final int width;
    private final float eps;
    private final float factor;
    private final FloatArray scales;

    RmsNorm(Workspace work, Tensor x, Tensor weight, Tensor y, double eps, double factor) {
        this.work = work;
        this.x = x;
        this.weight = weight;
        this.y = y;
        this.width = x.columns().published();
        this.eps = (float) eps;
        this.factor = (float) factor;
        this.scales = work.buffers().add(y.name() + "_scales", Role.SCRATCH, new FloatArray(x.rows()));
    }

    @Override
    public void forward(StepList steps) {
        steps.add(y.name(), Grid.loop(x.rows()), RmsNormRows::forward, x.values(), weight.values(), work.sizes(),
                work.size(x.rows()), width, x.stride(), eps, factor, scales, y.values());
    }

    @Override
    public void backward(StepList steps) {
        String name = "d_" + y.name();
        if (weight.wantsGradient()) {
            steps.add(name + "_w", Grid.loop(x.vectors()), RmsNormRows::weight, x.values(), scales, y.gradient(),
                    work.sizes(), work.size(x.rows()), work.size(x.vectors()), x.stride(), factor, weight.accumulate(),
                    weight.gradient());
        }
        if (x.wantsGradient()) {
            steps.add(name + "_dx", Grid.loop(x.rows()), RmsNormRows::input, x.values(), weight.values(), scales,
                    y.gradient(), work.sizes(), work.size(x.rows()), width, x.stride(), factor, x.accumulate(),
                    x.gradient());
        }
    }
}
