package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.GroupSwiGlu;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * The steps of {@link Experts} for many cores. Products have the rows that experts have; what stands at empty places is
 * read by none of them.
 */
record ManyExperts(Workspace work, ManyGrids grids, ManyProducts products, Experts op) {

    void forward(StepList steps) {
        String name = op.name();
        Experts.Matrices matrices = op.matrices();
        Experts.Pass rows = op.forward();
        product(steps, name + "_gates", rows.x(), matrices.gate(), rows.gates());
        product(steps, name + "_ups", rows.x(), matrices.up(), rows.ups());
        steps.add(name + "_gated", grids.numbers(rows.gated()), GroupSwiGlu::forward, new KernelContext(),
                rows.gates().floats(), rows.ups().floats(), work.sizes(), work.size(op.places()), rows.gated().width(),
                rows.gated().floats());
        product(steps, name + "_results", rows.gated(), matrices.down(), rows.y());
    }

    private void product(StepList steps, String name, Numbers x, Tensor w, Numbers y) {
        products.product(steps, name, ManyProducts.Share.of(op), x, w, work.none().floats(), y);
    }

    void backward(StepList steps) {
        String d = "d_" + op.name();
        Experts.Matrices matrices = op.matrices();
        Experts.Pass rows = op.forward();
        Experts.Pass slopes = op.backward();
        weights(steps, d + "_down_dw", slopes.y(), rows.gated(), matrices.down());
        input(steps, d + "_gated", slopes.y(), matrices.down(), 0, slopes.gated());
        steps.add(d + "_gates", grids.numbers(rows.gates()), GroupSwiGlu::inputs, new KernelContext(),
                rows.gates().floats(), rows.ups().floats(), slopes.gated().floats(), work.sizes(),
                work.size(op.places()), rows.gates().width(), 0, 0, slopes.gates().floats(), slopes.ups().floats());
        weights(steps, d + "_gate_dw", slopes.gates(), rows.x(), matrices.gate());
        weights(steps, d + "_up_dw", slopes.ups(), rows.x(), matrices.up());
        input(steps, d + "_gate_dx", slopes.gates(), matrices.gate(), 0, slopes.x());
        input(steps, d + "_up_dx", slopes.ups(), matrices.up(), 1, slopes.x());
    }

    private void weights(StepList steps, String name, Numbers dy, Numbers x, Tensor matrix) {
        if (matrix.wantsGradient()) {
            products.weights(steps, name, ManyProducts.Share.of(op), dy, op.outputs(matrix), x, matrix.accumulate(),
                    matrix.gradient());
        }
    }

    private void input(StepList steps, String name, Numbers dy, Tensor matrix, int accumulate, Numbers dx) {
        products.rows(steps, name, ManyProducts.Share.of(op), dy, op.outputs(matrix), matrix.values(), accumulate, dx);
    }
}
