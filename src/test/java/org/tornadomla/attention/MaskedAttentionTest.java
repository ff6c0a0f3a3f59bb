package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/** Windows and additive masks, with and without a cache, in both forms. */
class MaskedAttentionTest {

    private static final int HEADS = 3;
    private final Layer layer = Layer.of(Layer.SMALL);

    static Stream<Arguments> targetsAndForms() {
        return TestTargets.all().flatMap(target -> Stream.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)
                .map(mode -> Arguments.of(target, mode)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void windowsLimitWhatATokenSees(Target target, AttentionMode mode) {
        float[] x = layer.tokens(11, 1);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            for (int window : new int[]{1, 3, 11, 100}) {
                double[] expected = layer.expected(x, ScoreMask.window(0, window));
                try (CachedSequence sequence = mla.open()) {
                    float[] prompt = mla.append(sequence, Tokens.of(1, 8, layer.rows(x, 0, 8)).withWindow(window));
                    float[] rest = mla.append(sequence, Tokens.of(1, 3, layer.rows(x, 8, 11)).withWindow(window));
                    Layer.assertClose("window " + window, Layer.join(prompt, rest), expected);
                }
            }
        }
    }

    /** Every shape [1 or batch, 1 or heads, queries, keys], for two queries behind a cache of four. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void additiveMasksOfEveryShapeCoverTheCacheToo(Target target, AttentionMode mode) {
        float[][] x = {layer.tokens(6, 2), layer.tokens(6, 3)};
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            for (int batch : new int[]{1, 2}) {
                for (int heads : new int[]{1, HEADS}) {
                    float[] values = Seeds.normal(7, batch * heads * 2 * 6, 2);
                    values[2] = Float.NEGATIVE_INFINITY;
                    values[values.length - 5] = -3e38f;
                    try (CachedSequence first = mla.open(); CachedSequence second = mla.open()) {
                        List<CachedSequence> rows = List.of(first, second);
                        mla.append(rows, Tokens.of(2, 4, Layer.join(layer.rows(x[0], 0, 4), layer.rows(x[1], 0, 4))));
                        float[] y = mla.append(rows,
                                Tokens.of(2, 2, Layer.join(layer.rows(x[0], 4, 6), layer.rows(x[1], 4, 6)))
                                        .withMask(new Mask(batch, heads, 2, 6, values)));
                        for (int row = 0; row < 2; row++) {
                            int at = batch == 1 ? 0 : row * heads * 12;
                            ScoreMask additive = ScoreMask.additive(Arrays.copyOfRange(values, at, at + heads * 12),
                                    heads, 2, 6);
                            ScoreMask shifted = (head, query,
                                    key) -> query < 4 ? 0 : additive.bias(head, query - 4, key);
                            double[] expected = layer.expected(x[row], ScoreMask.causal(0).and(shifted));
                            Layer.assertClose("mask [" + batch + ", " + heads + ", 2, 6], row " + row,
                                    layer.rows(y, row * 2, row * 2 + 2), layer.rows(expected, 4, 6));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void fieldFault11InfinityAndTheLowestNumberHideAlike(Target target, AttentionMode mode) {
        float[] x = layer.tokens(4, 4);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            float[] first = null;
            for (float hidden : new float[]{Float.NEGATIVE_INFINITY, -3e38f, -Float.MAX_VALUE, -1e31f}) {
                float[] values = new float[16];
                for (int query = 0; query < 4; query++) {
                    values[query * 4 + (query + 1) % 4] = hidden;
                }
                float[] y = mla.forward(Tokens.of(1, 4, x).bidirectional().withMask(new Mask(1, 1, 4, 4, values)));
                Layer.assertClose("hidden by " + hidden, y, layer.expected(x, ScoreMask.additive(values, 1, 4, 4)));
                first = first == null ? y : first;
                assertArrayEquals(first, y, "hidden by " + hidden);
            }
        }
    }

    /**
     * The layer has no biases, so that nothing seen is nothing said: exact zeros, not NaN and not what was in memory.
     */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void fieldFault6ARowThatSeesNoKeyGivesZeros(Target target, AttentionMode mode) {
        float[] x = layer.tokens(4, 5);
        float[] values = new float[16];
        Arrays.fill(values, 4, 8, Float.NEGATIVE_INFINITY);
        Arrays.fill(values, 12, 16, -3e38f);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).build()) {
            mla.forward(Tokens.of(1, 4, layer.tokens(4, 6)));
            Tokens masked = Tokens.of(1, 4, x).withMask(new Mask(1, 1, 4, 4, values));
            float[] y = mla.forward(masked);
            Layer.assertClose("rows", y,
                    layer.expected(x, ScoreMask.causal(0).and(ScoreMask.additive(values, 1, 4, 4))));
            assertArrayEquals(new float[13], layer.rows(y, 1, 2));
            assertArrayEquals(new float[13], layer.rows(y, 3, 4));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targetsAndForms")
    void aRowThatSeesNoKeyOfAnEmptyContextGivesTheBiasOfTheOutput(Target target, AttentionMode mode) {
        MlaConfig config = Layer.SMALL.toBuilder().attentionBias(true).build();
        Layer biased = Layer.of(config);
        try (MultiHeadLatentAttention mla = biased.on(target).mode(mode).build(); CachedSequence empty = mla.open()) {
            float[] y = mla.ask(List.of(empty), Tokens.of(1, 2, biased.tokens(2, 7)).bidirectional());
            assertArrayEquals(biased.weights().get("o_proj.bias"), biased.rows(y, 0, 1));
            assertArrayEquals(biased.weights().get("o_proj.bias"), biased.rows(y, 1, 2));
        }
    }
}
