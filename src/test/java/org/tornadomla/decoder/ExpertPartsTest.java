package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.error.ShapeException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/**
 * Experts that do not fit one buffer are divided among several, and compute the same bits; what cannot be divided is
 * refused by name.
 */
class ExpertPartsTest {

    private static final int EXPERTS = 12;
    private static final int HIDDEN = 64;
    private static final int WIDTH = 64;
    private static final int[] PROMPT = {3, 1, 4, 15, 9, 2, 6};

    @TempDir
    private static Path directory;

    /**
     * Ten routed experts and two shared; every other matrix is smaller than those of four experts in any number format.
     */
    @BeforeAll
    static void writeModel() throws IOException {
        Path golden = Goldens.folder("models").resolve("v3-sigmoid-bias").resolve("config.json");
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(golden.toFile());
        config.put("hidden_size", HIDDEN).put("moe_intermediate_size", WIDTH).put("n_routed_experts", EXPERTS - 2)
                .put("n_shared_experts", 2).put("n_group", 2).put("topk_group", 2).put("vocab_size", 32)
                .put("num_hidden_layers", 2);
        Path file = Files.writeString(directory.resolve("source.json"), config.toString());
        CheckpointFiles.random(file, directory, Dtype.F32, 11);
    }

    /**
     * Each number format; on an SDK one of each class, since its compiler takes half a minute for a case. The self-test
     * would take longer than the case, and is in every format a test of its own.
     */
    static Stream<Arguments> cases() {
        return TestTargets.all().map(Target::withoutSelfTest).flatMap(target -> formats()
                .filter(type -> type.refusal(target).isEmpty()).map(type -> Arguments.of(target, type)));
    }

    private static Stream<NumberFormat> formats() {
        Set<Class<?>> classes = new HashSet<>();
        return WeightFormats.ALL.stream().filter(type -> !Targets.sdkActive() || classes.add(type.getClass()));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void partsComputeTheSameBits(Target target, NumberFormat type) {
        DecoderOptions options = DecoderOptions.defaults().withCacheTokens(16).withPageTokens(4).withChunkTokens(8)
                .withBatch(1).withWeightType(type);
        float[][] whole = logits(target, options, 1);
        for (int parts = 2; parts <= 3; parts++) {
            float[][] divided = logits(target, options.withBufferBytes(bufferBytes(type, EXPERTS / parts)), parts);
            for (int row = 0; row < whole.length; row++) {
                assertArrayEquals(whole[row], divided[row], parts + " parts, row " + row);
            }
        }
    }

    /** Bytes of the larger matrix of some experts, and of an array's header. */
    private static long bufferBytes(NumberFormat type, int experts) {
        return (long) experts * 2 * WIDTH * HIDDEN * type.bits() / Byte.SIZE + 64;
    }

    private static float[][] logits(Target target, DecoderOptions options, int parts) {
        try (Decoder decoder = Decoder.load(directory, target, options); Sequence sequence = decoder.open()) {
            String listing = decoder.listing();
            assertTrue(parts == 1 || listing.contains("experts_gate_up_" + (parts - 1))
                    && listing.contains("experts_down_" + (parts - 1)), listing);
            assertFalse(listing.contains("experts_gate_up_" + parts), listing);
            return new float[][]{decoder.append(sequence, PROMPT), decoder.append(sequence, 7)};
        }
    }

    @Test
    void whatCannotBeDividedIsRefusedByName() {
        assertRefused(100, "embedding needs 2048 floats in one buffer", "on this device 100 bytes");
        assertRefused(bufferBytes(WeightFormats.F32, 1) / 2,
                "expansion of 1 x 192 x 32 weights needs 24576 bytes in one buffer as f32",
                "use weights in fewer bits");
    }

    private static void assertRefused(long bufferBytes, String... reasons) {
        DecoderOptions options = DecoderOptions.defaults().withBufferBytes(bufferBytes);
        ShapeException refused = assertThrows(ShapeException.class,
                () -> Decoder.load(directory, TestTargets.list().getFirst(), options));
        for (String reason : reasons) {
            assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        }
    }
}
