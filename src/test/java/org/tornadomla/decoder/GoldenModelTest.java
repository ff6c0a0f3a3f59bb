package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/**
 * Whole models against logits and greedy ids that transformers computed, on every device, with prompts in chunks of
 * several sizes.
 */
class GoldenModelTest {

    static Stream<Arguments> cases() {
        return TestTargets.all()
                .flatMap(target -> Goldens.models()
                        .flatMap(golden -> IntStream.of(1, 5, 16).boxed()
                                .flatMap(chunk -> Stream.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)
                                        .map(mode -> Arguments.of(target, golden.name(), chunk, mode, golden)))));
    }

    @ParameterizedTest(name = "{0} {1} chunks of {2} {3}")
    @MethodSource("cases")
    void agreesWithin(Target target, String name, int chunk, AttentionMode mode, GoldenModel golden) {
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(chunk).withBatch(16).withCacheTokens(256)
                .withPageTokens(4).withMode(mode);
        try (Decoder decoder = Decoder.load(golden.directory(), target, options)) {
            float[] logits = new float[golden.logits().values().length];
            try (Sequence sequence = decoder.open()) {
                float[][] rows = decoder.score(sequence, golden.inputIds());
                for (int row = 0; row < rows.length; row++) {
                    System.arraycopy(rows[row], 0, logits, row * rows[row].length, rows[row].length);
                }
            }
            Comparer.assertClose(name, logits, golden.logits().values(), golden.tolerance());
            assertArrayEquals(golden.continuation(), greedy(decoder, golden.inputIds(), golden.continuation().length));
        }
    }

    private static int[] greedy(Decoder decoder, int[] prompt, int count) {
        Sampler sampler = new Sampler(SamplerConfig.greedy());
        int[] ids = new int[count];
        try (Sequence sequence = decoder.open()) {
            float[] logits = decoder.append(sequence, prompt);
            for (int i = 0; i < count; i++) {
                ids[i] = sampler.next(logits);
                logits = decoder.append(sequence, ids[i]);
            }
        }
        return Arrays.copyOf(ids, count);
    }
}
