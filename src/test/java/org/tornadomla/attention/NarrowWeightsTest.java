package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** A module whose weights are held in fewer bits. */
class NarrowWeightsTest {

    static Stream<Arguments> options() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(WeightFormats.BF16, WeightFormats.INT8)
                        .flatMap(type -> List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED).stream()
                                .map(mode -> Arguments.of(target, type, mode))));
    }

    /**
     * Three products in a row, each of whose weights is off by at most 2^-8 (bfloat16) or 1/254 (8 bits) of the
     * largest, are off by less than three times that; more than 1e-4 of it shows that narrow weights were used at all.
     */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("options")
    void staysNearTheReference(Target target, NumberFormat type, AttentionMode mode) {
        Layer layer = Layer.of(Layer.WIDE);
        float[] x = layer.tokens(7, 3);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).weightType(type).build();
                CachedSequence sequence = mla.open()) {
            double error = Comparer.compare(Comparer.widen(mla.append(sequence, Tokens.of(1, 7, x))), expected)
                    .relative();
            double rounding = type == WeightFormats.BF16 ? 0x1p-8 : 1 / 254.0;
            assertTrue(error < 3 * rounding, "error " + error);
            assertTrue(error > 1e-4, "error " + error + " is that of 32-bit weights");
        }
    }

    static Stream<Arguments> held() {
        return TestTargets.all().flatMap(target -> WeightFormats.ALL.stream()
                .filter(type -> type.refusal(target).isEmpty()).map(type -> Arguments.of(target, type)));
    }

    /**
     * W_UK and W_UV are the same numbers whichever way of attending multiplies with them: a prompt and the tokens
     * behind it see one layer. Sums in another order differ by 1e-5 at most.
     */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("held")
    void bothWaysHaveTheSameWeights(Target target, NumberFormat type) {
        Layer layer = Layer.of(Layer.WIDE);
        float[] x = layer.tokens(7, 3);
        double error = Comparer.compare(Comparer.widen(outputs(layer, target, type, AttentionMode.ABSORBED, x)),
                Comparer.widen(outputs(layer, target, type, AttentionMode.EXPANDED, x))).relative();
        assertTrue(error < 1e-5, "the ways are " + error + " apart");
    }

    private static float[] outputs(Layer layer, Target target, NumberFormat type, AttentionMode mode, float[] x) {
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).weightType(type).build();
                CachedSequence sequence = mla.open()) {
            return mla.append(sequence, Tokens.of(1, 7, x));
        }
    }

    @Test
    void missingTypeIsRefused() {
        AttentionBuilder builder = Layer.of(Layer.SMALL).on(TestTargets.all().findFirst().orElseThrow())
                .weightType(null);
        ConfigurationException refusal = assertThrows(ConfigurationException.class, builder::build);
        assertTrue(refusal.getMessage().contains(WeightFormats.ALL.toString()), refusal.getMessage());
    }
}
