package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.testing.TestTargets;

/** Forks, truncation and snapshots as the module sees them. */
class SequencesTest {

    private final Layer layer = Layer.of(Layer.SMALL);

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    static Stream<Arguments> pairs() {
        return targets().flatMap(from -> targets().map(to -> Arguments.of(from, to)));
    }

    private Tokens tokens(float[] x, int from, int to) {
        return Tokens.of(1, to - from, layer.rows(x, from, to));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void forksGoTheirOwnWayFromTheMiddleOfAPage(Target target) {
        float[] left = layer.tokens(9, 1);
        float[] right = Layer.join(layer.rows(left, 0, 6), layer.tokens(3, 2));
        try (MultiHeadLatentAttention mla = layer.on(target).build(); CachedSequence one = mla.open()) {
            mla.append(one, tokens(left, 0, 6));
            try (CachedSequence other = mla.cache().fork(one)) {
                assertEquals(2, mla.cache().statistics().sharedPages());
                float[] y = mla.append(List.of(one, other),
                        Tokens.of(2, 2, Layer.join(layer.rows(left, 6, 8), layer.rows(right, 6, 8))));
                float[] last = mla.append(List.of(other, one),
                        Tokens.of(2, 1, Layer.join(layer.rows(right, 8, 9), layer.rows(left, 8, 9))));
                assertEquals(1, mla.cache().statistics().sharedPages());
                double[] expectedLeft = layer.expected(left, ScoreMask.causal(0));
                double[] expectedRight = layer.expected(right, ScoreMask.causal(0));
                Layer.assertClose("left", layer.rows(y, 0, 2), layer.rows(expectedLeft, 6, 8));
                Layer.assertClose("right", layer.rows(y, 2, 4), layer.rows(expectedRight, 6, 8));
                Layer.assertClose("right, last", layer.rows(last, 0, 1), layer.rows(expectedRight, 8, 9));
                Layer.assertClose("left, last", layer.rows(last, 1, 2), layer.rows(expectedLeft, 8, 9));
            }
        }
    }

    /** Each of six forks takes its copy of a page: more rows to copy than go along with one round's tokens. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void manyForksCopyTheirPagesInRoundsOfTheirOwn(Target target) {
        float[] x = layer.tokens(8, 3);
        double[] expected = layer.rows(layer.expected(x, ScoreMask.causal(0)), 7, 8);
        try (MultiHeadLatentAttention mla = layer.on(target).batch(2).roundTokens(3).pageTokens(8).build();
                CachedSequence one = mla.open()) {
            mla.append(one, tokens(x, 0, 7));
            List<CachedSequence> forks = Stream.generate(() -> mla.cache().fork(one)).limit(6).toList();
            float[] token = layer.rows(x, 7, 8);
            float[] y = mla.append(forks, Tokens.of(6, 1, Layer.join(token, token, token, token, token, token)));
            for (int row = 0; row < 6; row++) {
                Layer.assertClose("fork " + row, layer.rows(y, row, row + 1), expected);
            }
            Layer.assertClose("the forked", mla.append(one, tokens(x, 7, 8)), expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void aTruncatedSequenceContinuesAsIfTheRestHadNotBeen(Target target) {
        float[] x = layer.tokens(9, 4);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        try (MultiHeadLatentAttention mla = layer.on(target).build(); CachedSequence sequence = mla.open()) {
            mla.append(sequence, tokens(x, 0, 5));
            mla.append(sequence, tokens(layer.tokens(6, 5), 0, 6));
            mla.cache().truncate(sequence, 5);
            Layer.assertClose("continued", mla.append(sequence, tokens(x, 5, 9)), layer.rows(expected, 5, 9));
            mla.cache().truncate(sequence, 0);
            Layer.assertClose("from the start", mla.append(sequence, tokens(x, 0, 9)), expected);
        }
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void fieldFault1ACacheWrittenByOnePathIsReadByAnyOther(Target from, Target to, @TempDir Path folder) {
        float[] x = layer.tokens(10, 6);
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        Path file = folder.resolve("sequence");
        float[] rows;
        try (MultiHeadLatentAttention mla = layer.on(from).mode(AttentionMode.ABSORBED).build();
                CachedSequence sequence = mla.open()) {
            mla.append(sequence, tokens(x, 0, 7));
            mla.cache().snapshot(sequence, file);
            rows = mla.cache().rows(sequence, 0);
            Layer.assertClose("here", mla.append(sequence, tokens(x, 7, 8)), layer.rows(expected, 7, 8));
        }
        try (MultiHeadLatentAttention mla = layer.on(to).mode(AttentionMode.EXPANDED).pageTokens(2).build();
                CachedSequence running = mla.open()) {
            mla.append(running, tokens(x, 0, 4));
            try (CachedSequence restored = mla.cache().restore(file)) {
                assertArrayEquals(rows, mla.cache().rows(restored, 0));
                Layer.assertClose("restored", mla.append(restored, tokens(x, 7, 10)), layer.rows(expected, 7, 10));
                Layer.assertClose("the one beside it", mla.append(running, tokens(x, 4, 6)),
                        layer.rows(expected, 4, 6));
            }
        }
    }
}
