package org.tornadomla.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.cache.RowLayout;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.WeightFormats;

/** How often a layer of a decode step is launched in the family of many cores: what a model of one more layer adds. */
class LaunchesTest {

    private static final int HIDDEN = 32;

    private static MlaConfig attention(int qLoraRank) {
        return MlaConfig.builder().hiddenSize(HIDDEN).numHeads(2).qLoraRank(qLoraRank).kvLoraRank(16).qkNopeHeadDim(8)
                .qkRopeHeadDim(4).vHeadDim(8).build();
    }

    private static Block mixture() {
        return new MixtureBlock(HIDDEN, MoeConfig.builder().nRoutedExperts(4).numExpertsPerTok(2).nSharedExperts(1)
                .moeIntermediateSize(16).build());
    }

    static Stream<Arguments> layers() {
        Block plain = new AttentionBlock(attention(0));
        Block compressed = new AttentionBlock(attention(24));
        Block sparse = new AttentionBlock(attention(24).toBuilder()
                .indexer(Optional.of(new IndexerConfig(2, 8, 3, RopeLayout.HALVES, false))).build());
        Block dense = new DenseBlock(HIDDEN, 48);
        return Stream.of(Arguments.of(5, "attention of plain queries", List.of(plain)),
                Arguments.of(6, "attention of compressed queries", List.of(compressed)),
                Arguments.of(11, "sparse attention", List.of(sparse)),
                Arguments.of(7, "plain queries, dense", List.of(plain, dense)),
                Arguments.of(8, "compressed queries, dense", List.of(compressed, dense)),
                Arguments.of(11, "plain queries, mixture", List.of(plain, mixture())),
                Arguments.of(12, "compressed queries, mixture", List.of(compressed, mixture())));
    }

    @ParameterizedTest(name = "{1}: {0} launches")
    @MethodSource("layers")
    void decodeStepHasFewLaunches(int launches, String what, List<Block> blocks) {
        assertEquals(launches, steps(blocks, 2) - steps(blocks, 1));
    }

    /** Steps of a round that attends to the latents themselves. */
    private static int steps(List<Block> blocks, int layers) {
        ModelConfig model = ModelConfig.builder("launches").vocabSize(16).maxPositionEmbeddings(16)
                .layers(layers, _ -> blocks).build();
        Capacity capacity = Capacity.builder().tokens(2).pages(4, 4, 16).positions(16).splits(2, 4).expandedKeys(16)
                .build();
        ManyCores family = new ManyCores(new WorkGroups(8, 4));
        Buffers buffers = new Buffers();
        DecoderWeights weights = DecoderWeights.pack(model, RandomWeights.of(model, 1), family, WeightFormats.BF16,
                Long.MAX_VALUE, Attending.ways(1));
        int vectors = new RowLayout(model.attention().kvLoraRank(), model.attention().qkRopeHeadDim())
                .vectors(CacheType.BF16);
        LayerPool pool = LayerPool.allocate(CacheType.BF16, capacity.slots() * vectors);
        LayerPool keys = LayerPool.allocate(CacheType.F32, capacity.slots());
        AttentionRoom attention = family.attention(new AttentionShape(model.attention()), capacity, CacheType.BF16,
                buffers);
        DecoderBuffers shared = DecoderBuffers.allocate(model, family, capacity, buffers);
        return new DecoderGraphs(model, weights, new DecoderRoom(family, shared, attention, new StepBuffer(capacity)),
                index -> index < layers ? pool : keys)
                .stages().stream()
                .mapToInt(stage -> stage.alternatives().stream()
                        .filter(graph -> !graph.condition().equals(Optional.of(Attending.EXPANDED)))
                        .mapToInt(graph -> graph.steps().size()).sum())
                .sum();
    }
}
