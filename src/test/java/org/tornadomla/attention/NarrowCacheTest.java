package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.cache.PageOrder;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.LatentRows;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/**
 * A module whose cache holds numbers of 16 or 8 bits. What it attends to are the rounded rows, in 32-bit arithmetic, so
 * on those rows it agrees with the reference as closely as any other module.
 */
class NarrowCacheTest {

    private static final int PROMPT = 19;
    private static final int LENGTH = 22;
    private static final int POISON = 0x7FC07FC0;
    /** Half the distance from 1 to the next bfloat16: the largest relative error of a rounding. */
    private static final double ROUNDING = 0x1p-8;
    /** The largest error of a latent's number in 8 bits, of the largest of its block. */
    private static final double HALF_STEP = 0.5 / 127 * (1 + ROUNDING);

    private final Layer layer = Layer.of(Layer.WIDE);
    private final float[] x = layer.tokens(LENGTH, 3);

    static Stream<Arguments> targetsAndModes() {
        return TestTargets.all().flatMap(target -> Stream.of(AttentionMode.values()).flatMap(
                mode -> Stream.of(CacheType.BF16, CacheType.INT8).map(type -> Arguments.of(target, mode, type))));
    }

    private AttentionBuilder on(Target target, AttentionMode mode, CacheType type) {
        return layer.on(target).mode(mode).cacheType(type);
    }

    private static void poison(MultiHeadLatentAttention mla) {
        switch (mla.cache().pool(0)) {
            case LayerPool.Float32 floats -> floats.rows().getArray().init(Float.NaN);
            case LayerPool.Bfloat16 pairs -> pairs.rows().getArray().init(POISON);
            case LayerPool.Int8 numbers -> numbers.rows().getArray().init(POISON);
        }
    }

    private Tokens tokens(int from, int to) {
        return Tokens.of(1, to - from, layer.rows(x, from, to));
    }

    /** What the tokens must give when they attend to the rows that the cache holds. */
    private double[] onCachedRows(float[] tokens, MultiHeadLatentAttention mla, CachedSequence sequence) {
        float[] rows = mla.cache().rows(sequence, 0);
        int rank = layer.config().kvLoraRank();
        int width = rank + layer.config().qkRopeHeadDim();
        int count = rows.length / width;
        double[] latents = new double[count * rank];
        double[] keys = new double[rows.length - latents.length];
        for (int i = 0; i < rows.length; i++) {
            int row = i / width;
            if (i % width < rank) {
                latents[row * rank + i % width] = rows[i];
            } else {
                keys[row * (width - rank) + i % width - rank] = rows[i];
            }
        }
        return layer.reference().attend(Comparer.widen(tokens), Seeds.range(0, count), new LatentRows(latents, keys),
                ScoreMask.causal(0), AttentionReference.Form.EXPANDED);
    }

    /** A prompt, then token by token, with pages of any size in any order and NaN wherever nothing was written. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("targetsAndModes")
    void agreesWithTheReferenceOnTheRowsThatItHolds(Target target, AttentionMode mode, CacheType type) {
        for (int page : new int[]{1, 16, 64}) {
            try (MultiHeadLatentAttention mla = on(target, mode, type).pageTokens(page).cacheTokens(2 * 64)
                    .pageOrder(PageOrder.shuffled(page)).build()) {
                poison(mla);
                try (CachedSequence before = mla.open(); CachedSequence sequence = mla.open()) {
                    mla.append(before, tokens(0, 3));
                    float[] y = mla.append(sequence, tokens(0, PROMPT));
                    for (int length = PROMPT; length < LENGTH; length++) {
                        y = Layer.join(y, mla.append(sequence, tokens(length, length + 1)));
                    }
                    Layer.assertClose("pages of " + page, y, onCachedRows(x, mla, sequence));
                }
            }
        }
    }

    /** A number is off by the rounding, and by what 32-bit arithmetic leaves, of which a rounding may make one more. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("targetsAndModes")
    void rowsAreThoseOfTheReferenceRounded(Target target, AttentionMode mode, CacheType type) {
        LatentRows exact = layer.reference().project(Comparer.widen(x), Seeds.range(0, LENGTH));
        try (MultiHeadLatentAttention mla = on(target, mode, type).build(); CachedSequence sequence = mla.open()) {
            mla.append(sequence, tokens(0, LENGTH));
            float[] rows = mla.cache().rows(sequence, 0);
            int rank = layer.config().kvLoraRank();
            int width = rank + layer.config().qkRopeHeadDim();
            double worst = 0;
            for (int i = 0; i < rows.length; i++) {
                int row = i / width;
                int column = i % width;
                double expected = column < rank
                        ? exact.latents()[row * rank + column]
                        : exact.rotaryKeys()[row * (width - rank) + column - rank];
                double allowed = type == CacheType.INT8 && column < rank
                        ? HALF_STEP * largest(exact.latents(), row * rank + column / 64 * 64, (row + 1) * rank)
                        : ROUNDING * Math.abs(expected);
                double error = Math.abs(rows[i] - expected);
                assertTrue(error <= allowed + 1e-5,
                        "row " + row + "[" + column + "] is " + rows[i] + " for " + expected);
                if (type == CacheType.BF16) {
                    assertEquals(0, Float.floatToRawIntBits(rows[i]) & 0xFFFF, "a bfloat16 has no lower half");
                }
                worst = Math.max(worst, error / allowed);
            }
            assertTrue(worst > 0.5, "nothing was rounded: " + worst);
        }
    }

    static Stream<Arguments> narrow() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(CacheType.BF16, CacheType.INT8).map(type -> Arguments.of(target, type)));
    }

    /** What a row of NaN leaves in the cache is NaN, and the rows beside it are as they are without it. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("narrow")
    void aTokenOfNaNLeavesNoNumbers(Target target, CacheType type) {
        float[] spoiled = layer.rows(x, 0, 3);
        int hidden = spoiled.length / 3;
        Arrays.fill(spoiled, hidden, 2 * hidden, Float.NaN);
        try (MultiHeadLatentAttention mla = on(target, AttentionMode.ABSORBED, type).build();
                CachedSequence sequence = mla.open();
                CachedSequence whole = mla.open()) {
            mla.append(sequence, Tokens.of(1, 3, spoiled));
            mla.append(whole, tokens(0, 3));
            float[] rows = mla.cache().rows(sequence, 0);
            float[] expected = mla.cache().rows(whole, 0);
            Arrays.fill(expected, rows.length / 3, rows.length / 3 * 2, Float.NaN);
            assertArrayEquals(expected, rows);
        }
    }

    private static double largest(double[] numbers, int from, int end) {
        double largest = 0;
        for (int i = from; i < Math.min(end, from + 64); i++) {
            largest = Math.max(largest, Math.abs(numbers[i]));
        }
        return largest;
    }

    /**
     * Rounded latents change values by up to 2^-8 of themselves, and scores, which are below 1 here, by up to 2^-8 too,
     * and so weights by twice that: three roundings, of the largest value. A number in 8 bits is off by no more than
     * that of the largest of its block. An error far below shows that nothing was rounded.
     */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("targetsAndModes")
    void decodingStaysNearARunWithoutCache(Target target, AttentionMode mode, CacheType type) {
        double[] expected = layer.expected(x, ScoreMask.causal(0));
        try (MultiHeadLatentAttention mla = on(target, mode, type).build(); CachedSequence sequence = mla.open()) {
            float[] y = mla.append(sequence, tokens(0, 2));
            for (int length = 2; length < LENGTH; length++) {
                y = Layer.join(y, mla.append(sequence, tokens(length, length + 1)));
            }
            double error = Comparer.compare(Comparer.widen(y), expected).relative();
            assertTrue(error < 3 * ROUNDING, "error " + error);
            assertTrue(error > 1e-4, "error " + error + " is that of a cache in 32-bit numbers");
        }
    }

