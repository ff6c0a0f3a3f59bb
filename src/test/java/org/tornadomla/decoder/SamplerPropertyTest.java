package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds for the sampler's probabilities whatever the logits are. */
class SamplerPropertyTest {

    @Provide
    Arbitrary<float[]> logits() {
        Arbitrary<Float> ordinary = Arbitraries.integers().between(-80, 80).map(n -> n / 8f);
        Arbitrary<Float> extreme = Arbitraries.of(Float.NEGATIVE_INFINITY, -3.4e38f, 3.4e38f, 0f);
        return Arbitraries.frequencyOf(Tuple.of(9, ordinary), Tuple.of(1, extreme)).array(Float[].class).ofMinSize(1)
                .ofMaxSize(40)
                .filter(values -> Arrays.stream(values).anyMatch(value -> value > Float.NEGATIVE_INFINITY))
                .map(values -> {
                    float[] logits = new float[values.length];
                    IntStream.range(0, logits.length).forEach(i -> logits[i] = values[i]);
                    return logits;
                });
    }

    /** Every filter alone and together keeps a distribution, the best token, and the order of the logits. */
    @Property(tries = 300, seed = "31", edgeCases = EdgeCasesMode.NONE)
    void filtersKeepADistribution(@ForAll("logits") float[] logits, @ForAll @IntRange(max = 45) int topK,
            @ForAll @DoubleRange(min = 0.01, max = 1) double topP, @ForAll @DoubleRange(max = 1) double minP,
            @ForAll @DoubleRange(min = 0.1, max = 4) double temperature) {
        double[] p = new Sampler(new SamplerConfig(temperature, topK, topP, minP, 1, 0)).probabilities(logits);
        assertEquals(1, Arrays.stream(p).sum(), 1e-12);
        int best = new Sampler(SamplerConfig.greedy()).next(logits);
        for (int i = 0; i < p.length; i++) {
            assertTrue(p[i] >= 0 && p[i] <= p[best]);
            for (int j = 0; j < p.length; j++) {
                assertTrue(logits[i] <= logits[j] || p[i] >= p[j], "a larger logit is less likely");
            }
        }
    }

    /**
     * The filters as transformers defines them, written down again the slow way: ascending order, tail of 1 - p off.
     */
    @Property(tries = 300, seed = "32", edgeCases = EdgeCasesMode.NONE)
    void filtersAreThoseOfTransformers(@ForAll("logits") float[] logits, @ForAll @IntRange(min = 1, max = 45) int topK,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double topP, @ForAll @DoubleRange(max = 1) double minP) {
        double[] scores = new double[logits.length];
        Arrays.setAll(scores, i -> logits[i]);
        double[] descending = Arrays.stream(scores).map(s -> -s).sorted().map(s -> -s).toArray();
        double kth = descending[Math.min(topK, scores.length) - 1];
        Arrays.setAll(scores, i -> scores[i] < kth ? Double.NEGATIVE_INFINITY : scores[i]);

        double[] p = softmax(scores);
        // Descending ids first, so that of equal tokens the higher id is the first to go.
        int[] ascending = IntStream.range(0, p.length).map(i -> p.length - 1 - i).boxed()
                .sorted((a, b) -> Double.compare(p[a], p[b])).mapToInt(Integer::intValue).toArray();
        double tail = 0;
        for (int i = 0; i < ascending.length - 1; i++) {
            tail += p[ascending[i]];
            // A tail within rounding of the limit may fall on either side: such samples say nothing.
            if (Math.abs(tail - (1 - topP)) < 1e-12) {
                return;
            }
            if (tail <= 1 - topP) {
                scores[ascending[i]] = Double.NEGATIVE_INFINITY;
            }
        }
        double[] q = softmax(scores);
        double largest = Arrays.stream(q).max().getAsDouble();
        if (Arrays.stream(q).anyMatch(value -> Math.abs(value - minP * largest) < 1e-12 && value > 0)) {
            return;
        }
        Arrays.setAll(scores, i -> q[i] < minP * largest ? Double.NEGATIVE_INFINITY : scores[i]);
        assertArrayEquals(softmax(scores),
                new Sampler(new SamplerConfig(1, topK, topP, minP, 1, 0)).probabilities(logits), 1e-12);
    }

    private static double[] softmax(double[] scores) {
        double largest = Arrays.stream(scores).max().getAsDouble();
        double[] p = Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(value -> value / sum).toArray();
    }
}
