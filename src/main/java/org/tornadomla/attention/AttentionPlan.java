package org.tornadomla.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.DevicePool;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.Variants;
import org.tornadomla.layers.AttentionBuffers;
import org.tornadomla.layers.AttentionGraphs;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.AttentionWeights;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The task graphs of one attention layer: {@code project}, then {@code attend} in one of two forms, then
 * {@code output}.
 */
final class AttentionPlan implements DevicePool, AutoCloseable {

    private static final int PROJECT = 0;

    private final CyclePlan plan;
    private final StepBuffer step;
    private final AttentionBuffers scratch;
    private final LayerPool pool;
    private final FloatArray x;
    private final FloatArray y;
    private final int hidden;
    private final int outputStride;
    private final boolean expandable;
    private boolean fresh = true;

    AttentionPlan(AttentionShape shape, AttentionWeights weights, LatentCache cache, Capacity capacity, Target target,
            Variants variants) {
        Buffers buffers = new Buffers();
        this.pool = cache.pool(0);
        this.hidden = shape.config().hiddenSize();
        this.outputStride = shape.hiddenColumns();
        this.expandable = capacity.expandedKeys() > 0;
        this.step = new StepBuffer(capacity);
        buffers.add("step", Role.INPUT, step.array());
        this.x = buffers.add("x", Role.INPUT, new FloatArray(Math.multiplyExact(capacity.tokens(), rowWidth(shape))));
        weights.register(buffers, "");
        buffers.add("pool", Role.STATE, pool.array());
        this.scratch = AttentionBuffers.allocate(shape, capacity, variants, cache.config().type(), buffers);
        VectorFloat16 rows = buffers.add("y_rows", Role.SCRATCH,
                new VectorFloat16(Math.multiplyExact(capacity.tokens(), outputStride / Padding.LANES)));
        this.y = buffers.add("y", Role.OUTPUT, new FloatArray(Math.multiplyExact(capacity.tokens(), outputStride)));
        AttentionGraphs graphs = new AttentionGraphs(shape, weights, scratch, step, pool, variants);
        List<GraphSpec> attend = new ArrayList<>();
        attend.add(new GraphSpec("attend_absorbed", graphs.attendAbsorbed(x)));
        if (expandable) {
            attend.add(new GraphSpec("attend_expanded", graphs.attendExpanded(x)));
        }
        int rowStride = outputStride / Padding.LANES;
        List<Step> output = new ArrayList<>(graphs.output(x, rows, rowStride, false));
        output.addAll(graphs.unpack(rows, rowStride, y));
        this.plan = new CyclePlan(List.of(Stage.of(new GraphSpec("project", graphs.project(x, hidden))),
                new Stage(attend), Stage.of(new GraphSpec("output", output))), buffers, target);
    }

    /** The round's tokens and, once they are projected, its values share an array: one that every graph passes on. */
    private static int rowWidth(AttentionShape shape) {
        return Math.max(shape.config().hiddenSize(), shape.config().numHeads() * shape.config().vHeadDim());
    }

    /** The array to fill before a round. */
    StepBuffer step() {
        return step;
    }

    /** [tokens, hidden] floats: the round's tokens; longer where values need it. */
    FloatArray x() {
        return x;
    }

    /** The array of additive masks of a form. */
    FloatArray mask(boolean expanded) {
        return expanded ? scratch.expanded().mask() : scratch.absorbed().mask();
    }

    /** Whether the plan has the expanded form. */
    boolean expandable() {
        return expandable;
    }

    /** Projects the round's context and writes it to the pool. */
    void write() {
        plan.run(0);
        fresh = false;
    }

    /**
     * Projects, writes and attends.
     *
     * @param tokens rows of the result
     * @param target receives [tokens, hidden] floats from offset on
     */
    void attend(boolean expanded, int tokens, float[] target, int[] offsets) {
        TornadoExecutionResult result = plan.run(0, expanded ? 1 : 0, 0);
        fresh = false;
        plan.fetch(result, y, (long) tokens * outputStride);
        for (int token = 0; token < tokens; token++) {
            MemorySegment.copy(y.getSegment(), ValueLayout.JAVA_FLOAT, (long) token * outputStride * Float.BYTES,
                    target, offsets[token], hidden);
        }
    }

    @Override
    public void download() {
        if (!fresh) {
            plan.download(PROJECT, pool.array());
        }
    }

    /** Whether the device failed, and {@link #recover} must come before the next round. */
    boolean isBroken() {
        return plan.isBroken();
    }

    /** Builds the plan again after a failure; the rows that only the device held are lost. */
    void recover() {
        plan.recover();
        fresh = true;
    }

    @Override
    public void invalidate() {
        plan.freeDeviceMemory();
        fresh = true;
    }

    String listing() {
        return plan.listing();
    }

    CyclePlan cycle() {
        return plan;
    }

    @Override
    public void close() {
        plan.close();
    }
}
