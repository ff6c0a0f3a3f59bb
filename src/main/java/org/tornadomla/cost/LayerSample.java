package org.tornadomla.cost;

import java.util.List;
import java.util.function.Predicate;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.cache.RowLayout;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.AttentionRoom;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.DecoderGraphs;
import org.tornadomla.layers.DecoderRoom;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.ManyCores;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.NumberFormats;

/**
 * A layer of DeepSeek-V2-Lite's attention with a small mixture, on a step of decoding and on a chunk of a prompt: the
 * sizes at which kernels are counted. The mixture has as many experts as a token passes and the width of the published
 * ones.
 */
public final class LayerSample {

    private static final int PAGE = 64;
    private static final int PAGES = 8;
    private static final int CHUNK = 32;
    private static final int SPLITS = 4;
    private static final int HIDDEN = 2048;
    private static final MlaConfig LAYER = MlaConfig.builder().hiddenSize(HIDDEN).numHeads(16).qLoraRank(0)
            .kvLoraRank(512).qkNopeHeadDim(128).qkRopeHeadDim(64).vHeadDim(128).build();
    private static final MoeConfig EXPERTS = MoeConfig.builder().nRoutedExperts(6).numExpertsPerTok(2).nSharedExperts(1)
            .moeIntermediateSize(1408).build();

    private final StepBuffer step;
    private final List<GraphSpec> graphs;

    /**
     * Makes the layer.
     *
     * @param groups  how work-items stand in groups
     * @param formats number formats of weights and pool
     */
    public LayerSample(WorkGroups groups, NumberFormats formats) {
        ManyCores family = new ManyCores(groups);
        ModelConfig model = ModelConfig.builder("sample").vocabSize(512).maxPositionEmbeddings(PAGE * PAGES)
                .layers(1, _ -> List.of(new AttentionBlock(LAYER), new MixtureBlock(HIDDEN, EXPERTS))).build();
        Capacity capacity = Capacity.builder().tokens(CHUNK).writes(CHUNK).pages(PAGE, PAGES, PAGE * PAGES)
                .positions(PAGE * PAGES).splits(SPLITS, CHUNK * SPLITS).expandedKeys(PAGE * PAGES).build();
        Buffers buffers = new Buffers();
        this.step = new StepBuffer(capacity);
        DecoderWeights weights = DecoderWeights.pack(model, RandomWeights.of(model, 1), family, formats.weights(),
                Long.MAX_VALUE, Attending.ways(1));
        int vectors = new RowLayout(LAYER.kvLoraRank(), LAYER.qkRopeHeadDim()).vectors(formats.cache());
        LayerPool pool = LayerPool.allocate(formats.cache(), capacity.slots() * vectors);
        AttentionRoom attention = family.attention(new AttentionShape(LAYER), capacity, formats.cache(), buffers);
        DecoderBuffers shared = DecoderBuffers.allocate(model, family, capacity, buffers);
        this.graphs = new DecoderGraphs(model, weights, new DecoderRoom(family, shared, attention, step), _ -> pool)
                .stages().stream().flatMap(stage -> stage.alternatives().stream()).toList();
    }

    /** The steps of one token behind 480 others, which attends to the latents themselves. */
    public List<Step> decode() {
        fill(480, 1);
        return steps(graph -> !isExpanded(graph));
    }

    /** The steps that attend to expanded keys, for 32 tokens of a prompt behind 96 others. */
    public List<Step> prompt() {
        fill(96, CHUNK);
        return steps(LayerSample::isExpanded);
    }

    private static boolean isExpanded(GraphSpec graph) {
        return graph.condition().filter(way -> way == Attending.EXPANDED).isPresent();
    }

    private List<Step> steps(Predicate<GraphSpec> which) {
        return graphs.stream().filter(which).flatMap(graph -> graph.steps().stream()).toList();
    }

    private void fill(int before, int tokens) {
        step.clear();
        int[] pages = new int[PAGES];
        for (int i = 0; i < PAGES; i++) {
            pages[i] = PAGES - 1 - i;
        }
        int sequence = step.addSequence(pages, before + tokens);
        for (int token = 0; token < tokens; token++) {
            int position = before + token;
            step.addWrite(pages[position / PAGE] * PAGE + position % PAGE, token, position);
            step.addToken(sequence, position, 0, position + 1, 0);
            step.setTokenId(token, token);
        }
        step.addOutput(tokens - 1);
        step.finish(LAYER.numHeads(), SPLITS, tokens, false, 0);
        step.setExpertsPerToken(EXPERTS.numExpertsPerTok() + EXPERTS.nSharedExperts());
    }
}
