package org.tornadomla.training;

import java.util.List;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.ExpertProduct;
import org.tornadomla.kernels.training.ExpertRows;
import org.tornadomla.kernels.training.SwiGluRows;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The feed-forwards of experts on rows that are sorted by expert: y = down (silu(gate x) up x), and their gradients.
 * The rows of an expert begin at a multiple of 16; what stands at empty places meets zeros alone.
 */
final class Experts {

    private final Workspace work;
    private final String name;
    private final int experts;
    private final int places;
    private final IntArray groups;
    private final IntArray pairOf;
    private final Tensor gate;
    private final Tensor up;
    private final Tensor down;
    private final VectorFloat16 x;
    private final VectorFloat16 gates;
    private final VectorFloat16 ups;
    private final VectorFloat16 gated;
    private final VectorFloat16 y;
    private final VectorFloat16 dy;
    private final VectorFloat16 dgates;
    private final VectorFloat16 dups;
    private final VectorFloat16 dgated;
    private final VectorFloat16 dx;
    private final VectorFloat16 turned;

    /** @param matrices gate and up [experts, inner, hidden], down [experts, hidden, inner], rows padded to blocks */
    Experts(Workspace work, String name, MixtureShape shape, int places, IntArray groups, IntArray pairOf,
            List<Tensor> matrices) {
        this.work = work;
        this.name = name;
        this.experts = shape.experts();
        this.places = places;
        this.groups = groups;
        this.pairOf = pairOf;
        this.gate = matrices.get(0);
        this.up = matrices.get(1);
        this.down = matrices.get(2);
        int hidden = gate.stride();
        int inner = down.stride();
        this.x = rows("_x", hidden);
        this.gates = rows("_gates", inner);
        this.ups = rows("_ups", inner);
        this.gated = rows("_gated", inner);
        this.y = rows("_results", hidden);
        this.dy = rows("_d_results", hidden);
        this.dgates = rows("_d_gates", inner);
        this.dups = rows("_d_ups", inner);
        this.dgated = rows("_d_gated", inner);
        this.dx = rows("_d_x", hidden);
        this.turned = rows("_turned", Math.max(hidden, inner));
        long largest = (long) Math.max(hidden, inner) * Padding.LANES;
        work.reserve(places * largest, (long) experts * hidden * inner * Padding.LANES * Padding.LANES);
    }

    private VectorFloat16 rows(String suffix, int stride) {
        return work.buffers().add(name + suffix, Role.SCRATCH,
                Sizes.vectors(name + suffix, (long) places * stride * Padding.LANES));
    }

    VectorFloat16 input() {
        return x;
    }

    VectorFloat16 output() {
        return y;
    }

    VectorFloat16 outputGradient() {
        return dy;
    }

    VectorFloat16 inputGradient() {
        return dx;
    }

    void forward(StepList steps) {
        unpack(steps, name + "_x_rows", x, gate.stride());
        forward(steps, name + "_gates", gate, gates);
        forward(steps, name + "_ups", up, ups);
        clear(steps, name + "_gates_clear", gates);
        clear(steps, name + "_ups_clear", ups);
        steps.add(name + "_gated", Grid.loop(places), SwiGluRows::forward, gates, ups, work.sizes(), work.size(places),
                down.stride(), gated);
        unpack(steps, name + "_gated_rows", gated, down.stride());
        forward(steps, name + "_results", down, y);
    }

    void backward(StepList steps) {
        String d = "d_" + name;
        weights(steps, d + "_down", dy, gated, down);
        unpack(steps, d + "_rows", dy, gate.stride());
        backward(steps, d + "_gated", down, 0, dgated);
        clear(steps, d + "_gated_clear", dgated);
        steps.add(d + "_gates", Grid.loop(places), SwiGluRows::inputs, gates, ups, dgated, work.sizes(),
                work.size(places), down.stride(), 0, 0, dgates, dups);
        weights(steps, d + "_gate", dgates, x, gate);
        weights(steps, d + "_up", dups, x, up);
        unpack(steps, d + "_gate_rows", dgates, down.stride());
        backward(steps, d + "_gate_dx", gate, 0, dx);
        unpack(steps, d + "_up_rows", dups, down.stride());
        backward(steps, d + "_up_dx", up, 1, dx);
    }

    /** Zeroes rows at empty places, which a product leaves as they are. */
    private void clear(StepList steps, String step, VectorFloat16 rows) {
        steps.add(step, Grid.loop(places), ExpertRows::clear, pairOf, work.sizes(), work.size(places), down.stride(),
                rows);
    }

    private void unpack(StepList steps, String step, VectorFloat16 rows, int stride) {
        steps.add(step, Grid.loop(places), Unpack::rows, rows, work.sizes(), work.size(places), stride * Padding.LANES,
                stride, work.scalars());
    }

    /** Outputs of a matrix, padded to whole blocks. */
    private int outputs(Tensor matrix) {
        return matrix.rows() / experts;
    }

    /** What stands in the workspace times each expert's matrix, transposed. */
    private void forward(StepList steps, String step, Tensor matrix, VectorFloat16 to) {
        int inner = matrix.stride() * Padding.LANES;
        int rowBlocks = matrix.rows() / Padding.LANES;
        steps.add(step + "_w", Grid.loop(rowBlocks), Blocks::transposed, matrix.values(), work.sizes(),
                work.size(rowBlocks), matrix.stride(), matrix.stride(), MatMul.BLOCK / Padding.LANES,
                inner * MatMul.BLOCK / Padding.LANES, 0, work.blocks());
        product(steps, step, outputs(matrix), inner, 0, to);
    }

    /** What stands in the workspace times each expert's matrix. */
    private void backward(StepList steps, String step, Tensor matrix, int accumulate, VectorFloat16 to) {
        int columns = matrix.stride() * Padding.LANES;
        steps.add(step + "_w", Grid.loop(matrix.rows()), Blocks::rows, matrix.values(), work.sizes(),
                work.size(matrix.rows()), outputs(matrix), columns / MatMul.BLOCK, matrix.stride(), work.blocks());
        product(steps, step, columns, outputs(matrix), accumulate, to);
    }

    private void product(StepList steps, String step, int columns, int inner, int accumulate, VectorFloat16 to) {
        steps.add(step, Grid.loop(experts * columns / MatMul.BLOCK), MatMul::rows, work.scalars(), work.blocks(),
                work.none(), groups, ExpertGrouping.ACTIVE, ExpertGrouping.RECORDS, -1, 0, experts, columns, inner,
                inner, columns / Padding.LANES, 0, accumulate, to);
    }

    private void weights(StepList steps, String step, VectorFloat16 gradient, VectorFloat16 rows, Tensor matrix) {
        if (!matrix.wantsGradient()) {
            return;
        }
        int vectors = outputs(matrix) / Padding.LANES;
        int blocks = places / Padding.LANES;
        steps.add(step + "_turned", Grid.loop(blocks), Blocks::transposed, gradient, work.sizes(), work.size(blocks),
                vectors, vectors, 1, vectors * Padding.LANES, 0, turned);
        steps.add(step + "_dw", Grid.loop(matrix.rows()), ExpertProduct::weights, turned, rows, groups, work.sizes(),
                work.size(matrix.rows()), outputs(matrix), vectors, matrix.stride(), matrix.stride(),
                matrix.accumulate(), matrix.gradient());
    }
}
