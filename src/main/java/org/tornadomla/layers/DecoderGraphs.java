package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Claim;
import org.tornadomla.kernels.Embedding;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.RmsNorm;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The cycle of a decoder: {@code start} embeds and projects for the first layer; then for each layer {@code attend}, in
 * one of two forms, and {@code layer}, which ends it and projects for the next or, after the last, takes the final norm
 * of the rows that are wanted; then {@code head}, where logits are. Blocks decide where a graph ends, see
 * {@link CycleBuilder}.
 */
public final class DecoderGraphs {

    private final ModelConfig model;
    private final DecoderWeights weights;
    private final DecoderRoom room;
    private final DecoderBuffers buffers;
    private final StepBuffer step;
    private final IntFunction<LayerPool> pools;
    private final List<Stage> stages;

    /** @param pools the pools of the latent cache, in the order in which blocks take them */
    public DecoderGraphs(ModelConfig model, DecoderWeights weights, DecoderRoom room, IntFunction<LayerPool> pools) {
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
        CycleBuilder cycle = new CycleBuilder(room.variants(), "start");
        start(cycle.steps());
        int taken = 0;
        Map<BlockKind<?>, Integer> before = new HashMap<>();
        int open = cycle.stage();
        for (DecoderWeights.PlacedBlock placed : weights.blocks()) {
            if (cycle.stage() > open) {
                before.clear();
                open = cycle.stage();
            }
            List<LayerPool> own = new ArrayList<>();
            for (int i = 0; i < placed.pools(); i++) {
                own.add(pools.apply(taken++));
            }
            BlockPlace place = new BlockPlace(placed.label(), before.merge(placed.kind(), 1, Integer::sum) - 1, own,
                    placed.behind().map(weight -> new BlockPlace.Behind(weight, eps())));
            norm(cycle.steps(), place.step(placed.kind().normStep()), placed.norm());
            placed.block().steps(place, room, cycle);
        }
        finalNorm(cycle.steps());
        cycle.next("head");
        head(cycle.steps());
        return cycle.finish(Wanted.LOGITS);
    }

    private void start(StepList steps) {
        AttentionBuffers attention = room.attention();
        FloatArray values = buffers.scratch().floats(AttentionKind.VALUES);
        AttentionBuffers.Absorbed absorbed = attention.absorbed();
        switch (absorbed.ranges()) {
            case AttentionBuffers.Ranges.Lanes lanes when absorbed.widened() != null -> steps.add("claim_absorbed",
                    Grid.loop(1), Claim::widened, step.array(), absorbed.mask(), absorbed.packed(), lanes.queries(),
                    absorbed.widened(), lanes.partial(), absorbed.merged(), values);
            case AttentionBuffers.Ranges.Lanes lanes ->
                steps.add("claim_absorbed", Grid.loop(1), Claim::lanes, step.array(), absorbed.mask(),
                        absorbed.packed(), lanes.queries(), lanes.partial(), absorbed.merged(), values);
            case AttentionBuffers.Ranges.Groups groups ->
                steps.add("claim_absorbed", Grid.loop(1), Claim::groups, step.array(), absorbed.mask(),
                        absorbed.packed(), groups.maxima(), groups.sums(), groups.partial(), absorbed.merged(), values);
        }
        if (attention.expanded() != null) {
            AttentionBuffers.Expanded expanded = attention.expanded();
            steps.add("claim_expanded", Grid.loop(1), Claim::expanded, step.array(), expanded.mask(),
                    expanded.queries(), expanded.rows(), expanded.state(), expanded.rotary(), expanded.latents());
        }
        steps.add("embed", tokens(), Embedding::rows, weights.embedding(), step.array(), step.tokensAt(),
                Padding.vectors(model.hiddenSize()), stride(), buffers.x());
    }

    private void norm(StepList steps, String name, VectorFloat16 weight) {
        steps.add(name, tokens(), RmsNorm::rows, buffers.x(), weight, step.array(), StepLayout.TOKENS,
                model.hiddenSize(), stride(), eps(), buffers.normed());
    }

    /** The final norm is no part of the head, so that hidden states can be had without logits. */
    private void finalNorm(StepList steps) {
        steps.add("final_norm", Grid.loop(step.capacity().outputs()), RmsNorm::chosen, buffers.x(), weights.norm(),
                step.array(), StepLayout.OUTPUT_ROWS, step.outputsAt(), model.hiddenSize(), stride(), eps(),
                buffers.last());
    }

    private void head(StepList steps) {
        int columns = DecoderBuffers.vocabColumns(model);
        Grid outputs = Grid.loop(step.capacity().outputs());
        weights.head().product(steps,
                new Product("head", buffers.last(), Padding.toVectors(model.hiddenSize()),
                        RowGroups.all(step.array(), StepLayout.OUTPUT_ROWS), buffers.none(), false,
                        new Product.Result(buffers.scores(), columns / Padding.LANES, false)));
        steps.add("logits", outputs, Unpack::rows, buffers.scores(), step.array(), StepLayout.OUTPUT_ROWS, columns,
                columns / Padding.LANES, buffers.logits());
    }

    private Grid tokens() {
        return Grid.loop(step.capacity().tokens());
    }

    private int stride() {
        return Padding.toMultiple(model.hiddenSize(), MatMul.BLOCK) / Padding.LANES;
    }

    /** The norm of x / s with eps / s^2 is the norm of x with eps: that is how the residual stream is kept. */
    private float eps() {
        double factor = model.scales().residual();
        return (float) (model.rmsNormEps() / (factor * factor));
    }
}
