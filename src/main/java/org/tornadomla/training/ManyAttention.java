package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.GroupAttention;
import org.tornadomla.kernels.training.GroupHeadSum;
import org.tornadomla.kernels.training.GroupKeyGradient;
import org.tornadomla.kernels.training.GroupQueryGradient;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link AttentionSteps} for many cores: a group takes a head of a tile of rows. */
record ManyAttention(Workspace work, ManyGrids grids) implements AttentionSteps {

    /** Rows of a tile. */
    private static final int TILE = 32;
    /** Rows and heads whose deltas a group computes. */
    private static final int DELTAS = 8;

    private long units(Attention op, int rows) {
        int sequences = op.shape().sequences();
        return (long) sequences * Math.ceilDiv(rows / sequences, TILE) * op.shape().heads();
    }

    /** Rotary parts of keys; any array where there are none. */
    private FloatArray ropes(Attention op) {
        Tensor kr = op.kr();
        return kr == null ? work.none().floats() : kr.values().floats();
    }

    @Override
    public void attend(StepList steps, Attention op) {
        AttentionHeads shape = op.shape();
        steps.add(op.o().name(), grids.rows(units(op, op.q().rows())), GroupAttention::forward, new KernelContext(),
                op.q().values().floats(), op.kv().values().floats(), ropes(op), op.spans(), work.sizes(), op.layout(),
                shape.heads(), grids.floats(shape.contentVectors()), grids.floats(shape.ropeVectors()),
                grids.floats(shape.valueVectors()), (float) shape.scale(), op.logSums(), op.o().values().floats());
    }

    @Override
    public void begin(StepList steps, Attention op) {
        AttentionHeads shape = op.shape();
        long units = (long) op.q().rows() * shape.heads();
        steps.add("d_" + op.o().name() + "_deltas", grids.rows(Math.ceilDiv(units, (long) DELTAS)),
                GroupQueryGradient::deltas, new KernelContext(), op.o().values().floats(), op.o().gradient().floats(),
                work.sizes(), op.layout(), shape.heads(), grids.floats(shape.valueVectors()), op.deltas());
    }

    @Override
    public void queries(StepList steps, Attention op, int accumulate) {
        AttentionHeads shape = op.shape();
        steps.add("d_" + op.o().name() + "_dq", grids.rows(units(op, op.q().rows())), GroupQueryGradient::queries,
                new KernelContext(), op.q().values().floats(), op.kv().values().floats(), ropes(op),
                op.o().gradient().floats(), op.logSums(), op.deltas(), op.spans(), work.sizes(), op.layout(),
                shape.heads(), grids.floats(shape.contentVectors()), grids.floats(shape.ropeVectors()),
                grids.floats(shape.valueVectors()), (float) shape.scale(), accumulate, op.q().gradient().floats());
    }

    @Override
    public void keys(StepList steps, Attention op, int addKeys, int addRopes) {
        AttentionHeads shape = op.shape();
        Tensor kv = op.kv();
        Tensor kr = op.kr();
        String name = "d_" + op.o().name();
        FloatArray headRopes = work
                .scratch(op.o().name() + "_ropes", kv.rows(), shape.heads() * Math.max(1, shape.ropeVectors()))
                .floats();
        int rope = grids.floats(shape.ropeVectors());
        steps.add(name + "_kv", grids.rows(units(op, kv.rows())), GroupKeyGradient::keys, new KernelContext(),
                op.q().values().floats(), kv.values().floats(), ropes(op), op.o().gradient().floats(), op.logSums(),
                op.deltas(), op.spans(), work.sizes(), op.layout(), shape.heads(), grids.floats(shape.contentVectors()),
                rope, grids.floats(shape.valueVectors()), (float) shape.scale(), addKeys, headRopes,
                work.gradient(kv).floats());
        if (kr != null && kr.wantsGradient()) {
            steps.add(name + "_kr", grids.numbers((long) kr.rows() * rope), GroupHeadSum::rows, new KernelContext(),
                    headRopes, work.sizes(), work.size(kr.rows()), shape.heads(), rope, kr.values().width(), addRopes,
                    kr.gradient().floats());
        }
    }
}
