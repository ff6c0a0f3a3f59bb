package org.tornadomla.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.golden.GoldenCheck;
import org.tornadomla.kernels.training.ExpertPlaces;
import org.tornadomla.mixture.MixtureConfig.Balance;
import org.tornadomla.mixture.MixtureConfig.Scoring;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.ManyCores;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The mixture against torch, and what goldens do not have: sigmoid scores, the bias, spared tokens, fewer tokens. */
class MixtureOfExpertsTest {

    private static final int TOKENS = 21;
    private static final MixtureConfig SIGMOID = MixtureConfig.plain(18, 7, 1, 6, 3).withScoring(Scoring.SIGMOID)
            .withDevices(3, 2);

    static Stream<Arguments> goldens() throws IOException {
        try (Stream<Path> files = Files.list(Goldens.folder("training").resolve("moe"))) {
            List<Path> cases = files.sorted().toList();
            return ManyCores.devices()
                    .flatMap(target -> cases.stream().map(file -> Arguments.of(target, file.getFileName(), file)));
        }
    }

    static Stream<Target> targets() {
        return ManyCores.devices();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("goldens")
    void agreesWithTorch(Target target, Path name, Path file) {
        GoldenCheck golden = GoldenCheck.read(file);
        GoldenCheck.Outcome outcome = golden.run(target);
        assertTrue(outcome.passes(golden.allowed()), name + ": " + outcome);
    }

    private static float[] tokens(MixtureConfig config, int count) {
        return Seeds.normal(11, count * config.hidden());
    }

    private static MixtureOfExperts module(MixtureConfig config, MixtureWeights weights, Target target) {
        return new MixtureOfExperts(config, weights, TOKENS, target);
    }

    private static Target any() {
        return TestTargets.list().getFirst();
    }

    private static double product(float[] y, float[] dY) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (double) y[i] * dY[i];
        }
        return sum;
    }

    /**
     * Differences of the module itself, by inputs and by the router's weights; a step of 2^-7 divides the roundings of
     * 32 bits, so three digits are right. The choice must stay the same for both sides.
     */
    @ParameterizedTest
    @MethodSource("targets")
    void sigmoidScoresHaveTheirGradients(Target target) {
        float step = 0x1p-7f;
        MixtureWeights weights = MixtureWeights.random(SIGMOID, 4);
        float[] x = tokens(SIGMOID, TOKENS);
        float[] dY = Seeds.normal(12, x.length);
        try (MixtureOfExperts module = module(SIGMOID, weights, target)) {
            module.forward(x);
            int[] chosen = module.chosen();
            MixtureGradients gradients = module.backward(dY);
            int compared = 0;
            for (int i = 0; i < x.length; i += 5) {
                float kept = x[i];
                x[i] = kept + step;
                double above = product(module.forward(x), dY);
                boolean same = Arrays.equals(chosen, module.chosen());
                x[i] = kept - step;
                double below = product(module.forward(x), dY);
                same &= Arrays.equals(chosen, module.chosen());
                x[i] = kept;
                if (same) {
                    assertEquals((above - below) / (2 * step), gradients.x()[i], 5e-3, "dx[" + i + "]");
                    compared++;
                }
            }
            assertTrue(compared > 50, compared + " inputs were compared");
            assertRouter(weights, gradients, x, dY, chosen, target);
        }
    }

    private static void assertRouter(MixtureWeights weights, MixtureGradients gradients, float[] x, float[] dY,
            int[] chosen, Target target) {
        float step = 0x1p-7f;
        int compared = 0;
        for (int i = 0; i < weights.router().length; i += 13) {
            double[] sides = new double[2];
            boolean same = true;
            for (int side = 0; side < 2; side++) {
                float[] router = weights.router().clone();
                router[i] += side == 0 ? step : -step;
                MixtureWeights moved = new MixtureWeights(router, weights.gate(), weights.up(), weights.down());
                try (MixtureOfExperts module = module(SIGMOID, moved, target)) {
                    sides[side] = product(module.forward(x), dY);
                    same &= Arrays.equals(chosen, module.chosen());
                }
            }
            if (same) {
                assertEquals((sides[0] - sides[1]) / (2 * step), gradients.weights().router()[i], 5e-3, "router " + i);
                compared++;
            }
        }
        assertTrue(compared > 2, compared + " weights were compared");
    }

    /** A bias that is moved step by step evens the loads out, and changes no weight of an expert. */
    @Test
    void theBiasBalances() {
        MixtureConfig config = SIGMOID.withDevices(1, 1);
        MixtureWeights weights = MixtureWeights.random(config, 5);
        float[] router = weights.router().clone();
        for (int i = 0; i < config.hidden(); i++) {
            router[i] *= 4;
        }
        MixtureWeights uneven = new MixtureWeights(router, weights.gate(), weights.up(), weights.down());
        float[] x = tokens(config, TOKENS);
        try (MixtureOfExperts module = module(config, uneven, any())) {
            module.forward(x);
            float[] scores = module.scores();
            int before = spread(module.loads());
            for (int i = 0; i < 100; i++) {
                module.updateBias(0.01);
                module.forward(x);
            }
            int after = spread(module.loads());
            assertTrue(after <= 4 && after < before, "loads spread by " + before + ", then by " + after);
            assertArrayEquals(scores, module.scores());
            assertTrue(Arrays.stream(module.bias()).anyMatch(added -> added != 0));
        }
    }

    private static int spread(int[] loads) {
        return Arrays.stream(loads).max().orElseThrow() - Arrays.stream(loads).min().orElseThrow();
    }

    /** Where a device has room for one pair, only spared tokens keep all of theirs. */
    @Test
    void sparedTokensAreNotDropped() {
        MixtureConfig config = MixtureConfig.plain(18, 7, 1, 6, 3).withCapacity(1);
        float[] x = tokens(config, TOKENS);
        boolean[] spared = new boolean[TOKENS];
        spared[4] = true;
        spared[TOKENS - 1] = true;
        try (MixtureOfExperts module = module(config, MixtureWeights.random(config, 6), any());
                MixtureOfExperts roomy = module(config.withCapacity(0), MixtureWeights.random(config, 6), any())) {
            float[] y = module.forward(x, spared);
            float[] whole = roomy.forward(x);
            int[] kept = module.kept();
            int[] chosen = module.chosen();
            float[] scores = module.scores();
            int best = 0;
            for (int pair = 1; pair < kept.length; pair++) {
                if (scores[pair / 3 * 6 + chosen[pair]] > scores[best / 3 * 6 + chosen[best]]) {
                    best = pair;
                }
            }
            // There is room for the best pair of all, and spared tokens take theirs besides.
            assertEquals(1, kept[best]);
            assertEquals(spared[best / 3] ? 6 : 7, Arrays.stream(kept).sum(), "pairs that are computed");
            for (int token = 0; token < TOKENS; token++) {
                int pairs = IntStream.range(token * 3, token * 3 + 3).map(pair -> kept[pair]).sum();
                assertTrue(spared[token] ? pairs == 3 : pairs <= 1, "token " + token + " keeps " + pairs);
                if (spared[token]) {
                    assertArrayEquals(Arrays.copyOfRange(whole, token * 18, token * 18 + 18),
                            Arrays.copyOfRange(y, token * 18, token * 18 + 18), 1e-6f);
                }
            }
        }
    }

    /** Tokens are computed alone as among others, and rows that are not there load nobody. */
    @Test
    void fewerTokensAreAsGood() {
        MixtureConfig config = MixtureConfig.plain(18, 7, 0, 6, 2);
        float[] x = tokens(config, TOKENS);
        try (MixtureOfExperts module = module(config, MixtureWeights.random(config, 7), any())) {
            float[] all = module.forward(x);
            assertEquals(2 * TOKENS, Arrays.stream(module.loads()).sum());
            float[] few = module.forward(Arrays.copyOf(x, 5 * 18));
            assertEquals(2 * 5, Arrays.stream(module.loads()).sum());
            assertArrayEquals(Arrays.copyOf(all, 5 * 18), few, 1e-6f);
            MixtureGradients gradients = module.backward(new float[5 * 18]);
            assertArrayEquals(new float[5 * 18], gradients.x());
            MixtureWeights read = module.weights();
            assertArrayEquals(MixtureWeights.random(config, 7).down(), read.down());
        }
    }

    /** Sigmoids of -100 are 0 in 32 bits: no expert counts then, and nothing is NaN. */
    @ParameterizedTest
    @MethodSource("targets")
    void scoresOfZeroWeighNothing(Target target) {
        MixtureConfig config = MixtureConfig.plain(18, 7, 0, 6, 3).withScoring(Scoring.SIGMOID);
        MixtureWeights weights = MixtureWeights.random(config, 9);
        Arrays.fill(weights.router(), -10f);
        float[] x = new float[TOKENS * 18];
        Arrays.fill(x, 1f);
        try (MixtureOfExperts module = module(config, weights, target)) {
            assertArrayEquals(new float[x.length], module.forward(x), 1e-9f);
            for (float slope : module.backward(x).x()) {
                assertTrue(Float.isFinite(slope), "a gradient is " + slope);
            }
        }
    }

    /** Without a capacity nobody looks at pairs of pairs, of which there would be 10^11 here. */
    @Test
    void pairsAreKeptWithoutLookingAtOthers() {
        int pairs = 1 << 19;
        IntArray sizes = IntArray.fromElements(pairs);
        IntArray kept = new IntArray(pairs);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ExpertPlaces.keep(new IntArray(pairs),
                new FloatArray(pairs), new IntArray(pairs), sizes, 0, 1, 1, 0, kept));
        assertEquals(pairs, Arrays.stream(kept.toHeapArray()).sum());
    }

    @Test
    void whatIsOfABatchNeedsOne() {
        MixtureConfig config = MixtureConfig.plain(18, 7, 1, 6, 3);
        try (MixtureOfExperts module = module(config, MixtureWeights.random(config, 8), any())) {
            for (Executable early : List.<Executable>of(module::losses, module::loads, module::chosen, module::kept,
                    module::scores, () -> module.updateBias(0.1))) {
                String message = assertThrows(ConfigurationException.class, early).getMessage();
                assertTrue(message.contains("call forward first"), message);
            }
            module.forward(new float[18]);
            module.losses();
        }
    }

    @Test
    void sizesThatNoArrayHoldsAreRefused() {
        for (Executable large : List.<Executable>of(() -> MixtureConfig.plain(1 << 16, 1 << 12, 0, 256, 2),
                () -> MixtureConfig.plain(1 << 30, 1, 0, 64, 2), () -> MixtureConfig.plain(8, 1 << 30, 4, 6, 2),
                () -> module(1 << 30, MixtureConfig.plain(8, 4, 0, 6, 2)))) {
            String message = assertThrows(ConfigurationException.class, large).getMessage();
            assertTrue(message.contains("must be at most"), message);
        }
    }

    private static MixtureOfExperts module(int tokens, MixtureConfig config) {
        return new MixtureOfExperts(config, MixtureWeights.random(config, 1), tokens, any());
    }

    @Test
    void misuseIsRefused() {
        assertThrows(ConfigurationException.class, () -> MixtureConfig.plain(8, 4, 1, 6, 7), "more than there are");
        assertThrows(ConfigurationException.class, () -> MixtureConfig.plain(8, 4, 1, 6, 2).withDevices(4, 1));
        assertThrows(ConfigurationException.class, () -> MixtureConfig.plain(8, 4, 1, 6, 3).withDevices(3, 1));
        assertThrows(ConfigurationException.class, () -> SIGMOID.withBalance(new Balance(0.1, 0, 0)));
        MixtureConfig config = MixtureConfig.plain(18, 7, 1, 6, 3);
        MixtureWeights weights = MixtureWeights.random(config, 8);
        assertThrows(ShapeException.class, () -> module(SIGMOID.withDevices(1, 1).withCapacity(3),
                new MixtureWeights(new float[3], weights.gate(), weights.up(), weights.down()), any()).close());
        try (MixtureOfExperts module = module(config, weights, any())) {
            assertThrows(ConfigurationException.class, () -> module.backward(new float[18]));
            assertThrows(ShapeException.class, () -> module.forward(new float[17]));
            assertThrows(ShapeException.class, () -> module.forward(new float[(TOKENS + 1) * 18]));
            module.forward(new float[18]);
            assertThrows(ShapeException.class, () -> module.backward(new float[36]));
        }
    }
}
