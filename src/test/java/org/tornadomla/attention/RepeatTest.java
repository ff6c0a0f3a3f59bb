package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.bundled.jvm.Workers;
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
        try (MultiHeadLatentAttention mla = layer.on(target).mode(AttentionMode.ABSORBED).build();
                CachedSequence sequence = mla.open()) {
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

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        Optional<Target> jvm = targets().filter(target -> target.engine() == Engine.JVM).findFirst();
        assumeTrue(jvm.isPresent(), "the number of threads can be set on the JVM engine only");
        Layer layer = Layer.of(Layer.WIDE);
        int before = Workers.threads();
        try {
            for (AttentionMode mode : List.of(AttentionMode.ABSORBED, AttentionMode.EXPANDED)) {
                Workers.setThreads(1);
                float[] one = run(layer, jvm.get(), mode);
                Workers.setThreads(2);
                assertArrayEquals(one, run(layer, jvm.get(), mode), mode + " on two threads");
                Workers.setThreads(5);
                assertArrayEquals(one, run(layer, jvm.get(), mode), mode + " on five threads");
            }
        } finally {
            Workers.setThreads(before);
        }
    }

    private static float[] run(Layer layer, Target target, AttentionMode mode) {
        try (MultiHeadLatentAttention mla = layer.on(target).mode(mode).roundTokens(70).build();
                CachedSequence sequence = mla.open()) {
            float[] prompt = mla.append(sequence, Tokens.of(1, 70, layer.tokens(70, 4)));
            return Layer.join(prompt, mla.append(sequence, Tokens.of(1, 1, layer.tokens(1, 5))));
        }
    }
}
