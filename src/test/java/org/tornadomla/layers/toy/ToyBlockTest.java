package org.tornadomla.layers.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.FewCores;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.SourceValues;
import org.tornadomla.testing.TestTargets;

/**
 * A new kind of block is its own classes and a line in each of two lists of registrations: a model with one, which no
 * class of the library knows, is packed, run and held against its oracle.
 */
class ToyBlockTest {

    private static final int WIDTH = 36;
    private static final int[] IDS = {3, 18, 0, 7, 7, 11, 2};
    private static final long SEED = 11;
    /** Two layers in single precision against double. */
    private static final double TOLERANCE = 2e-5;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    private static ModelConfig model() {
        ToyBlock toy = new ToyBlock(WIDTH, new AtomicInteger());
        MlaConfig attention = MlaConfig.builder().hiddenSize(WIDTH).numHeads(3).qLoraRank(20).kvLoraRank(24)
                .qkNopeHeadDim(12).qkRopeHeadDim(6).vHeadDim(10).build();
        return ModelConfig.builder("toy").vocabSize(19).maxPositionEmbeddings(64)
                .layers(2,
                        index -> index == 0
                                ? List.of(new AttentionBlock(attention), toy, new DenseBlock(WIDTH, 23))
                                : List.of(toy, new AttentionBlock(attention)))
                .build();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void runsAsItsOracleSays(Target target) {
        ModelConfig model = model();
        NamedWeights source = RandomWeights.of(model, SEED);
        Map<String, float[]> values = SourceValues.of(model, source);
        double[] all = new DecoderReference(model, values::get, AttentionReference.Form.EXPANDED).logits(IDS);
        double[] last = Arrays.copyOfRange(all, all.length - model.vocabSize(), all.length);
        values.put("model.layers.0.toy.mix.weight", new float[WIDTH * WIDTH]);
        double[] without = new DecoderReference(model, values::get, AttentionReference.Form.EXPANDED).logits(IDS);
        double share = 0;
        for (int i = 0; i < last.length; i++) {
            share = Math.max(share, Math.abs(last[i] - without[without.length - last.length + i]));
        }
        assertTrue(share > 0.01, "the block changes nothing: " + share);
        for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
            DecoderOptions options = DecoderOptions.defaults().withChunkTokens(4).withBatch(1).withCacheTokens(64)
                    .withPageTokens(4).withExpandedKeys(64).withMode(mode);
            try (Decoder decoder = Decoder.of(model, source, target, options); Sequence sequence = decoder.open()) {
                Comparer.assertClose(mode.toString(), decoder.append(sequence, IDS), last, TOLERANCE);
            }
        }
    }

    @Test
    void itsBytesAreAnnounced() {
        ModelConfig model = model();
        Buffers buffers = new Buffers();
        DecoderWeights.pack(model, RandomWeights.of(model, SEED), FewCores.LOOPS, WeightFormats.BF16, Long.MAX_VALUE,
                EnumSet.allOf(Attending.class)).register(buffers);
        assertEquals(buffers.bytes(Role.WEIGHT),
                DecoderWeights.bytes(model, FewCores.LOOPS, WeightFormats.BF16, EnumSet.allOf(Attending.class)));
    }

    /** Progress counts what is packed, and works no names out for it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 20})
    void progressGoesFromNothingToAll(int layers) {
        MlaConfig attention = model().attention();
        AtomicInteger listed = new AtomicInteger();
        ModelConfig model = ModelConfig.builder("toy").vocabSize(19).maxPositionEmbeddings(64)
                .layers(layers, index -> List.of(new AttentionBlock(attention), new ToyBlock(WIDTH, listed))).build();
        NamedWeights source = RandomWeights.of(model, SEED);
        listed.set(0);
        Filling filling = new Filling();
        DecoderWeights.pack(model, source, FewCores.LOOPS, WeightFormats.F32, Long.MAX_VALUE,
                EnumSet.of(Attending.ABSORBED), filling);
        List<Double> parts = new ArrayList<>();
        filling.run(parts::add);
        assertEquals(0, listed.get());
        assertEquals(parts.stream().sorted().distinct().toList(), parts);
        assertTrue(parts.size() > layers && parts.getFirst() > 0, () -> "too coarse: " + parts);
        assertEquals(1, parts.getLast());
    }
}
