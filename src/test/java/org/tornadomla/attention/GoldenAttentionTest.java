package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.golden.GoldenCase;
import org.tornadomla.golden.GoldenWeights;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** The module against values that other implementations computed, both ways of attending, on every device. */
class GoldenAttentionTest {

    static Stream<Arguments> cases() {
        return TestTargets.all().flatMap(
                target -> Goldens.layers().flatMap(golden -> Stream.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)
                        .map(mode -> Arguments.of(target, golden.name(), mode, golden))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void agreesWithin(Target target, String name, AttentionMode mode, GoldenCase golden) {
        int positions = 1;
        for (int p : golden.inputs().positions()) {
            positions = Math.max(positions, p + 1);
        }
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(golden.config())
                .weights(GoldenWeights.of(golden)).target(target).mode(mode).positions(Math.max(64, positions))
                .cacheTokens(256).pageTokens(4).roundTokens(48).build()) {
            double error = golden.expected().relativeError(run(mla, golden));
            assertTrue(error <= golden.expected().tolerance(),
                    () -> name + ": " + error + " > " + golden.expected().tolerance());
        }
    }

    private static float[] run(MultiHeadLatentAttention mla, GoldenCase golden) {
        TensorData x = golden.inputs().x();
        Tokens tokens = Tokens.of(x.size(0), x.size(1), x.values()).withPositions(golden.inputs().positions());
        if (!golden.inputs().causal()) {
            tokens = tokens.bidirectional();
        }
        if (golden.inputs().mask().isPresent()) {
            TensorData mask = golden.inputs().mask().get();
            tokens = tokens.withMask(new Mask(mask.size(0), mask.size(1), mask.size(2), mask.size(3), mask.values()));
        }
        if (golden.inputs().context().isEmpty()) {
            return mla.forward(tokens);
        }
        TensorData context = golden.inputs().context().get();
        return mla.forward(tokens, Tokens.of(context.size(0), context.size(1), context.values())
                .withPositions(golden.inputs().contextPositions()));
    }
}
