package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.SamplingException;

class SamplerTest {

    private static final float NEVER = Float.NEGATIVE_INFINITY;

    /** Probabilities of ln 1, ln 2, ln 3, ln 4: 0.1, 0.2, 0.3, 0.4. */
    private static final float[] TENTHS = {0, (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)};

    /** The logits are rounded to float32: relative error 2^-24 of values under 1.4. */
    private static final double TOLERANCE = 2e-7;

    private static double[] probabilities(int topK, double topP, double minP, float... logits) {
        return new Sampler(new SamplerConfig(1, topK, topP, minP, 1, 0)).probabilities(logits);
    }

    @Test
    void greedyTakesTheLargestAndOfEqualOnesTheLowerId() {
        Sampler sampler = new Sampler(SamplerConfig.greedy());
        assertEquals(2, sampler.next(new float[]{-1, 3, 4, 4, NEVER}));
        assertEquals(0, sampler.next(new float[]{-3e38f, -3e38f}));
        assertEquals(1, sampler.next(new float[]{NEVER, -3.4e38f}));
        assertArrayEquals(new double[]{0, 1, 0}, sampler.probabilities(new float[]{1, 2, 2}));
    }

    @Test
    void withoutFiltersTheSoftmaxStays() {
        assertArrayEquals(new double[]{0.1, 0.2, 0.3, 0.4}, probabilities(0, 1, 0, TENTHS), TOLERANCE);
    }

    @Test
    void temperatureDividesLogits() {
        double[] cold = new Sampler(SamplerConfig.sampling(0.5, 0)).probabilities(TENTHS);
        assertArrayEquals(new double[]{1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0}, cold, TOLERANCE);
    }

    @Test
    void topKKeepsTiesWithTheLast() {
        assertArrayEquals(new double[]{0, 0, 3 / 7.0, 4 / 7.0}, probabilities(2, 1, 0, TENTHS), TOLERANCE);
        assertArrayEquals(new double[]{0.25, 0.25, 0.5, 0}, probabilities(2, 1, 0, 0, 0, (float) Math.log(2), -1),
                TOLERANCE);
        assertArrayEquals(new double[]{0.1, 0.2, 0.3, 0.4}, probabilities(9, 1, 0, TENTHS), TOLERANCE);
    }

    @Test
    void topPKeepsTheTokenThatReachesTheShare() {
        assertArrayEquals(new double[]{0, 0, 0, 1}, probabilities(0, 0.39, 0, TENTHS), TOLERANCE);
        assertArrayEquals(new double[]{0, 0, 3 / 7.0, 4 / 7.0}, probabilities(0, 0.41, 0, TENTHS), TOLERANCE);
        assertArrayEquals(new double[]{0, 2 / 9.0, 3 / 9.0, 4 / 9.0}, probabilities(0, 0.71, 0, TENTHS), TOLERANCE);
        assertArrayEquals(new double[]{0, 0, 0, 1}, probabilities(0, 1e-300, 0, TENTHS), TOLERANCE);
    }

    @Test
    void topPCountsWhatTopKLeft() {
        // Of 3/7 and 4/7, the first alone has 0.571: enough for 0.5, though of all tokens it has 0.4 only.
        assertArrayEquals(new double[]{0, 0, 0, 1}, probabilities(2, 0.5, 0, TENTHS), TOLERANCE);
    }

    @Test
    void minPIsAShareOfTheLargest() {
        assertArrayEquals(new double[]{0, 2 / 9.0, 3 / 9.0, 4 / 9.0}, probabilities(0, 1, 0.49, TENTHS), TOLERANCE);
        assertArrayEquals(new double[]{0, 0, 0, 1}, probabilities(0, 1, 1, TENTHS), TOLERANCE);
    }

    @Test
    void penaltyDividesPositiveAndMultipliesNegativeLogitsOfTokensThatOccurred() {
        Sampler sampler = new Sampler(new SamplerConfig(0, 0, 1, 0, 2, 0));
        sampler.observe(0, 1, 99);
        assertEquals(2, sampler.next(new float[]{3.9f, -1, 2}));
        // Token 2 has occurred now.
        assertEquals(0, sampler.next(new float[]{2.4f, -1, 2}));
        assertEquals(3, sampler.next(new float[]{-1.1f, -1.2f, -1.3f, -2.1f}));
        assertEquals(1, sampler.next(new float[]{NEVER, -3e38f}));
    }

