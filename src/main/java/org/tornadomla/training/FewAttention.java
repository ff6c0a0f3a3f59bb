package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.AttentionGradient;
import org.tornadomla.kernels.training.AttentionRows;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.HeadSum;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** {@link AttentionSteps} for few cores: a query row and head, or a key row and head, is an iteration. */
record FewAttention(Workspace work) implements AttentionSteps {

    /** Key rows transposed, sixteen at a time, rotary parts behind. */
    private VectorFloat16 keysT(Attention op) {
        return work.scratch(op.o().name() + "_keys", op.kv().rows(), op.kv().vectors() + op.shape().ropeVectors())
                .vectors();
    }

    /** Rotary parts of keys; any array where there are none. */
    private VectorFloat16 ropes(Attention op) {
        Tensor kr = op.kr();
        return kr == null ? work.none().vectors() : kr.values().vectors();
    }

    @Override
    public void attend(StepList steps, Attention op) {
        AttentionHeads shape = op.shape();
        Tensor kv = op.kv();
        Tensor kr = op.kr();
        String name = op.o().name();
        int block = (kv.vectors() + shape.ropeVectors()) * Padding.LANES;
        transposed(steps, name + "_kv", kv.values(), kv, block, 0, keysT(op));
        if (kr != null) {
            transposed(steps, name + "_kr", kr.values(), kr, block, kv.vectors() * Padding.LANES, keysT(op));
        }
        steps.add(name, Grid.loop(op.q().rows() * shape.heads()), AttentionRows::forward, op.q().values().vectors(),
                keysT(op), kv.values().vectors(), op.spans(), work.sizes(), op.layout(), shape.heads(),
                shape.contentVectors(), shape.ropeVectors(), shape.valueVectors(), (float) shape.scale(), op.logSums(),
                op.o().values().vectors());
    }

    @Override
    public void begin(StepList steps, Attention op) {
        Tensor q = op.q();
        Tensor o = op.o();
        String name = "d_" + o.name();
        steps.add(name + "_deltas", Grid.loop(q.rows() * op.shape().heads()), AttentionGradient::deltas,
                o.values().vectors(), o.gradient().vectors(), work.sizes(), op.layout(), op.shape().heads(),
                op.shape().valueVectors(), op.deltas());
        int block = (q.vectors() + o.vectors()) * Padding.LANES;
        transposed(steps, name + "_q", q.values(), q, block, 0, work.blocks());
        transposed(steps, name + "_o", o.gradient(), o, block, q.vectors() * Padding.LANES, work.blocks());
    }

    @Override
    public void queries(StepList steps, Attention op, int accumulate) {
        AttentionHeads shape = op.shape();
        Tensor q = op.q();
        steps.add("d_" + op.o().name() + "_dq", Grid.loop(q.rows() * shape.heads()), AttentionGradient::queries,
                q.values().vectors(), keysT(op), op.kv().values().vectors(), ropes(op), op.o().gradient().vectors(),
                op.logSums(), op.deltas(), op.spans(), work.sizes(), op.layout(), shape.heads(), shape.contentVectors(),
                shape.ropeVectors(), shape.valueVectors(), (float) shape.scale(), accumulate, q.gradient().vectors());
    }

    @Override
    public void keys(StepList steps, Attention op, int addKeys, int addRopes) {
        AttentionHeads shape = op.shape();
        Tensor kv = op.kv();
        Tensor kr = op.kr();
        String name = "d_" + op.o().name();
        VectorFloat16 headRopes = work
                .scratch(op.o().name() + "_ropes", kv.rows(), shape.heads() * Math.max(1, shape.ropeVectors()))
                .vectors();
        steps.add(name + "_kv", Grid.loop(kv.rows() * shape.heads()), AttentionGradient::keys, work.blocks(),
                op.q().values().vectors(), op.o().gradient().vectors(), kv.values().vectors(), ropes(op), op.logSums(),
                op.deltas(), op.spans(), work.sizes(), op.layout(), shape.heads(), shape.contentVectors(),
                shape.ropeVectors(), shape.valueVectors(), (float) shape.scale(), addKeys, headRopes,
                work.gradient(kv).vectors());
        if (kr != null && kr.wantsGradient()) {
            steps.add(name + "_kr", Grid.loop(kr.rows()), HeadSum::rows, headRopes, work.sizes(), work.size(kr.rows()),
                    shape.heads(), shape.ropeVectors(), kr.stride(), addRopes, kr.gradient().vectors());
        }
    }

    private void transposed(StepList steps, String name, Numbers rows, Tensor of, int block, int offset,
            VectorFloat16 to) {
        int blocks = of.rows() / Padding.LANES;
        steps.add(name, Grid.loop(blocks), Blocks::transposed, rows.vectors(), work.sizes(), work.size(blocks),
                of.vectors(), of.stride(), 1, block, offset, to);
    }
}
