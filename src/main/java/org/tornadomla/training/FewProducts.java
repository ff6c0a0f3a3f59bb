package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.Columns;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** {@link ProductSteps} for few cores: all are {@link MatMul}, whose operands stand in the workspace in its order. */
record FewProducts(Workspace work) implements ProductSteps {

    @Override
    public void linear(StepList steps, Linear op) {
        Tensor x = op.x();
        Tensor w = op.w();
        int inner = x.vectors() * Padding.LANES;
        String name = op.y().name();
        unpack(steps, name + "_x", x.values(), x);
        int blocks = Padding.vectors(w.rows());
        steps.add(name + "_w", Grid.loop(blocks), Blocks::transposed, w.values().vectors(), work.sizes(),
                work.size(blocks), x.vectors(), w.stride(), MatMul.BLOCK / Padding.LANES,
                inner * MatMul.BLOCK / Padding.LANES, 0, work.blocks());
        Tensor bias = op.bias();
        product(steps, name, x.rows(), op.y().stride(), inner, bias == null ? work.none() : bias.values(), 0,
                op.y().values());
    }

    @Override
    public void linearWeight(StepList steps, Linear op, int accumulate) {
        Tensor y = op.y();
        String name = "d_" + y.name();
        steps.add(name + "_columns", Grid.loop(y.vectors()), Columns::scalars, y.gradient().vectors(), work.sizes(),
                work.size(y.rows()), work.size(y.vectors()), y.stride(), work.scalars());
        blocks(steps, name + "_x", op.x().values(), op.x().rows(), op.x().stride());
        product(steps, name + "_w", outputs(op), op.w().stride(), op.x().rows(), work.none(), accumulate,
                op.w().gradient());
    }

    @Override
    public void linearInput(StepList steps, Linear op, int accumulate) {
        String name = "d_" + op.y().name();
        unpack(steps, name + "_rows", op.y().gradient(), op.y());
        blocks(steps, name + "_blocks", op.w().values(), outputs(op), op.w().stride());
        product(steps, name + "_dx", op.x().rows(), op.x().stride(), outputs(op), work.none(), accumulate,
                op.x().gradient());
    }

    private static int outputs(Linear op) {
        return op.y().vectors() * Padding.LANES;
    }

    @Override
    public void columnSums(StepList steps, String name, Tensor of, int accumulate, Numbers to) {
        steps.add(name, Grid.loop(of.vectors()), Columns::sums, of.gradient().vectors(), work.sizes(),
                work.size(of.rows()), work.size(of.vectors()), of.stride(), accumulate, to.vectors());
    }

    private void unpack(StepList steps, String name, Numbers rows, Tensor shape) {
        steps.add(name, Grid.loop(shape.rows()), Unpack::rows, rows.vectors(), work.sizes(), work.size(shape.rows()),
                shape.vectors() * Padding.LANES, shape.stride(), work.scalars());
    }

    private void blocks(StepList steps, String name, Numbers matrix, int rows, int stride) {
        steps.add(name, Grid.loop(rows), Blocks::rows, matrix.vectors(), work.sizes(), work.size(rows), rows,
                stride * Padding.LANES / MatMul.BLOCK, stride, work.blocks());
    }

    /** What stands in the workspace as rows of scalars times what stands there in blocks. */
    private void product(StepList steps, String name, int rows, int stride, int inner, Numbers added, int accumulate,
            Numbers to) {
        VectorFloat16 bias = added.vectors();
        int hasBias = added.equals(work.none()) ? 0 : 1;
        int columns = stride * Padding.LANES;
        steps.add(name, Grid.loop(columns / MatMul.BLOCK), MatMul::rows, work.scalars(), work.blocks(), bias,
                work.sizes(), work.size(1), work.size(rows), -1, 0, 0, columns, inner, inner, stride, hasBias,
                accumulate, to.vectors());
    }
}
