package org.tornadomla.selftest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.cache.RowLayout;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.QueryGrowth;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.config.RouterNames;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Residency;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.AttentionRoom;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.DecoderGraphs;
import org.tornadomla.layers.DecoderRoom;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.FeedForwardShape;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.weights.NumberFormats;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.NumberFormat;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A decoder of two small layers with random weights, in sizes that divide nothing: its graphs hold every kernel of the
 * library, which is what a device's self-test needs. It has two rounds, a prompt and a step after it.
 */
public final class SampleDecoder {

    private static final long SEED = 20;
    private static final int VOCABULARY = 17;
    private static final int[][] PAGES = {{4, 1, 3}, {2}};
    private static final int[] PROMPT = {7, 2};
    private static final int SPLITS = 2;
    private static final int CANDIDATES = 3;
    private static final float HIDDEN = -3.0e38f;

    private final ModelConfig model;
    private final Buffers buffers = new Buffers();
    private final StepBuffer step;
    private final AttentionRoom attention;
    private final List<Stage> stages;

    /** The same with everything in 32-bit numbers. */
    public SampleDecoder(KernelFamily family) {
        this(family, NumberFormats.F32);
    }

    /**
     * Allocates weights and buffers, and builds the steps of a family.
     *
     * @param family  what computes
     * @param formats number formats of the matrices that are multiplied with, and of the pools
     */
    public SampleDecoder(KernelFamily family, NumberFormats formats) {
        this.model = model();
        Capacity capacity = Capacity.builder().tokens(11).sequences(3).writes(13).pages(4, 4, 24).positions(16)
                .splits(3, 24).expandedKeys(16).maskFloats(512).build();
        this.step = new StepBuffer(capacity);
        buffers.add("step", Buffers.Role.INPUT, step.array());
        SplittableRandom random = new SplittableRandom(SEED);
        DecoderWeights weights = weights(family, formats.weights());
        weights.register(buffers);
        AttentionShape shape = new AttentionShape(model.blocks(AttentionBlock.class).toList().getLast().config());
        List<LayerPool> pools = new ArrayList<>();
        int rowVectors = new RowLayout(shape.config().kvLoraRank(), shape.config().qkRopeHeadDim())
                .vectors(formats.cache());
        for (int index = 0; index < 2; index++) {
            LayerPool pool = LayerPool.allocate(formats.cache(), capacity.slots() * rowVectors);
            buffers.add("pool_" + index, Buffers.Role.STATE, family.pool(pool));
            pools.add(pool);
        }
        if (model.indexPools() > 0) {
            LayerPool index = LayerPool.allocate(CacheType.F32, capacity.slots() * new RowLayout(9, 0).vectors());
            buffers.add("pool_2", Buffers.Role.STATE, family.pool(index));
            pools.add(index);
        }
        this.attention = family.attention(shape, capacity, formats.cache(), buffers);
        attention.masks().values().forEach(mask -> fill(random, mask));
        DecoderBuffers shared = DecoderBuffers.allocate(model, family, capacity, buffers);
        this.stages = new DecoderGraphs(model, weights, new DecoderRoom(family, shared, attention, step), pools::get)
                .stages();
    }

    private static ModelConfig model() {
        MlaConfig layer = MlaConfig.builder().hiddenSize(36).numHeads(3).qLoraRank(20).kvLoraRank(24).qkNopeHeadDim(12)
                .qkRopeHeadDim(6).vHeadDim(10).attentionBias(true).build();
        MoeConfig experts = MoeConfig.builder().nRoutedExperts(5).numExpertsPerTok(2).nSharedExperts(1)
                .moeIntermediateSize(13).normTopkProb(true).routedScalingFactor(1.5).build();
        MlaConfig growing = layer.toBuilder().queryGrowth(Optional.of(new QueryGrowth(0.1, 2, 8)))
                // One layer attends to all keys and the other to chosen ones, so that kernels of both are here.
                .indexer(Optional.of(new IndexerConfig(2, 9, 2, RopeLayout.HALVES, false))).build();
        MoeConfig passing = MoeConfig.builder().nRoutedExperts(3).numExpertsPerTok(3).moeIntermediateSize(13)
                .nZeroExperts(3).build();
        Block behind = new MixtureBlock("n_more.weight", Optional.of("n_behind.weight"), "more.", 36, experts,
                RouterNames.GATE);
        Block passes = new MixtureBlock("n_pass.weight", Optional.empty(), "pass.", 36, passing, RouterNames.GATE);
        return ModelConfig.builder("sample").vocabSize(VOCABULARY).maxPositionEmbeddings(16)
                .layers(2,
                        index -> index == 0
                                ? List.of(new AttentionBlock(layer), new DenseBlock(36, 23))
                                : List.of(new AttentionBlock(growing), new MixtureBlock(36, experts), behind, passes))
                .build();
    }

