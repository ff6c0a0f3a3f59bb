package org.tornadomla.layers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.RowCopy;
import org.tornadomla.weights.Rows;

/**
 * The cycle of a decoder: {@code start} embeds and projects for the first layer; then for each layer {@code attend}, in
 * one of two forms, and {@code layer}, which ends it and projects for the next or, after the last, takes the final norm
 * of the rows that are wanted; then {@code head}, where logits are. Blocks decide where a graph ends, see
 * {@link CycleBuilder}. Where layers are divided among devices, a cycle of a later device starts with the rows that
 * came, and one of an earlier device ends with the rows that go.
 */
public final class DecoderGraphs {

    private final ModelConfig model;
    private final DecoderWeights weights;
    private final DecoderRoom room;
    private final DecoderBuffers buffers;
    private final StepBuffer step;
    private final IntFunction<LayerPool> pools;
    private final LayerRange range;
    private final List<Stage> stages;

    /**
     * The cycle of a whole model.
     *
     * @param pools the pools of the latent cache by their numbers
     */
    public DecoderGraphs(ModelConfig model, DecoderWeights weights, DecoderRoom room, IntFunction<LayerPool> pools) {
        this(model, weights, room, pools, LayerRange.whole(model.layers().size()));
    }

    /**
     * The cycle of some layers.
     *
     * @param pools the pools of the latent cache by their numbers; those of these layers are asked for
     * @param range which layers
     */
    public DecoderGraphs(ModelConfig model, DecoderWeights weights, DecoderRoom room, IntFunction<LayerPool> pools,
            LayerRange range) {
        this.range = range;
        this.model = model;
        this.weights = weights;
        this.room = room;
        this.buffers = room.buffers();
        this.step = room.step();
        this.pools = pools;
        this.stages = build();
    }

    /** The stages in order. */
    public List<Stage> stages() {
        return stages;
    }

    private List<Stage> build() {
        CycleBuilder cycle = new CycleBuilder(room.family(), range.isFirst() ? "start" : "arrive_" + range.from());
        start(cycle.steps());
        Map<BlockKind<?>, Integer> before = new HashMap<>();
        int open = cycle.stage();
        for (DecoderWeights.PlacedBlock placed : weights.blocks()) {
            if (!range.contains(placed.layer())) {
                continue;
            }
            if (cycle.stage() > open) {
                before.clear();
                open = cycle.stage();
            }
            int again = before.merge(placed.kind(), 1, Integer::sum) - 1;
            Rows x = norm(cycle.steps(), BlockPlace.step(again, placed.kind().normStep()), placed.norm());
            List<LayerPool> own = placed.pools().stream().map(pools::apply).toList();
            placed.block().steps(new BlockPlace(placed.label(), again, own, x,
                    placed.behind().map(weight -> new BlockPlace.Behind(weight, eps()))), room, cycle);
        }
        return end(cycle);
    }

    private List<Stage> end(CycleBuilder cycle) {
        if (!range.isLast()) {
            room.family().read(cycle.steps(), "leave", buffers.x(), room.family().written(model.hiddenSize()).floats(),
                    step, StepLayout.TOKENS, step.capacity().tokens(), buffers.leaving().orElseThrow());
            return cycle.finish();
        }
        DecoderBuffers.Results results = buffers.results().orElseThrow();
        finalNorm(cycle.steps(), results);
        cycle.next("head");
        head(cycle.steps(), results);
        return cycle.finish(Wanted.LOGITS);
    }

    private void start(StepList steps) {
        room.attention().claim(steps, step,
                buffers.scratch().rows(AttentionKind.VALUES, room.family().values(model.attention())));
        if (range.isFirst()) {
            Rows embedded = buffers.joined().map(DecoderBuffers.Joined::embedded).orElse(buffers.x());
            weights.embedding().copy(steps, new RowCopy("embed", step, model.hiddenSize(), embedded));
            weights.junction().ifPresent(junction -> junction.steps(model, room, steps));
        }
    }

    private Rows norm(StepList steps, String name, Object weight) {
        return room.family().norm(steps, new KernelFamily.Norm(name, buffers.x(), weight, model.hiddenSize(), eps(),
                step, StepLayout.TOKENS, -1, step.capacity().tokens(), buffers.normed()));
    }

    /** The final norm is no part of the head, so that hidden states can be had without logits. */
    private void finalNorm(StepList steps, DecoderBuffers.Results results) {
        room.family().norm(steps, new KernelFamily.Norm("final_norm", buffers.x(), weights.norm(), model.hiddenSize(),
                eps(), step, StepLayout.OUTPUT_ROWS, step.outputsAt(), step.capacity().outputs(), results.last()));
    }

    private void head(StepList steps, DecoderBuffers.Results results) {
        weights.head().product(steps, new Product("head", results.last(),
                RowGroups.all(step.array(), StepLayout.OUTPUT_ROWS), buffers.none(), false, results.scores(), false));
        room.family().read(steps, "logits", results.scores(), results.logits().stride(), step, StepLayout.OUTPUT_ROWS,
                step.capacity().outputs(), results.logits());
        if (results.best() != null) {
            room.family().best(steps, results.logits(), model.vocabSize(), step, results.parts(), results.best());
        }
    }

    /** The norm of x / s with eps / s^2 is the norm of x with eps: that is how the residual stream is kept. */
    private float eps() {
        double factor = model.scales().residual();
        return (float) (model.rmsNormEps() / (factor * factor));
    }
}
