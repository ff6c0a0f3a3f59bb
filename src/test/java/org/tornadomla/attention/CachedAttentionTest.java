package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.cache.PageOrder;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

/** However a sequence comes to the module, and wherever its rows lie, outputs and cached rows are those of one run. */
class CachedAttentionTest {

    private static final int PROMPT = 37;
    /** Cached rows are one projection and one norm of 13 to 41 terms: a few units of single precision. */
    private static final double ROW_TOLERANCE = 1e-6;

    static Stream<Arguments> targetsAndModes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(AttentionMode.values()).map(mode -> Arguments.of(target, mode)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndModes")
    void promptInChunksEqualsWhole(Target target, AttentionMode mode) {
        Layer layer = Layer.of(Layer.SMALL);
        float[] x = layer.tokens(PROMPT, 3);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            float[] cached = null;
            for (int chunk : new int[]{PROMPT, 1, 2, 7, 16, 36}) {
                try (CachedSequence sequence = mla.open()) {
                    float[] y = new float[0];
                    for (int start = 0; start < PROMPT; start += chunk) {
                        int end = Math.min(start + chunk, PROMPT);
                        y = Layer.join(y, mla.append(sequence, Tokens.of(1, end - start, layer.rows(x, start, end))));
                    }
                    Layer.assertClose("chunks of " + chunk, y, expected);
                    float[] rows = mla.cache().rows(sequence, 0);
                    cached = cached == null ? rows : cached;
                    Comparer.assertClose("cached rows of chunks of " + chunk, rows, cached, ROW_TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndModes")
    void fieldFault9EveryDecodeStepEqualsARunWithoutCache(Target target, AttentionMode mode) {
        Layer layer = Layer.of(Layer.WIDE);
        int prompt = 5;
        int steps = 8;
        float[] x = layer.tokens(prompt + steps, 4);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build(); CachedSequence sequence = mla.open()) {
            mla.append(sequence, Tokens.of(1, prompt, layer.rows(x, 0, prompt)));
            for (int length = prompt; length < prompt + steps; length++) {
                assertEquals(length, sequence.length());
                float[] y = mla.append(sequence, Tokens.of(1, 1, layer.rows(x, length, length + 1)));
                float[] prefix = layer.rows(x, 0, length + 1);
                float[] whole = mla.forward(Tokens.of(1, length + 1, prefix));
                Comparer.assertClose("step " + length, y, layer.rows(whole, length, length + 1), Layer.TOLERANCE);
                Layer.assertClose("step " + length, y,
                        layer.rows(layer.expected(prefix, ScoreMask.causal(0)), length, length + 1));
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndModes")
    void pagesOfAnySizeInAnyOrderWithPoisonedRestEqualOnePage(Target target, AttentionMode mode) {
        Layer layer = Layer.of(Layer.SMALL);
        float[] x = layer.tokens(PROMPT, 5);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        for (int page : new int[]{PROMPT, 1, 2, 16, 64}) {
            try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).pageTokens(page).cacheTokens(3 * 64)
                    .pageOrder(PageOrder.shuffled(page)).build()) {
                ((LayerPool.Float32) mla.cache().pool(0)).rows().getArray().init(Float.NaN);
                try (CachedSequence before = mla.open(); CachedSequence sequence = mla.open()) {
                    mla.append(before, Tokens.of(1, 3, layer.tokens(3, 6)));
                    float[] prompt = mla.append(sequence, Tokens.of(1, PROMPT - 2, layer.rows(x, 0, PROMPT - 2)));
                    float[] first = mla.append(sequence, Tokens.of(1, 1, layer.rows(x, PROMPT - 2, PROMPT - 1)));
                    mla.append(before, Tokens.of(1, 1, layer.tokens(1, 7)));
                    float[] second = mla.append(sequence, Tokens.of(1, 1, layer.rows(x, PROMPT - 1, PROMPT)));
                    Layer.assertClose("pages of " + page, Layer.join(prompt, first, second), expected);
                }
            }
        }
    }
}
