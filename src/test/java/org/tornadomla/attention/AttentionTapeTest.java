package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;
import org.tornadomla.golden.GoldenCheck;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.ManyCores;

/** Layers that are trained: against torch's gradients, and against differences of the module itself. */
class AttentionTapeTest {

    static Stream<Arguments> goldens() throws IOException {
        try (Stream<Path> files = Files.list(Goldens.folder("training").resolve("mla"))) {
            List<Path> cases = files.sorted().toList();
            return ManyCores.devices()
                    .flatMap(target -> cases.stream().map(file -> Arguments.of(target, file.getFileName(), file)));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("goldens")
    void agreesWithTorch(Target target, Path name, Path file) {
        GoldenCheck golden = GoldenCheck.read(file);
        GoldenCheck.Outcome outcome = golden.run(target);
        assertTrue(outcome.passes(golden.allowed()), name + ": " + outcome);
    }

    private static final int BATCH = 2;
    private static final int TOKENS = 5;

    /** Norms, biases, factors, no compressed query in one of them, and both other layouts of pairs. */
    static Stream<MlaConfig> configs() {
        MlaConfig.Builder builder = MlaConfig.builder().hiddenSize(24).numHeads(3).kvLoraRank(10).qkNopeHeadDim(6)
                .qkRopeHeadDim(4).vHeadDim(5).attentionBias(true);
        return Stream.of(
                builder.qLoraRank(9).queryScale(1.25).latentScale(0.75).rope(RopeConfig.plain(100, RopeLayout.HALVES))
                        .build(),
                builder.qLoraRank(0).queryScale(1).rope(RopeConfig.plain(100, RopeLayout.EVENS_THEN_ODDS)).build());
    }

    private static Tokens tokens(MlaConfig config) {
        return Tokens.of(BATCH, TOKENS, Seeds.normal(5, BATCH * TOKENS * config.hiddenSize())).withLengths(4, TOKENS)
                .withWindow(3).withPositions(3, 1, 4, 1, 5, 9, 2, 6, 5, 3);
    }

    private static MultiHeadLatentAttention module(MlaConfig config, MlaWeights weights) {
        return MultiHeadLatentAttention.builder(config).weights(weights).target(jvm()).cacheTokens(128).roundTokens(16)
                .trainable().build();
    }

    private static Target jvm() {
        return Targets.all().getFirst();
    }

    private static MultiHeadLatentAttention module(MlaConfig config) {
        return MultiHeadLatentAttention.builder(config).seed(3).target(jvm()).cacheTokens(128).roundTokens(16)
                .trainable().build();
    }

    private static double product(float[] y, float[] dY) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (double) y[i] * dY[i];
        }
        return sum;
    }

    /**
     * Results of 32 bits are within some 1e-6 of right ones of magnitude 1, and a step of 1e-2 divides that: so
     * differences are good for three digits, and each gradient is held to 2e-3 of its largest number.
     */
    @ParameterizedTest
    @MethodSource("configs")
    void agreesWithDifferencesOfTheModule(MlaConfig config) {
        Tokens x = tokens(config);
        float[] dY = Seeds.normal(6, x.values().length);
        try (MultiHeadLatentAttention module = module(config); AttentionTape tape = module.tape(BATCH, TOKENS)) {
            assertArrayEquals(module.forward(x), tape.forward(x), 1e-5f);
            AttentionGradients gradients = tape.backward(dY);
            float[] padding = new float[config.hiddenSize()];
            assertArrayEquals(padding, Arrays.copyOfRange(gradients.x(), 4 * padding.length, 5 * padding.length),
                    "what stands behind a row's length has no gradient");
            gradients.weights().forEach((name, gradient) -> {
                float[] values = TapeWeightsOf.numbers(tape.weights(), name);
                double largest = IntStream.range(0, gradient.length).mapToDouble(i -> Math.abs(gradient[i])).max()
                        .orElseThrow();
                for (int i = 0; i < values.length; i += Math.max(1, values.length / 5)) {
                    double difference = difference(tape, x, dY, name, values, i);
                    assertTrue(Math.abs(difference - gradient[i]) <= 2e-3 * largest, name + "[" + i + "] is "
                            + gradient[i] + ", differences give " + difference + ", the largest is " + largest);
                }
            });
        }
    }

