package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.testing.TestTargets;

/** Work-items that read what others of the same launch write differ from run to run; ours must not. */
class RepeatTest {

    private static final int REPEATS = 300;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault27RepeatsAreEqualBitForBit(Target target) {
        Layer layer = Layer.of(Layer.SMALL);
        float[] prompt = layer.tokens(130, 1);
        float[] token = layer.tokens(1, 2);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(AttentionMode.ABSORBED).build(); CachedSequence sequence = mla.open()) {
            mla.append(sequence, Tokens.of(1, 130, prompt));
            float[] first = mla.append(sequence, Tokens.of(1, 1, token));
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                mla.cache().truncate(sequence, 130);
                assertArrayEquals(first, mla.append(sequence, Tokens.of(1, 1, token)), "repeat " + repeat);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault27ExpandedRepeatsAreEqualBitForBit(Target target) {
        Layer layer = Layer.of(Layer.SMALL);
        Tokens x = Tokens.of(2, 9, layer.tokens(18, 3)).withLengths(9, 5);
        try (MultiHeadLatentAttention mla = layer.on(target).mode(AttentionMode.EXPANDED).build()) {
            float[] first = mla.forward(x);
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                assertArrayEquals(first, mla.forward(x), "repeat " + repeat);
            }
        }
    }
}
