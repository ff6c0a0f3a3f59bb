package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Goldens;

/**
 * Models of every family against transformers on every device: both ways of attending, several lengths of chunks, pages
 * and number formats of the cache, see {@link GoldenRound}.
 */
class FamilyTest {

    /**
     * Least cosine of all logits where rows of the cache have 8 bits of fraction: errors of 2^-9 in each of a few sums.
     */
    private static final double ROUNDED = 0.999;

    static Stream<Arguments> cases() {
        return GoldenRound.cases(Goldens.families().toList());
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

    /**
     * Rounding a row of the cache may change a token's experts, so single logits say little then; all together they say
     * enough.
     */
    @ParameterizedTest(name = "{0} {1}, {2}")
    @MethodSource("cases")
    void agreesWithTransformers(Target target, String name, GoldenRound round, GoldenModel golden) {
        try (Decoder decoder = Decoder.load(golden.directory(), target, round.options())) {
            float[] logits = score(decoder, golden);
            if (round.cache() == CacheType.F32) {
                Comparer.assertClose(name, logits, golden.logits().values(), golden.tolerance());
            } else {
                double cosine = cosine(logits, golden.logits().values());
                assertTrue(cosine > ROUNDED, name + ": " + cosine);
            }
            assertArrayEquals(golden.continuation(), greedy(decoder, golden.inputIds(), golden.continuation().length));
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
