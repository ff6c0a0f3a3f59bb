package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.Columns;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** y = x W^T + b. Its gradients are products too: dx = dy W, dW = dy^T x, and db the sum of the rows of dy. */
final class Linear implements Operation {

    private final Workspace work;
    private final Tensor x;
    private final Tensor w;
    private final @Nullable Tensor bias;
    private final Tensor y;

    /**
     * @param x    [rows, in]
     * @param w    [out, in]
     * @param bias [1, out], or null
     * @param y    [rows, out]
     */
    Linear(Workspace work, Tensor x, Tensor w, @Nullable Tensor bias, Tensor y) {
        this.work = work;
        this.x = x;
        this.w = w;
        this.bias = bias;
        this.y = y;
        int rows = x.rows();
        int in = x.stride() * Padding.LANES;
        int out = y.stride() * Padding.LANES;
        work.reserve((long) Math.max(in, out) * rows, (long) in * Math.max(out, rows));
    }

    @Override
    public void forward(StepList steps) {
        int inner = x.vectors() * Padding.LANES;
        String name = y.name();
        unpack(steps, name + "_x", x.values(), x);
        int blocks = Padding.vectors(w.rows());
        steps.add(name + "_w", Grid.loop(blocks), Blocks::transposed, w.values(), work.sizes(), work.size(blocks),
                x.vectors(), w.stride(), MatMul.BLOCK / Padding.LANES, inner * MatMul.BLOCK / Padding.LANES, 0,
                work.blocks());
        VectorFloat16 added = bias == null ? work.none() : bias.values();
        product(steps, name, x.rows(), y, inner, added, 0, y.values());
    }

    @Override
    public void backward(StepList steps) {
        String name = "d_" + y.name();
        if (bias != null && bias.wantsGradient()) {
            steps.add(name + "_b", Grid.loop(y.vectors()), Columns::sums, y.gradient(), work.sizes(),
                    work.size(y.rows()), work.size(y.vectors()), y.stride(), bias.accumulate(), bias.gradient());
        }
        int outputs = y.vectors() * Padding.LANES;
        if (w.wantsGradient()) {
            steps.add(name + "_columns", Grid.loop(y.vectors()), Columns::scalars, y.gradient(), work.sizes(),
                    work.size(y.rows()), work.size(y.vectors()), y.stride(), work.scalars());
            blocks(steps, name + "_x", x.values(), x.rows(), x.stride());
            product(steps, name + "_w", outputs, w, x.rows(), work.none(), w.accumulate(), w.gradient());
        }
        if (x.wantsGradient()) {
            unpack(steps, name + "_rows", y.gradient(), y);
            blocks(steps, name + "_blocks", w.values(), outputs, w.stride());
            product(steps, name + "_dx", x.rows(), x, outputs, work.none(), x.accumulate(), x.gradient());
        }
    }

    private void unpack(StepList steps, String name, VectorFloat16 rows, Tensor shape) {
        steps.add(name, Grid.loop(shape.rows()), Unpack::rows, rows, work.sizes(), work.size(shape.rows()),
                shape.vectors() * Padding.LANES, shape.stride(), work.scalars());
    }

    private void blocks(StepList steps, String name, VectorFloat16 matrix, int rows, int stride) {
        steps.add(name, Grid.loop(rows), Blocks::rows, matrix, work.sizes(), work.size(rows), rows,
                stride * Padding.LANES / MatMul.BLOCK, stride, work.blocks());
    }

    /** What stands in the workspace as rows of scalars times what stands there in blocks. */
    private void product(StepList steps, String name, int rows, Tensor result, int inner, VectorFloat16 added,
            int accumulate, VectorFloat16 to) {
        int hasBias = added.equals(work.none()) ? 0 : 1;
        int columns = result.stride() * Padding.LANES;
        steps.add(name, Grid.loop(columns / MatMul.BLOCK), MatMul::rows, work.scalars(), work.blocks(), added,
                work.sizes(), work.size(1), work.size(rows), -1, 0, 0, columns, inner, inner, result.stride(), hasBias,
                accumulate, to);
    }
}