    private static double difference(AttentionTape tape, Tokens x, float[] dY, String name, float[] values, int at) {
        float kept = values[at];
        float step = 0x1p-6f;
        values[at] = kept + step;
        tape.set(name, values);
        double above = product(tape.forward(x), dY);
        values[at] = kept - step;
        tape.set(name, values);
        double below = product(tape.forward(x), dY);
        values[at] = kept;
        tape.set(name, values);
        return (above - below) / (2 * step);
    }

    /** Weights that were set are those of a module that is built of them, and the same work gives the same bits. */
    @Test
    void weightsComeBackAndResultsRepeat() {
        MlaConfig config = configs().findFirst().orElseThrow();
        Tokens x = tokens(config);
        float[] dY = Seeds.normal(7, x.values().length);
        try (MultiHeadLatentAttention module = module(config); AttentionTape tape = module.tape(BATCH, TOKENS)) {
            tape.forward(x);
            float[] first = tape.backward(dY).weight("kv_b_proj.weight");
            tape.forward(x);
            assertArrayEquals(first, tape.backward(dY).weight("kv_b_proj.weight"), "bits of a second run");
            float[] moved = TapeWeightsOf.numbers(tape.weights(), "kv_b_proj.weight");
            for (int i = 0; i < moved.length; i++) {
                moved[i] -= 0.1f * first[i];
            }
            tape.set("kv_b_proj.weight", moved);
            assertArrayEquals(moved, TapeWeightsOf.numbers(tape.weights(), "kv_b_proj.weight"));
            try (MultiHeadLatentAttention other = module(config, tape.weights())) {
                assertArrayEquals(other.forward(x), tape.forward(x), 1e-5f);
            }
        }
    }

    @Test
    void misuseIsRefused() {
        MlaConfig config = configs().findFirst().orElseThrow();
        Tokens x = tokens(config);
        try (MultiHeadLatentAttention module = module(config); AttentionTape tape = module.tape(BATCH, TOKENS)) {
            assertThrows(ConfigurationException.class, () -> tape.backward(new float[0]), "nothing was computed");
            tape.forward(x);
            assertThrows(ShapeException.class, () -> tape.backward(new float[3]));
            tape.backward(x.values());
            assertThrows(ConfigurationException.class, () -> tape.backward(x.values()), "a second time");
            assertThrows(ShapeException.class, () -> tape.forward(x, x), "a context");
            assertThrows(ShapeException.class,
                    () -> tape.forward(Tokens.of(1, TOKENS, new float[TOKENS * config.hiddenSize()])));
            assertThrows(ShapeException.class, () -> tape.set("kv_b_proj.weight", new float[2]));
            ShapeException unknown = assertThrows(ShapeException.class, () -> tape.set("w", new float[2]));
            assertTrue(unknown.getMessage().contains("kv_b_proj.weight"), unknown.getMessage());
            assertThrows(ConfigurationException.class, () -> module.tape(1, 1 << 20), "more tokens than positions");
            assertEquals(config, module.config());
        }
    }

    /** A module holds what it was built of only where tapes are asked for. */
    @Test
    void aModuleThatIsNotTrainableMakesNoTape() {
        MlaConfig config = MlaConfig.card(32, 2, 32, 16, 8, 8);
        try (MultiHeadLatentAttention module = MultiHeadLatentAttention.builder(config).seed(3).target(jvm())
                .cacheTokens(16).build()) {
            String message = assertThrows(ConfigurationException.class, () -> module.tape(1, 4)).getMessage();
            assertTrue(message.contains("trainable()"), message);
        }
    }
}
