package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.ExpertProduct;
import org.tornadomla.kernels.training.ExpertRows;
import org.tornadomla.kernels.training.SwiGluRows;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The steps of {@link Experts} for few cores; what stands at empty places meets zeros alone. */
record FewExperts(Workspace work, Experts op) {

    void forward(StepList steps) {
        String name = op.name();
        Experts.Matrices matrices = op.matrices();
        Experts.Pass rows = op.forward();
        unpack(steps, name + "_x_rows", rows.x());
        forward(steps, name + "_gates", matrices.gate(), rows.gates());
        forward(steps, name + "_ups", matrices.up(), rows.ups());
        clear(steps, name + "_gates_clear", rows.gates());
        clear(steps, name + "_ups_clear", rows.ups());
        steps.add(name + "_gated", Grid.loop(op.places()), SwiGluRows::forward, rows.gates().vectors(),
                rows.ups().vectors(), work.sizes(), work.size(op.places()), rows.gated().stride(),
                rows.gated().vectors());
        unpack(steps, name + "_gated_rows", rows.gated());
        forward(steps, name + "_results", matrices.down(), rows.y());
    }

    void backward(StepList steps) {
        String d = "d_" + op.name();
        Experts.Matrices matrices = op.matrices();
        Experts.Pass rows = op.forward();
        Experts.Pass slopes = op.backward();
        weights(steps, d + "_down", slopes.y(), rows.gated(), matrices.down());
        unpack(steps, d + "_rows", slopes.y());
        backward(steps, d + "_gated", matrices.down(), 0, slopes.gated());
        clear(steps, d + "_gated_clear", slopes.gated());
        steps.add(d + "_gates", Grid.loop(op.places()), SwiGluRows::inputs, rows.gates().vectors(),
                rows.ups().vectors(), slopes.gated().vectors(), work.sizes(), work.size(op.places()),
                rows.gates().stride(), 0, 0, slopes.gates().vectors(), slopes.ups().vectors());
        weights(steps, d + "_gate", slopes.gates(), rows.x(), matrices.gate());
        weights(steps, d + "_up", slopes.ups(), rows.x(), matrices.up());
        unpack(steps, d + "_gate_rows", slopes.gates());
        backward(steps, d + "_gate_dx", matrices.gate(), 0, slopes.x());
        unpack(steps, d + "_up_rows", slopes.ups());
        backward(steps, d + "_up_dx", matrices.up(), 1, slopes.x());
    }

    /** Zeroes rows at empty places, which a product leaves as they are. */
    private void clear(StepList steps, String step, Numbers rows) {
        steps.add(step, Grid.loop(op.places()), ExpertRows::clear, op.pairOf(), work.sizes(), work.size(op.places()),
                rows.stride(), rows.vectors());
    }

    private void unpack(StepList steps, String step, Numbers rows) {
        steps.add(step, Grid.loop(op.places()), Unpack::rows, rows.vectors(), work.sizes(), work.size(op.places()),
                rows.width(), rows.stride(), work.scalars());
    }

    /** What stands in the workspace times each expert's matrix, transposed. */
    private void forward(StepList steps, String step, Tensor matrix, Numbers to) {
        int inner = matrix.stride() * Padding.LANES;
        int rowBlocks = matrix.rows() / Padding.LANES;
        steps.add(step + "_w", Grid.loop(rowBlocks), Blocks::transposed, matrix.values().vectors(), work.sizes(),
                work.size(rowBlocks), matrix.stride(), matrix.stride(), MatMul.BLOCK / Padding.LANES,
                inner * MatMul.BLOCK / Padding.LANES, 0, work.blocks());
        product(steps, step, op.outputs(matrix), inner, 0, to);
    }

    /** What stands in the workspace times each expert's matrix. */
    private void backward(StepList steps, String step, Tensor matrix, int accumulate, Numbers to) {
        int columns = matrix.stride() * Padding.LANES;
        steps.add(step + "_w", Grid.loop(matrix.rows()), Blocks::rows, matrix.values().vectors(), work.sizes(),
                work.size(matrix.rows()), op.outputs(matrix), columns / MatMul.BLOCK, matrix.stride(), work.blocks());
        product(steps, step, columns, op.outputs(matrix), accumulate, to);
    }

    private void product(StepList steps, String step, int columns, int inner, int accumulate, Numbers to) {
        steps.add(step, Grid.loop(op.experts() * columns / MatMul.BLOCK), MatMul::rows, work.scalars(), work.blocks(),
                work.none().vectors(), op.groups(), ExpertGrouping.ACTIVE, ExpertGrouping.RECORDS, -1, 0, op.experts(),
                columns, inner, inner, columns / Padding.LANES, 0, accumulate, to.vectors());
    }

    private void weights(StepList steps, String step, Numbers gradient, Numbers rows, Tensor matrix) {
        if (!matrix.wantsGradient()) {
            return;
        }
        int vectors = op.outputs(matrix) / Padding.LANES;
        int blocks = op.places() / Padding.LANES;
        VectorFloat16 turned = work.scratch(op.name() + "_turned", op.places(),
                Math.max(op.forward().x().stride(), op.forward().gates().stride())).vectors();
        steps.add(step + "_turned", Grid.loop(blocks), Blocks::transposed, gradient.vectors(), work.sizes(),
                work.size(blocks), vectors, vectors, 1, vectors * Padding.LANES, 0, turned);
        steps.add(step + "_dw", Grid.loop(matrix.rows()), ExpertProduct::weights, turned, rows.vectors(), op.groups(),
                work.sizes(), work.size(matrix.rows()), op.outputs(matrix), vectors, matrix.stride(), matrix.stride(),
                matrix.accumulate(), matrix.gradient().vectors());
    }
}
