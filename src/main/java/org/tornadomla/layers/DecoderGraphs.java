package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.Variants;
import org.tornadomla.kernels.Claim;
import org.tornadomla.kernels.Embedding;
import org.tornadomla.kernels.RmsNorm;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The cycle of a decoder: {@code start} embeds and projects for the first layer; then for each layer {@code attend}, in
 * one of two forms, and {@code layer}, which ends it and projects for the next; then {@code head}. So a round is 2
 * layers + 2 graphs.
 */
public final class DecoderGraphs {

    private final ModelConfig model;
    private final AttentionShape shape;
    private final DecoderWeights weights;
    private final DecoderBuffers buffers;
    private final AttentionBuffers attention;
    private final StepBuffer step;
    private final IntFunction<LayerPool> pools;
    private final Variants variants;
    private final FeedForwardGraphs feedForward;

    /** @param pools the latent pool of each layer */
    public DecoderGraphs(ModelConfig model, DecoderWeights weights, DecoderBuffers buffers, AttentionBuffers attention,
            StepBuffer step, IntFunction<LayerPool> pools, Variants variants) {
        this.model = model;
        this.shape = new AttentionShape(model.attention());
        this.weights = weights;
        this.buffers = buffers;
        this.attention = attention;
        this.step = step;
        this.pools = pools;
        this.variants = variants;
        this.feedForward = new FeedForwardGraphs(model, buffers, step);
    }

    /** The stage that projects for a layer, and so owns its pool. */
    static int projectStage(int layer) {
        return 2 * layer;
    }

    /** The stages in order. */
    public List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        stages.add(Stage.of(new GraphSpec("start", start())));
        for (int layer = 0; layer < model.numHiddenLayers(); layer++) {
            List<GraphSpec> attend = new ArrayList<>();
            attend.add(new GraphSpec("attend_absorbed_" + layer, graphs(layer).attendAbsorbed(buffers.values())));
            if (attention.expanded() != null) {
                attend.add(new GraphSpec("attend_expanded_" + layer, graphs(layer).attendExpanded(buffers.values())));
            }
            stages.add(new Stage(attend));
            stages.add(Stage.of(new GraphSpec("layer_" + layer, finish(layer))));
        }
        stages.add(Stage.of(new GraphSpec("head", head())));
        return stages;
    }

    private AttentionGraphs graphs(int layer) {
        return new AttentionGraphs(shape, weights.layers().get(layer).attention(), attention, step, pools.apply(layer),
                variants);
    }

    private List<Step> start() {
        StepList steps = new StepList(variants);
        AttentionBuffers.Absorbed absorbed = attention.absorbed();
        switch (absorbed.ranges()) {
            case AttentionBuffers.Ranges.Lanes lanes when absorbed.widened() != null -> steps.add("claim_absorbed",
                    Grid.loop(1), Claim::widened, step.array(), absorbed.mask(), absorbed.packed(), lanes.queries(),
                    absorbed.widened(), lanes.partial(), absorbed.merged(), buffers.values());
            case AttentionBuffers.Ranges.Lanes lanes ->
                steps.add("claim_absorbed", Grid.loop(1), Claim::lanes, step.array(), absorbed.mask(),
                        absorbed.packed(), lanes.queries(), lanes.partial(), absorbed.merged(), buffers.values());
            case AttentionBuffers.Ranges.Groups groups -> steps.add("claim_absorbed", Grid.loop(1), Claim::groups,
                    step.array(), absorbed.mask(), absorbed.packed(), groups.maxima(), groups.sums(), groups.partial(),
                    absorbed.merged(), buffers.values());
        }
        if (attention.expanded() != null) {
            AttentionBuffers.Expanded expanded = attention.expanded();
            steps.add("claim_expanded", Grid.loop(1), Claim::expanded, step.array(), expanded.mask(),
                    expanded.queries(), expanded.rows(), expanded.state(), expanded.rotary(), expanded.latents());
        }
        steps.add("embed", tokens(), Embedding::rows, weights.embedding(), step.array(), step.tokensAt(),
                Padding.vectors(model.hiddenSize()), stride(), buffers.x());
        project(steps, 0);
        return steps.steps();
    }

    private List<Step> finish(int layer) {
        StepList steps = new StepList(variants);
        steps.addAll(graphs(layer).output(buffers.values(), buffers.x(), stride(), true));
        norm(steps, "ffn_norm", weights.layers().get(layer).attentionNorm());
        feedForward.add(steps, weights.layers().get(layer).feedForward());
        if (layer + 1 < model.numHiddenLayers()) {
            project(steps, layer + 1);
        }
        return steps.steps();
    }

    private void project(StepList steps, int layer) {
        norm(steps, "attention_norm", weights.layers().get(layer).inputNorm());
        steps.addAll(graphs(layer).project(buffers.normed(), Padding.toVectors(model.hiddenSize())));
    }

    private void norm(StepList steps, String name, VectorFloat16 weight) {
        steps.add(name, tokens(), RmsNorm::rows, buffers.x(), weight, step.array(), StepLayout.TOKENS,
                model.hiddenSize(), stride(), eps(), buffers.normed());
    }

    private List<Step> head() {
        int columns = DecoderBuffers.vocabColumns(model);
        Grid outputs = Grid.loop(step.capacity().sequences());
        StepList steps = new StepList(variants).add("final_norm", outputs, RmsNorm::chosen, buffers.x(), weights.norm(),
                step.array(), StepLayout.OUTPUT_ROWS, step.outputsAt(), model.hiddenSize(), stride(), eps(),
                buffers.last());
        weights.head().product(steps,
                new Product("head", buffers.last(), Padding.toVectors(model.hiddenSize()),
                        RowGroups.all(step.array(), StepLayout.OUTPUT_ROWS), buffers.none(), false,
                        new Product.Result(buffers.scores(), columns / Padding.LANES, false)));
        return steps.add("logits", outputs, Unpack::rows, buffers.scores(), step.array(), StepLayout.OUTPUT_ROWS,
                columns, columns / Padding.LANES, buffers.logits()).steps();
    }

    private Grid tokens() {
        return Grid.loop(step.capacity().tokens());
    }

    private int stride() {
        return shape.hiddenColumns() / Padding.LANES;
    }

    private float eps() {
        return (float) model.attention().rmsNormEps();
    }
}
