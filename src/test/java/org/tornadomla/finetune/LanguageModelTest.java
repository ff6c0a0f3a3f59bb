package org.tornadomla.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.ManyCores;
import org.tornadomla.testing.TestTargets;

/** Whole models on a tape: logits, losses and gradients against the reference in double precision. */
class LanguageModelTest {

    private static final int LENGTH = 19;
    /** Two layers in single precision. */
    private static final double TOLERANCE = 5e-5;
    /** Differences of losses in double precision, of gradients in single precision. */
    private static final double GRADIENTS = 2e-4;
    /** Numbers of each tensor whose gradient is compared. */
    private static final int COMPARED = 5;

    static Stream<Arguments> models() {
        return ManyCores.devices().flatMap(target -> SmallModels.ALL.stream().map(json -> Arguments.of(target, json)));
    }

    private static FineTuningOptions options(int rank) {
        return new FineTuningOptions(10, 2, LENGTH, 0.01, 2, 5, rank, 0);
    }

    private static int[][] windows(ModelConfig model) {
        SplittableRandom random = new SplittableRandom(8);
        return new int[][]{random.ints(LENGTH + 1, 0, model.vocabSize()).toArray(),
            random.ints(LENGTH + 1, 0, model.vocabSize()).toArray()};
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsAndGradientsAreThoseOfTheReference(Target target, String json) {
        ModelConfig config = SmallModels.config(json);
        Map<String, float[]> values = SmallModels.values(config);
        int[][] windows = windows(config);
        try (LanguageModel model = new LanguageModel(config, SmallModels.source(values), options(0), target)) {
            assertEquals(SmallModels.loss(config, values, windows), model.train(windows, 1e-3), TOLERANCE);
            for (int window = 0; window < windows.length; window++) {
                Comparer.assertClose("logits of window " + window, model.logits(window),
                        SmallModels.logits(config, values, windows[window]), TOLERANCE);
            }
            Map<String, float[]> gradients = model.gradients();
            // The bias of the choice has no gradient: it never weighs.
            assertEquals(config.weights().keySet().stream().filter(name -> !name.endsWith("correction_bias")).toList(),
                    gradients.keySet().stream()
                            .sorted(Comparator.comparing(config.weights().keySet().stream().toList()::indexOf))
                            .toList());
            gradients.forEach((name, gradient) -> differences(config, values, windows, name, gradient));
        }
    }

    /** Some numbers of each gradient, as a fraction of the largest one. */
    private static void differences(ModelConfig config, Map<String, float[]> values, int[][] windows, String name,
            float[] gradient) {
        double largest = 0;
        for (float number : gradient) {
            largest = Math.max(largest, Math.abs(number));
        }
        float[] tensor = values.get(name);
        for (int i = 0; i < COMPARED; i++) {
            int at = (int) ((i + 0.5) * tensor.length / COMPARED);
            float kept = tensor[at];
            float step = 1f / 65536;
            tensor[at] = kept + step;
            double above = tensor[at];
            double loss = SmallModels.loss(config, values, windows);
            tensor[at] = kept - step;
            double difference = (loss - SmallModels.loss(config, values, windows)) / (above - tensor[at]);
            tensor[at] = kept;
            assertEquals(difference, gradient[at], GRADIENTS * Math.max(largest, 0.01), name + " at " + at);
        }
    }

    /** What adapters add is in the tensors that they are merged into, and nothing else has moved. */
    @ParameterizedTest
    @MethodSource("models")
    void mergedAdaptersComputeWhatWasTrained(Target target, String json) {
        ModelConfig config = SmallModels.config(json);
        Map<String, float[]> values = SmallModels.values(config);
        int[][] windows = windows(config);
        Map<String, float[]> merged;
        double loss;
        double first;
        try (LanguageModel model = new LanguageModel(config, SmallModels.source(values), options(3), target)) {
            first = model.train(windows, 0.01);
            for (int step = 0; step < 20; step++) {
                model.train(windows, 0.01);
            }
            loss = model.loss(windows);
            merged = model.tensors();
        }
        assertEquals(SmallModels.loss(config, values, windows), first, TOLERANCE);
        assertTrue(loss < first - 0.01, first + " to " + loss);
        Map<String, float[]> all = new HashMap<>(values);
        all.putAll(merged);
        assertEquals(SmallModels.loss(config, all, windows), loss, TOLERANCE);
        values.forEach((name,
                given) -> assertEquals(name.contains("self_attn") && given.length > 20 && name.endsWith("proj.weight")
                        || name.contains("with_mqa.weight"), !Arrays.equals(given, all.get(name)), name));
    }

    /** The loss that spreads tokens over experts moves the router and what is before it. */
    @Test
    void balanceReachesTheRouter() {
        ModelConfig config = SmallModels.config(SmallModels.GROUPS);
        Map<String, float[]> values = SmallModels.values(config);
        int[][] windows = windows(config);
        FineTuningOptions balanced = new FineTuningOptions(10, 2, LENGTH, 0.01, 2, 5, 0, 1);
        String router = "model.layers.1.mlp.gate.weight";
        Target target = TestTargets.list().getFirst();
        try (LanguageModel plain = new LanguageModel(config, SmallModels.source(values), options(0), target);
                LanguageModel model = new LanguageModel(config, SmallModels.source(values), balanced, target)) {
            assertEquals(plain.train(windows, 1e-3), model.train(windows, 1e-3));
            assertTrue(!Arrays.equals(plain.gradients().get(router), model.gradients().get(router)));
        }
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(SmallModels.SIGMOID.replace("\"n_group\": 1", "\"n_group\": 3"),
                        "deepseek_v3 ranks groups of experts by their two best ones (topk_method noaux_tc with"
                                + " topk_group 1 of n_group 3), which training does not cover"),
                Arguments.of(SmallModels.SCALED, "minicpm3 has factors on embedding, blocks or logits"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsNotCoveredIsRefusedByName(String json, String message) {
        ModelConfig config = SmallModels.config(json);
        MlaException told = assertThrows(ConfigurationException.class, () -> new LanguageModel(config,
                SmallModels.source(Map.of()), options(0), TestTargets.list().getFirst()));
        assertTrue(told.getMessage().contains(message), told.getMessage());
    }
}
