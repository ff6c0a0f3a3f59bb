package org.tornadomla.training;

import org.jspecify.annotations.Nullable;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.StepList;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Attention of query rows to key rows, each with content and value of every head.
 *
 * @param q       [queries, heads (content + rope)]
 * @param kv      [keys, heads (content + value)]
 * @param kr      [keys, rope], or null without a rotary part
 * @param spans   [queries, 2], first key row that a query sees and one past the last
 * @param o       [queries, heads value]
 * @param layout  where the {@link org.tornadomla.kernels.training.AttentionLayout} stands among the sizes
 * @param logSums [heads, queries] floats, the logarithm of the sum of each softmax
 * @param deltas  [heads, queries] floats, the product of each result with its gradient
 */
record Attention(AttentionHeads shape, Tensor q, Tensor kv, @Nullable Tensor kr, IntArray spans, Tensor o, int layout,
        FloatArray logSums, FloatArray deltas) implements Operation {

    static Attention of(Workspace work, AttentionHeads shape, Tensor q, Tensor kv, @Nullable Tensor kr, IntArray spans,
            Tensor o) {
        int heads = shape.heads();
        int layout = work.record(q.rows() * heads, kv.rows() * heads, q.rows(), q.rows() / shape.sequences(),
                kv.rows() / shape.sequences(), q.stride(), kv.stride(), kr == null ? 0 : kr.stride(), o.stride());
        work.reserve(0, (long) q.rows() * (q.vectors() + o.vectors()) * Padding.LANES);
        return new Attention(shape, q, kv, kr, spans, o, layout, one(work, o, "_log_sums", heads),
                one(work, o, "_deltas", heads));
    }

    private static FloatArray one(Workspace work, Tensor o, String suffix, int heads) {
        return work.buffers().add(o.name() + suffix, Role.SCRATCH, new FloatArray(o.rows() * heads));
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
    public void forward(TrainingFamily family, StepList steps) {
        family.attention().attend(steps, this);
    }

    @Override
    public void backward(TrainingFamily family, StepList steps) {
        family.attention().begin(steps, this);
        boolean wantsRopes = kr != null && kr.wantsGradient();
        if (kv.wantsGradient() || wantsRopes) {
            family.attention().keys(steps, this, kv.wantsGradient() ? kv.accumulate() : 0,
                    kr != null && wantsRopes ? kr.accumulate() : 0);
        }
        if (q.wantsGradient()) {
            family.attention().queries(steps, this, q.accumulate());
        }
    }
}
