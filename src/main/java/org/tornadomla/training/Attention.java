package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.AttentionGradient;
import org.tornadomla.kernels.training.AttentionRows;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.HeadSum;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Attention of query rows to key rows, each with content and value of every head. */
final class Attention implements Operation {

    private final Workspace work;
    private final AttentionHeads shape;
    private final Tensor q;
    private final Tensor kv;
    private final @Nullable Tensor kr;
    private final IntArray spans;
    private final Tensor o;
    private final int layout;
    private final VectorFloat16 keysT;
    private final VectorFloat16 headRopes;
    private final FloatArray logSums;
    private final FloatArray deltas;

    /**
     * @param q     [queries, heads (content + rope)]
     * @param kv    [keys, heads (content + value)]
     * @param kr    [keys, rope], or null without a rotary part
     * @param spans [queries, 2], first key row that a query sees and one past the last
     * @param o     [queries, heads value]
     */
    Attention(Workspace work, AttentionHeads shape, Tensor q, Tensor kv, @Nullable Tensor kr, IntArray spans,
            Tensor o) {
        this.work = work;
        this.shape = shape;
        this.q = q;
        this.kv = kv;
        this.kr = kr;
        this.spans = spans;
        this.o = o;
        int heads = shape.heads();
        this.layout = work.record(q.rows() * heads, kv.rows() * heads, q.rows(), q.rows() / shape.sequences(),
                kv.rows() / shape.sequences(), q.stride(), kv.stride(), kr == null ? 0 : kr.stride(), o.stride());
        this.keysT = scratch("_keys", kv.rows(), kv.vectors() + shape.ropeVectors());
        this.headRopes = scratch("_ropes", kv.rows(), heads * Math.max(1, shape.ropeVectors()));
        this.logSums = work.buffers().add(o.name() + "_log_sums", Role.SCRATCH, new FloatArray(q.rows() * heads));
        this.deltas = work.buffers().add(o.name() + "_deltas", Role.SCRATCH, new FloatArray(q.rows() * heads));
        work.reserve(0, (long) q.rows() * (q.vectors() + o.vectors()) * Padding.LANES);
    }

    private VectorFloat16 scratch(String suffix, int rows, int vectors) {
        return work.buffers().add(o.name() + suffix, Role.SCRATCH,
                Sizes.vectors(o.name() + suffix, (long) rows * vectors * Padding.LANES));
    }

    @Override
    public void check() {
        int queries = q.rows() / shape.sequences();
        int keys = kv.rows() / shape.sequences();
        for (int row = 0; row < q.rows(); row++) {
            int first = spans.get(2 * row);
            int end = spans.get(2 * row + 1);
            int from = row / queries * keys;
            // A query that sees nothing may have its empty span anywhere.
            if (first < 0 || first > end || end > kv.rows() || first < end && (first < from || end > from + keys)) {
                throw new ShapeException(o.name() + ": query row " + row + " sees keys " + first + " up to " + end
                        + ", must be within its sequence, " + from + " up to " + (from + keys));
            }
        }
    }

    @Override
    public void forward(StepList steps) {
        int block = (kv.vectors() + shape.ropeVectors()) * Padding.LANES;
        transposed(steps, o.name() + "_kv", kv.values(), kv, block, 0, keysT);
        if (kr != null) {
            transposed(steps, o.name() + "_kr", kr.values(), kr, block, kv.vectors() * Padding.LANES, keysT);
        }
        steps.add(o.name(), Grid.loop(q.rows() * shape.heads()), AttentionRows::forward, q.values(), keysT, kv.values(),
                spans, work.sizes(), layout, shape.heads(), shape.contentVectors(), shape.ropeVectors(),
                shape.valueVectors(), (float) shape.scale(), logSums, o.values());
    }

    @Override
    public void backward(StepList steps) {
        String name = "d_" + o.name();
        VectorFloat16 ropes = kr == null ? work.none() : kr.values();
        steps.add(name + "_deltas", Grid.loop(q.rows() * shape.heads()), AttentionGradient::deltas, o.values(),
                o.gradient(), work.sizes(), layout, shape.heads(), shape.valueVectors(), deltas);
        int block = (q.vectors() + o.vectors()) * Padding.LANES;
        transposed(steps, name + "_q", q.values(), q, block, 0, work.blocks());
        transposed(steps, name + "_o", o.gradient(), o, block, q.vectors() * Padding.LANES, work.blocks());
        if (kv.wantsGradient() || kr != null && kr.wantsGradient()) {
            keys(steps, name, ropes);
        }
        if (q.wantsGradient()) {
            steps.add(name + "_dq", Grid.loop(q.rows() * shape.heads()), AttentionGradient::queries, q.values(), keysT,
                    kv.values(), ropes, o.gradient(), logSums, deltas, spans, work.sizes(), layout, shape.heads(),
                    shape.contentVectors(), shape.ropeVectors(), shape.valueVectors(), (float) shape.scale(),
                    q.accumulate(), q.gradient());
        }
    }

    private void keys(StepList steps, String name, VectorFloat16 ropes) {
        steps.add(name + "_kv", Grid.loop(kv.rows() * shape.heads()), AttentionGradient::keys, work.blocks(),
                q.values(), o.gradient(), kv.values(), ropes, logSums, deltas, spans, work.sizes(), layout,
                shape.heads(), shape.contentVectors(), shape.ropeVectors(), shape.valueVectors(), (float) shape.scale(),
                kv.wantsGradient() ? kv.accumulate() : 0, headRopes, work.gradient(kv));
        if (kr != null && kr.wantsGradient()) {
            steps.add(name + "_kr", Grid.loop(kr.rows()), HeadSum::rows, headRopes, work.sizes(), work.size(kr.rows()),
                    shape.heads(), shape.ropeVectors(), kr.stride(), kr.accumulate(), kr.gradient());
        }
    }

    private void transposed(StepList steps, String name, VectorFloat16 rows, Tensor of, int block, int offset,
            VectorFloat16 to) {
        int blocks = of.rows() / Padding.LANES;
        steps.add(name, Grid.loop(blocks), Blocks::transposed, rows, work.sizes(), work.size(blocks), of.vectors(),
                of.stride(), 1, block, offset, to);
    }
}