    /** Fork in the middle of a page: the rows that are taken along are the same bits, and both go on by themselves. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("targetsAndModes")
    void forksTakeTheirRowsAlong(Target target, AttentionMode mode, CacheType type) {
        float[] other = Layer.join(layer.rows(x, 0, 6), layer.tokens(2, 4));
        try (MultiHeadLatentAttention mla = on(target, mode, type).build(); CachedSequence one = mla.open()) {
            poison(mla);
            float[] start = mla.append(one, tokens(0, 6));
            float[] shared = mla.cache().rows(one, 0);
            try (CachedSequence fork = mla.cache().fork(one)) {
                float[] y = mla.append(List.of(one, fork),
                        Tokens.of(2, 2, Layer.join(layer.rows(x, 6, 8), layer.rows(other, 6, 8))));
                for (CachedSequence each : List.of(one, fork)) {
                    assertArrayEquals(shared, Arrays.copyOf(mla.cache().rows(each, 0), shared.length));
                }
                Layer.assertClose("the forked", Layer.join(start, layer.rows(y, 0, 2)),
                        onCachedRows(layer.rows(x, 0, 8), mla, one));
                Layer.assertClose("the fork", Layer.join(start, layer.rows(y, 2, 4)), onCachedRows(other, mla, fork));
            }
        }
    }

    static Stream<Arguments> pairs() {
        return TestTargets.all().flatMap(from -> TestTargets.all()
                .flatMap(to -> Stream.of(CacheType.BF16, CacheType.INT8).map(type -> Arguments.of(from, to, type))));
    }

    /** Written absorbed on one device, read expanded on another: the same rows, the same answer. */
    @ParameterizedTest(name = "{0} to {1} {2}")
    @MethodSource("pairs")
    void bothWaysOfAttendingAgreeOnOneSnapshot(Target from, Target to, CacheType type, @TempDir Path folder) {
        Path file = folder.resolve("sequence");
        float[] rows;
        float[] absorbed;
        try (MultiHeadLatentAttention mla = on(from, AttentionMode.ABSORBED, type).build();
                CachedSequence sequence = mla.open()) {
            mla.append(sequence, tokens(0, PROMPT));
            mla.cache().snapshot(sequence, file);
            rows = mla.cache().rows(sequence, 0);
            absorbed = mla.append(sequence, tokens(PROMPT, PROMPT + 1));
        }
        try (MultiHeadLatentAttention mla = on(to, AttentionMode.EXPANDED, type).pageTokens(2).build();
                CachedSequence restored = mla.cache().restore(file)) {
            assertArrayEquals(rows, mla.cache().rows(restored, 0));
            float[] expanded = mla.append(restored, tokens(PROMPT, PROMPT + 1));
            // The new row may be rounded the other way where devices differ in a float's last place: one of 20 rows,
            // one number of 55.
            Comparer.assertClose("expanded", expanded, absorbed, from.equals(to) ? Layer.TOLERANCE : ROUNDING / 20);
        }
    }

    @Test
    void missingTypeIsRefused() {
        AttentionBuilder builder = layer.on(TestTargets.list().getFirst()).cacheType(null);
        ConfigurationException refusal = assertThrows(ConfigurationException.class, builder::build);
        assertTrue(refusal.getMessage().contains("cacheType is missing, must be one of [F32, BF16, INT8]"),
                refusal.getMessage());
    }
}
