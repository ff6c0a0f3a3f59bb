package org.tornadomla.layers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.DevicePool;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.Variants;

import uk.ac.manchester.tornado.api.TornadoExecutionResult;

/** A decoder on a device: fill {@link #step}, {@link #run} a round, get logits. */
public final class DecoderPlan implements DevicePool, AutoCloseable {

    private final ModelConfig model;
    private final DecoderGraphs graphs;
    private final CyclePlan plan;
    private final StepBuffer step;
    private final DecoderBuffers buffers;
    private final List<LayerPool> pools = new ArrayList<>();
    private final boolean expandable;
    private final long weightBytes;
    private boolean fresh = true;

    /**
     * Allocates buffers and builds the task graphs. Kernels are compiled when a graph first runs.
     *
     * @param cache    holds the pool of each layer
     * @param variants which kernels compute
     * @throws ShapeException                       when a buffer would not fit an array
     * @throws org.tornadomla.error.DeviceException when the engine refuses a graph
     */
    public DecoderPlan(ModelConfig model, DecoderWeights weights, LatentCache cache, Capacity capacity, Target target,
            Variants variants) {
        this.model = model;
        this.expandable = capacity.expandedKeys() > 0;
        this.step = new StepBuffer(capacity);
        Buffers all = new Buffers();
        all.add("step", Role.INPUT, step.array());
        weights.register(all);
        for (int index = 0; index < model.pools(); index++) {
            LayerPool pool = cache.pool(index);
            all.add("pool_" + index, Role.STATE, pool.array());
            pools.add(pool);
        }
        AttentionBuffers attention = AttentionBuffers.allocate(new AttentionShape(model.attention()), capacity,
                variants, cache.config().type(), all);
        this.buffers = DecoderBuffers.allocate(model, capacity, all);
        this.weightBytes = all.bytes(Role.WEIGHT);
        this.graphs = new DecoderGraphs(model, weights, new DecoderRoom(buffers, attention, step, variants),
                pools::get);
        this.plan = new CyclePlan(graphs.stages(), all, target);
    }

    /** The array to fill before a round. */
    public StepBuffer step() {
        return step;
    }

    /** Whether the plan has the expanded form. */
    public boolean expandable() {
        return expandable;
    }

    /** Bytes of all weights as the device holds them. */
    public long weightBytes() {
        return weightBytes;
    }

    /**
     * Runs a round. Where it asks for no output, the head does not run.
     *
     * @param expanded whether attention is expanded
     * @return [outputs, vocab_size] logits, in the order in which the round asks for them
     */
    public float[][] run(boolean expanded) {
        step.setExpertsPerToken(DecoderBuffers.expertsPerToken(model));
        int outputs = step.outputs();
        int[] choices = new int[graphs.stages().size() - (outputs > 0 ? 0 : 1)];
        graphs.forks().forEach(stage -> choices[stage] = expanded ? 1 : 0);
        TornadoExecutionResult result = plan.run(choices);
        fresh = false;
        return outputs == 0 ? new float[0][] : fetch(result, outputs);
    }

    private float[][] fetch(TornadoExecutionResult result, int outputs) {
        int stride = DecoderBuffers.vocabColumns(model);
        plan.fetch(result, buffers.logits(), (long) outputs * stride);
        float[][] logits = new float[outputs][model.vocabSize()];
        for (int row = 0; row < outputs; row++) {
            MemorySegment.copy(buffers.logits().getSegment(), ValueLayout.JAVA_FLOAT, (long) row * stride * Float.BYTES,
                    logits[row], 0, model.vocabSize());
        }
        return logits;
    }

    @Override
    public void download() {
        if (fresh) {
            return;
        }
        for (int index = 0; index < pools.size(); index++) {
            plan.download(graphs.poolStage(index), pools.get(index).array());
        }
    }

    /** Whether the device failed, and {@link #recover} must come before the next round. */
    public boolean isBroken() {
        return plan.isBroken();
    }

    /** Builds the plan again after a failure; the rows that only the device held are lost. */
    public void recover() {
        plan.recover();
        fresh = true;
    }

    @Override
    public void invalidate() {
        plan.freeDeviceMemory();
        fresh = true;
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.listing();
    }

    /** The cycle underneath, for profiling. */
    public CyclePlan cycle() {
        return plan;
    }

    @Override
    public void close() {
        plan.close();
    }
}
