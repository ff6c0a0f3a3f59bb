package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.InterruptedWorkException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** Sequences beside each other, shared prompts, other formats on disk, and refusals that leave everything as it was. */
class DecoderTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v3-sigmoid-bias");
    private static final int[] IDS = {7, 31, 2, 99, 150, 4, 4, 63, 12, 88, 140};
    /** Three layers in single precision against double. */
    private static final double TOLERANCE = 2e-5;

    @TempDir
    private Path directory;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    private static DecoderOptions small() {
        return DecoderOptions.defaults().withChunkTokens(4).withBatch(3).withCacheTokens(64).withPageTokens(4)
                .withExpandedKeys(64);
    }

    private static float[] alone(Decoder decoder, int... ids) {
        try (Sequence sequence = decoder.open()) {
            return decoder.append(sequence, ids);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void sequencesOfABatchAreAsEachAlone(Target target) {
        try (Decoder decoder = Decoder.load(MODEL, target, small());
                Sequence first = decoder.open();
                Sequence second = decoder.open();
                Sequence third = decoder.open();
                Sequence fourth = decoder.open()) {
            // Four sequences of different lengths, more than go together.
            float[][] logits = decoder.append(List.of(new Continuation(first, 1, 2, 3), new Continuation(second, 9),
                    new Continuation(third, IDS), new Continuation(fourth, 5, 6)), () -> false);
            Comparer.assertClose("first", logits[0], alone(decoder, 1, 2, 3), TOLERANCE);
            Comparer.assertClose("second", logits[1], alone(decoder, 9), TOLERANCE);
            Comparer.assertClose("third", logits[2], alone(decoder, IDS), TOLERANCE);
            Comparer.assertClose("fourth", logits[3], alone(decoder, 5, 6), TOLERANCE);
            logits = decoder.append(List.of(new Continuation(third, 8), new Continuation(first, 7)), () -> false);
            Comparer.assertClose("first goes on", logits[1], alone(decoder, 1, 2, 3, 7), TOLERANCE);
            assertEquals(IDS.length + 1, third.length());
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void forksShareAPromptAndThenGoTheirOwnWays(Target target) {
        try (Decoder decoder = Decoder.load(MODEL, target, small()); Sequence prompt = decoder.open()) {
            decoder.append(prompt, 1, 2, 3, 4, 5, 6);
            int pages = decoder.statistics().usedPages();
            try (Sequence left = prompt.fork(); Sequence right = prompt.fork()) {
                assertEquals(pages, decoder.statistics().usedPages(), "forks take no page");
                float[][] logits = decoder.append(List.of(new Continuation(left, 7), new Continuation(right, 8)),
                        () -> false);
                Comparer.assertClose("left", logits[0], alone(decoder, 1, 2, 3, 4, 5, 6, 7), TOLERANCE);
                Comparer.assertClose("right", logits[1], alone(decoder, 1, 2, 3, 4, 5, 6, 8), TOLERANCE);
            }
            prompt.truncate(3);
            Comparer.assertClose("cut", decoder.append(prompt, 9), alone(decoder, 1, 2, 3, 9), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void refusalsAndInterruptionsLeaveSequencesAsTheyWere(Target target) {
        try (Decoder decoder = Decoder.load(MODEL, target, small());
                Sequence sequence = decoder.open();
                Sequence other = decoder.open()) {
            decoder.append(sequence, 1, 2, 3);
            assertThrows(ShapeException.class, () -> decoder.append(sequence, 4, 160));
            assertThrows(ShapeException.class, () -> decoder.append(sequence, -1));
            assertThrows(ShapeException.class, () -> decoder.append(sequence));
            assertThrows(CacheException.class, () -> decoder
                    .append(List.of(new Continuation(sequence, 4), new Continuation(sequence, 5)), () -> false));
            assertThrows(CacheFullException.class, () -> decoder
                    .append(List.of(new Continuation(sequence, 4), new Continuation(other, new int[62])), () -> false));
            AtomicInteger asked = new AtomicInteger();
            assertThrows(InterruptedWorkException.class,
                    () -> decoder.append(List.of(new Continuation(sequence, IDS)), () -> asked.incrementAndGet() == 2));
            assertEquals(2, asked.get(), "asked between chunks");
            assertEquals(3, sequence.length());
            assertEquals(0, other.length());
            Comparer.assertClose("goes on", decoder.append(sequence, 4), alone(decoder, 1, 2, 3, 4), TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void bfloat16InThreeShardsIsTheRoundedModel(Target target) {
        Map<String, float[]> weights = CheckpointFiles.copy(MODEL, directory, Dtype.BF16, 3);
        assertTrue(Files.exists(directory.resolve("model.safetensors.index.json")));
        assertIsReference(target, weights);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void float8IsItsDequantisedModel(Target target) {
        assertIsReference(target, CheckpointFiles.copy(MODEL, directory, Dtype.F8_E4M3, 1));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fieldFault20TheEmbeddingServesAsHead(Target target) throws Exception {
        Map<String, float[]> weights = CheckpointFiles.copy(MODEL, directory, Dtype.F32, 1);
        Path config = directory.resolve("config.json");
        String json = Files.readString(config);
        String tied = json.replaceAll("\"tie_word_embeddings\"\\s*:\\s*false", "\"tie_word_embeddings\": true");
        assertTrue(!tied.equals(json), "config.json says nothing about the head");
        Files.writeString(config, tied, StandardCharsets.UTF_8);
        assertIsReference(target, weights);
    }

    private void assertIsReference(Target target, Map<String, float[]> weights) {
        DecoderReference reference = new DecoderReference(ModelConfigReader.read(directory.resolve("config.json")),
                weights::get, AttentionReference.Form.EXPANDED);
        double[] expected = reference.logits(IDS);
        try (Decoder decoder = Decoder.load(directory, target, small()); Sequence sequence = decoder.open()) {
            float[][] logits = decoder.score(sequence, IDS);
            float[] all = new float[expected.length];
            for (int row = 0; row < logits.length; row++) {
                System.arraycopy(logits[row], 0, all, row * logits[row].length, logits[row].length);
            }
            Comparer.assertClose("logits", all, expected, TOLERANCE);
        }
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        DecoderOptions options = small();
        assertArrayEquals(new String[]{"chunkTokens", "batch", "cacheTokens", "pageTokens"}, Stream
                .<Runnable>of(() -> options.withChunkTokens(0), () -> options.withBatch(0),
                        () -> options.withCacheTokens(0), () -> options.withPageTokens(0))
                .map(action -> assertThrows(ConfigurationException.class, action::run).getMessage().split(" ")[0])
                .toArray());
    }
}
