package org.tornadomla.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.driver.DevicePlan;
import org.tornadomla.driver.Readout;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.Variants;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.AttentionBuffers;
import org.tornadomla.layers.AttentionGraphs;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.AttentionWeights;
import org.tornadomla.layers.Wanted;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The plan of one attention layer: {@code project}, then {@code attend} in one of two forms, then {@code output}.
 * Tokens go in as vectors, and come out as vectors.
 */
final class AttentionPlan implements Readout {

    private final DevicePlan plan;
    private final FloatArray x;
    private final FloatArray y;
    private final int hidden;
    private final int outputStride;

    AttentionPlan(AttentionShape shape, AttentionWeights weights, LatentCache cache, Capacity capacity, Target target,
            Variants variants) {
        this.hidden = shape.config().hiddenSize();
        this.outputStride = shape.hiddenColumns();
        StepBuffer step = new StepBuffer(capacity);
        Buffers buffers = new Buffers();
        buffers.add("step", Role.INPUT, step.array());
        this.x = buffers.add("x", Role.INPUT, new FloatArray(Math.multiplyExact(capacity.tokens(), rowWidth(shape))));
        weights.register(buffers, "");
        LayerPool pool = cache.pool(0);
        buffers.add("pool", Role.STATE, pool.array());
        AttentionBuffers scratch = AttentionBuffers.allocate(shape, capacity, variants, cache.config().type(), buffers);
        VectorFloat16 rows = buffers.add("y_rows", Role.SCRATCH,
                new VectorFloat16(Math.multiplyExact(capacity.tokens(), outputStride / Padding.LANES)));
        this.y = buffers.add("y", Role.OUTPUT, new FloatArray(Math.multiplyExact(capacity.tokens(), outputStride)));
        AttentionGraphs graphs = new AttentionGraphs(shape, weights, scratch, step, pool, variants);
        Map<Attending, FloatArray> masks = new EnumMap<>(Attending.class);
        List<GraphSpec> attend = new ArrayList<>();
        masks.put(Attending.ABSORBED, scratch.absorbed().mask());
        attend.add(new GraphSpec("attend_absorbed", graphs.attendAbsorbed(x)).when(Attending.ABSORBED));
        if (scratch.expanded() != null) {
            masks.put(Attending.EXPANDED, scratch.expanded().mask());
            attend.add(new GraphSpec("attend_expanded", graphs.attendExpanded(x)).when(Attending.EXPANDED));
        }
        int rowStride = outputStride / Padding.LANES;
        List<Step> output = new ArrayList<>(graphs.output(x, rows, rowStride, false));
        output.addAll(graphs.unpack(rows, rowStride, y));
        this.plan = new DevicePlan(
                List.of(Stage.of(new GraphSpec("project", graphs.project(x, hidden))), new Stage(attend),
                        Stage.of(new GraphSpec("output", output).when(Wanted.LAYER))),
                buffers, step, cache, masks, target);
    }

    /** The round's tokens and, once they are projected, its values share an array: one that every graph passes on. */
    private static int rowWidth(AttentionShape shape) {
        return Math.max(shape.config().hiddenSize(), shape.config().numHeads() * shape.config().vHeadDim());
    }

    /** The plan underneath. */
    DevicePlan device() {
        return plan;
    }

    /** Puts a token's vector into a row of the round. */
    void place(float[] values, int from, int row) {
        MemorySegment.copy(values, from, x.getSegment(), ValueLayout.JAVA_FLOAT, (long) row * hidden * Float.BYTES,
                hidden);
    }

    /** Copies the result at a place of the round. */
    void read(int index, float[] target, int to) {
        MemorySegment.copy(y.getSegment(), ValueLayout.JAVA_FLOAT, (long) index * outputStride * Float.BYTES, target,
                to, hidden);
    }

    @Override
    public List<Wanted> wanted() {
        return List.of(Wanted.LAYER);
    }

    @Override
    public List<CyclePlan.Fetch> fetches(int results) {
        return List.of(new CyclePlan.Fetch(y, (long) results * outputStride));
    }
}
