package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/**
 * Models of every family against transformers on every device: both ways of attending, several lengths of chunks, pages
 * and number formats of the cache.
 */
class FamilyTest {

    /** Chunk, tokens of a page. Between them every chunk and every page of the acceptance stands. */
    private static final List<
            int[]> ROUNDS = List.of(new int[]{1, 16}, new int[]{5, 1}, new int[]{16, 64}, new int[]{37, 16});
    /**
     * Least cosine of all logits where rows of the cache have 8 bits of fraction: errors of 2^-9 in each of a few sums.
     */
    private static final double ROUNDED = 0.999;

    static Stream<Arguments> cases() {
        return TestTargets.all().flatMap(target -> Goldens.families().flatMap(
                golden -> ROUNDS.stream().flatMap(round -> Stream.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)
                        .map(mode -> Arguments.of(target, golden.name(), round, mode, golden)))));
    }

    private static float[] score(Decoder decoder, GoldenModel golden) {
        float[] logits = new float[golden.logits().values().length];
        try (Sequence sequence = decoder.open()) {
            float[][] rows = decoder.score(sequence, golden.inputIds());
            for (int row = 0; row < rows.length; row++) {
                System.arraycopy(rows[row], 0, logits, row * rows[row].length, rows[row].length);
            }
        }
        return logits;
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @MethodSource("cases")
    void agreesWithTransformers(Target target, String name, int[] round, AttentionMode mode, GoldenModel golden) {
        DecoderOptions options = DecoderOptions.defaults().withChunkTokens(round[0]).withBatch(2).withCacheTokens(256)
                .withPageTokens(round[1]).withMode(mode);
        try (Decoder decoder = Decoder.load(golden.directory(), target, options)) {
            Comparer.assertClose(name, score(decoder, golden), golden.logits().values(), golden.tolerance());
            assertArrayEquals(golden.continuation(), greedy(decoder, golden.inputIds(), golden.continuation().length));
        }
    }

    /** Rounding a row may change a token's experts, so single logits say little; all together they say enough. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("narrow")
    void aNarrowCacheOnlyRounds(Target target, String name, GoldenModel golden) {
        for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
            DecoderOptions options = DecoderOptions.defaults().withChunkTokens(16).withBatch(2).withCacheTokens(256)
                    .withPageTokens(16).withMode(mode).withCacheType(CacheType.BF16);
            try (Decoder decoder = Decoder.load(golden.directory(), target, options)) {
                double cosine = cosine(score(decoder, golden), golden.logits().values());
                assertTrue(cosine > ROUNDED, name + " " + mode + ": " + cosine);
                assertArrayEquals(golden.continuation(),
                        greedy(decoder, golden.inputIds(), golden.continuation().length));
            }
        }
    }

    private static double cosine(float[] left, float[] right) {
        double product = 0;
        double lefts = 0;
        double rights = 0;
        for (int i = 0; i < left.length; i++) {
            product += (double) left[i] * right[i];
            lefts += (double) left[i] * left[i];
            rights += (double) right[i] * right[i];
        }
        return product / Math.sqrt(lefts * rights);
    }

    static Stream<Arguments> narrow() {
        return TestTargets.all()
                .flatMap(target -> Goldens.families().map(golden -> Arguments.of(target, golden.name(), golden)));
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
        return ids;
    }
}