    /** Buffers are too small for all experts, so that there are two parts of them. */
    private DecoderWeights weights(KernelFamily family, NumberFormat type) {
        MixtureBlock mixture = model.blocks(MixtureBlock.class).findFirst().orElseThrow();
        MoeConfig experts = mixture.config();
        int half = (experts.nRoutedExperts() + experts.nSharedExperts()) / 2;
        // The embedding may stay in 32-bit numbers, and has to fit as well.
        long table = (long) VOCABULARY * Padding.toVectors(model.hiddenSize()) * Float.BYTES
                + TornadoNativeArray.ARRAY_HEADER;
        return DecoderWeights.pack(model, RandomWeights.of(model, SEED), family, type.withTable(type.ofTables()),
                Math.max(table, FeedForwardShape.of(mixture).bufferBytes(family, type, half)), Attending.ways(1));
    }

    private static void fill(SplittableRandom random, FloatArray floats) {
        for (int i = 0; i < floats.getSize(); i++) {
            floats.set(i, random.nextFloat() - 0.5f);
        }
    }

    /** Every step of the model, in the order in which a round runs them, both ways of attending included. */
    public List<Step> steps() {
        return stages.stream().flatMap(stage -> stage.alternatives().stream()).flatMap(graph -> graph.steps().stream())
                .toList();
    }

    /** The arrays that a step uses, each once. */
    public List<Object> arrays(Step step) {
        return buffers.inOrder(Residency.arrays(new GraphSpec("sample", List.of(step)), buffers));
    }

    /** Fills the step array for a prompt of nine tokens in two sequences, masked. */
    public void prompt() {
        step.clear();
        attention.masks().values().forEach(mask -> mask.set(1, HIDDEN));
        int mask = 0;
        for (int row = 0; row < PROMPT.length; row++) {
            int entry = step.addSequence(PAGES[row], PROMPT[row]);
            for (int position = 0; position < PROMPT[row]; position++) {
                add(entry, row, position, mask);
                mask += PROMPT[row];
            }
            step.addOutput(step.tokens() - 1);
        }
        finish(true);
    }

    /** Fills the step array for one more token of each sequence, and a copy of a row. */
    public void next() {
        step.clear();
        step.addCopy(slot(0, 0), slot(0, 10));
        for (int row = 0; row < PROMPT.length; row++) {
            add(step.addSequence(PAGES[row], PROMPT[row] + 1), row, PROMPT[row], 0);
        }
        step.addOutput(1);
        finish(false);
    }

    private void add(int entry, int row, int position, int mask) {
        int token = step.tokens();
        step.addWrite(slot(row, position), token, position);
        step.addToken(entry, position, 0, position + 1, mask);
        step.setTokenId(token, (5 * row + 3 * position + 1) % VOCABULARY);
    }

    private int slot(int row, int position) {
        int pageTokens = step.capacity().pageTokens();
        return PAGES[row][position / pageTokens] * pageTokens + position % pageTokens;
    }

    private void finish(boolean masked) {
        step.finish(model.attention().numHeads(), SPLITS, step.tokens(), masked, 0);
        step.setCandidates(CANDIDATES);
        step.setExpertsPerToken(DecoderBuffers.expertsPerToken(model));
    }
}
