package org.tornadomla.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/**
 * The bytes that are announced for weights are those of the arrays that the device gets, and the narrow types' are as
 * few as they should be.
 */
class WeightBytesTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");

    static List<NumberFormat> formats() {
        return WeightFormats.ALL;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void bytesOfTheShippedModel(NumberFormat type) {
        ModelConfig model = ModelConfigReader.read(TINY.resolve("config.json"));
        for (Set<Attending> ways : List.of(Attending.ways(1), Attending.ways(0))) {
            Buffers buffers = new Buffers();
            try (Checkpoint checkpoint = Checkpoint.open(TINY)) {
                DecoderWeights.pack(model, checkpoint, FewCores.LOOPS, type, Long.MAX_VALUE, ways).register(buffers);
            }
            assertEquals(buffers.bytes(Role.WEIGHT), DecoderWeights.bytes(model, FewCores.LOOPS, type, ways));
        }
    }

    /** With and without query compression, norms and biases. */
    @ParameterizedTest
    @MethodSource("formats")
    void bytesOfAttention(NumberFormat type) {
        MlaConfig.Builder builder = MlaConfig.builder().hiddenSize(36).numHeads(3).kvLoraRank(24).qkNopeHeadDim(12)
                .qkRopeHeadDim(6).vHeadDim(10);
        for (MlaConfig config : new MlaConfig[]{builder.qLoraRank(20).attentionBias(true).build(),
            builder.qLoraRank(0).attentionBias(false).build(), builder.qLoraRank(0).attentionBias(true).build()}) {
            AttentionShape shape = new AttentionShape(config);
            Buffers buffers = new Buffers();
            AttentionWeights.pack(shape, RandomWeights.of(config, 1), Attending.ways(1), new MatrixPacker(type))
                    .register(buffers, "");
            assertEquals(buffers.bytes(Role.WEIGHT), AttentionWeights.bytes(shape, type, Attending.ways(1)));
        }
    }

    /** Of a matrix of 512 inputs, which has 4 scales an output. */
    @Test
    void narrowTypesHalveAndQuarterTheBytes() {
        long wide = WeightFormats.F32.bytes(1, 1024, 512);
        assertEquals(wide, 2 * WeightFormats.BF16.bytes(1, 1024, 512));
        assertEquals(wide, 2 * WeightFormats.F16.bytes(1, 1024, 512));
        assertEquals(wide / 4 + 1024 * 4 * 4, WeightFormats.INT8.bytes(1, 1024, 512));
        assertTrue(WeightFormats.INT8.bytes(1, 1024, 512) < 0.26 * wide);
    }
}
