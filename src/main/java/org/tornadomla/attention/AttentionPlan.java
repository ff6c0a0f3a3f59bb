package org.tornadomla.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.Attending;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.layers.AttentionRoom;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.AttentionSteps;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.PackedAttention;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.Rows;
import org.tornadomla.layers.Wanted;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

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

    AttentionPlan(AttentionShape shape, PackedAttention weights, LatentCache cache, Capacity capacity, Target target,
            KernelFamily family) {
        MlaConfig config = shape.config();
        refuseIndexer(config);
        this.hidden = config.hiddenSize();
        StepBuffer step = new StepBuffer(capacity);
        Buffers buffers = new Buffers();
        buffers.add("step", Role.INPUT, step.array());
        int width = Math.max(hidden, config.numHeads() * config.vHeadDim());
        // The round's tokens and, once they are projected, its values share an array: one that every graph passes on.
        this.x = buffers.add("x", Role.INPUT, new FloatArray(Math.multiplyExact(capacity.tokens(), width)));
        weights.register(buffers, "");
        LayerPool pool = cache.pool(0);
        buffers.add("pool", Role.STATE, family.pool(pool));
        AttentionRoom room = family.attention(shape, capacity, cache.config().type(), buffers);
        RowForm form = family.written(hidden);
        this.outputStride = form.floats();
        Rows result = new RowForm(false, outputStride).allocate("outputs", capacity.tokens());
        Rows rows = result;
        if (form.vectors()) {
            rows = form.allocate("outputs", capacity.tokens());
            buffers.add("y_rows", Role.SCRATCH, rows.array());
        }
        this.y = buffers.add("y", Role.OUTPUT, result.floats());
        AttentionSteps steps = room.layer(shape, weights, step, pool);
        Rows values = family.values(config).over(x);
        List<GraphSpec> attend = new ArrayList<>();
        for (Attending way : room.masks().keySet()) {
            attend.add(new GraphSpec("attend_" + way.name().toLowerCase(Locale.ROOT), steps.attend(way, values))
                    .when(way));
        }
        StepList output = family.steps().addAll(steps.output(values, rows, false));
        family.read(output, "y_unpack", rows, outputStride, step, StepLayout.TOKENS, capacity.tokens(), result);
        this.plan = new DevicePlan(
                List.of(Stage.of(new GraphSpec("project", steps.project(new Rows(x, hidden)))), new Stage(attend),
                        Stage.of(new GraphSpec("output", output.steps()).when(Wanted.LAYER))),
                buffers, step, room, target);
    }

    private static void refuseIndexer(MlaConfig config) {
        if (config.indexer().isPresent()) {
            throw new ConfigurationException(
                    "a layer alone has no sparse attention (index_topk); load the whole model, or"
                            + " leave the indexer out");
        }
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