    @Test
    void equalLogitsAreEquallyLikely() {
        float[] equal = new float[1000];
        Arrays.fill(equal, -3e38f);
        double[] expected = new double[1000];
        Arrays.fill(expected, 0.001);
        assertArrayEquals(expected, probabilities(0, 1, 0, equal), 1e-15);
    }

    @Test
    void extremeLogitsNeitherOverflowNorDrawWhatIsExcluded() {
        float[] extreme = {NEVER, 3.4e38f, -3.4e38f, 3.4e38f, NEVER};
        for (double temperature : new double[]{1e-300, 1, 1e300}) {
            Sampler sampler = new Sampler(SamplerConfig.sampling(temperature, 4));
            double[] probabilities = sampler.probabilities(extreme);
            assertEquals(1, Arrays.stream(probabilities).sum(), 1e-15);
            assertEquals(probabilities[1], probabilities[3]);
            assertEquals(0, probabilities[0]);
            for (int i = 0; i < 50; i++) {
                assertTrue(extreme[sampler.next(extreme)] != NEVER);
            }
        }
    }

    @Test
    void sameSeedSameTokens() {
        float[] logits = new float[500];
        int[][] drawn = IntStream.of(7, 7, 8).mapToObj(seed -> new Sampler(SamplerConfig.sampling(1, seed)))
                .map(sampler -> IntStream.range(0, 40).map(i -> sampler.next(logits)).toArray()).toArray(int[][]::new);
        assertArrayEquals(drawn[0], drawn[1]);
        assertNotEquals(Arrays.toString(drawn[0]), Arrays.toString(drawn[2]));
    }

    /** The sequence of a seed is part of the contract: stored once, from this very class. */
    @Test
    void sequenceOfASeedStaysAcrossReleases() {
        Sampler sampler = new Sampler(SamplerConfig.sampling(1, 20));
        assertArrayEquals(SEQUENCE_OF_SEED_20, IntStream.range(0, 12).map(i -> sampler.next(new float[100])).toArray());
    }

    /** 100 u for the first 12 numbers of SplittableRandom(20), rounded down. */
    private static final int[] SEQUENCE_OF_SEED_20 = {21, 1, 25, 36, 10, 17, 82, 31, 8, 34, 12, 77};

    /** 20,000 draws: each share within five standard deviations, sqrt(p (1 - p) / n), of its probability. */
    @Test
    void sharesOfDrawnTokensAreTheProbabilities() {
        int draws = 20_000;
        Sampler sampler = new Sampler(SamplerConfig.sampling(1, 11));
        int[] counts = new int[4];
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(TENTHS)]++;
        }
        for (int id = 0; id < 4; id++) {
            double p = (id + 1) / 10.0;
            assertEquals(p, counts[id] / (double) draws, 5 * Math.sqrt(p * (1 - p) / draws), "token " + id);
        }
    }

    @Test
    void unusableLogitsAreNamed() {
        for (SamplerConfig config : new SamplerConfig[]{SamplerConfig.greedy(), SamplerConfig.sampling(1, 0)}) {
            Sampler sampler = new Sampler(config);
            var nan = assertThrows(SamplingException.class, () -> sampler.next(new float[]{1, Float.NaN}));
            assertTrue(nan.getMessage().startsWith("logit 1 of 2 is NaN"), nan.getMessage());
            assertThrows(SamplingException.class, () -> sampler.next(new float[]{Float.POSITIVE_INFINITY, 1}));
            assertThrows(SamplingException.class, () -> sampler.next(new float[]{NEVER, NEVER}));
            assertThrows(SamplingException.class, () -> sampler.next(new float[0]));
        }
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        assertRefused("temperature", () -> new SamplerConfig(-0.1, 0, 1, 0, 1, 0));
        assertRefused("temperature", () -> new SamplerConfig(Double.NaN, 0, 1, 0, 1, 0));
        assertRefused("top-k", () -> new SamplerConfig(1, -1, 1, 0, 1, 0));
        assertRefused("top-p", () -> new SamplerConfig(1, 0, 0, 0, 1, 0));
        assertRefused("top-p", () -> new SamplerConfig(1, 0, 1.1, 0, 1, 0));
        assertRefused("min-p", () -> new SamplerConfig(1, 0, 1, 1.1, 1, 0));
        assertRefused("repetition penalty", () -> new SamplerConfig(1, 0, 1, 0, 0, 0));
    }

    private static void assertRefused(String option, Runnable construction) {
        var e = assertThrows(ConfigurationException.class, construction::run);
        assertTrue(e.getMessage().startsWith(option), e.getMessage());
    }
}
