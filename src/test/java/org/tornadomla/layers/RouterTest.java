package org.tornadomla.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Routing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The choice of experts on every device, against the reference and against the values of faults that others shipped.
 */
class RouterTest {

    /** Single precision: scores are a few roundings from the reference's. */
    private static final double TOLERANCE = 2e-6;

    private record Chosen(int[] experts, float[] weights) {
    }

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    static Stream<Arguments> configurations() {
        List<MoeConfig> configs = List.of(moe(8, 2, 1, 1, TopkMethod.GREEDY, false, 1),
                moe(1, 1, 1, 1, TopkMethod.GREEDY, true, 1), moe(7, 7, 1, 1, TopkMethod.GREEDY, true, 2.5),
                moe(65, 6, 1, 1, TopkMethod.GREEDY, false, 16),
                moe(24, 5, 4, 2, TopkMethod.GROUP_LIMITED_GREEDY, false, 1.5),
                moe(6, 2, 6, 3, TopkMethod.GROUP_LIMITED_GREEDY, true, 1),
                moe(32, 8, 8, 4, TopkMethod.NOAUX_TC, true, 2.5), moe(33, 3, 3, 1, TopkMethod.NOAUX_TC, false, 1));
        return TestTargets.all().flatMap(target -> configs.stream()
                .flatMap(config -> IntStream.of(1, 2, 37).mapToObj(tokens -> Arguments.of(target, config, tokens))));
    }

    private static MoeConfig moe(int experts, int perToken, int groups, int topGroups, TopkMethod method, boolean norm,
            double scale) {
        return MoeConfig.builder().nRoutedExperts(experts).numExpertsPerTok(perToken).nSharedExperts(2)
                .moeIntermediateSize(32).nGroup(groups).topkGroup(topGroups).topkMethod(method)
                .scoring(method == TopkMethod.NOAUX_TC ? Scoring.SIGMOID : Scoring.SOFTMAX).normTopkProb(norm)
                .routedScalingFactor(scale).build();
    }

    @ParameterizedTest(name = "{0} {1} {2} tokens")
    @MethodSource("configurations")
    void choosesWhatTheReferenceChooses(Target target, MoeConfig config, int tokens) {
        int experts = config.nRoutedExperts();
        int perToken = config.numExpertsPerTok();
        float[] logits = Seeds.normal(31L * experts + tokens, tokens * experts);
        float[] bias = config.hasSelectionBias() ? Seeds.normal(5, experts, 0.3) : null;
        Chosen chosen = route(target, config, logits, bias);
        for (int token = 0; token < tokens; token++) {
            double[] row = new double[experts];
            for (int e = 0; e < experts; e++) {
                row[e] = logits[token * experts + e];
            }
            Routing.Chosen expected = Routing.route(row, bias, config);
            int at = token * (perToken + 2);
            assertArrayEquals(expected.experts(), Arrays.copyOfRange(chosen.experts, at, at + perToken),
                    "token " + token);
            for (int k = 0; k < perToken; k++) {
                assertEquals(expected.weights()[k], chosen.weights[at + k], TOLERANCE * config.routedScalingFactor());
            }
            for (int shared = 0; shared < 2; shared++) {
                assertEquals(experts + shared, chosen.experts[at + perToken + shared]);
                assertEquals(1f, chosen.weights[at + perToken + shared]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fieldFault12TheBiasChoosesButDoesNotWeigh(Target target) {
        MoeConfig config = moe(4, 2, 1, 1, TopkMethod.NOAUX_TC, true, 2.5);
        Chosen chosen = route(target, config, sigmoidLogits(.9, .8, .1, .2), new float[]{0, 0, .85f, 0});
        assertArrayEquals(new int[]{2, 0}, Arrays.copyOf(chosen.experts, 2));
        assertEquals(0.25f, chosen.weights[0], 1e-6f);
        assertEquals(2.25f, chosen.weights[1], 1e-6f);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fieldFault13TheScoreIsGatheredAndNotSubtracted(Target target) {
        MoeConfig config = moe(2, 1, 1, 1, TopkMethod.NOAUX_TC, false, 1);
        Chosen chosen = route(target, config, sigmoidLogits(.5, 1e-8), new float[]{0, 12});
        assertEquals(1, chosen.experts[0]);
        assertEquals(1e-8f, chosen.weights[0], 1e-13f);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fieldFault14GroupsByTheBestOrByTheBestTwo(Target target) {
        double[] scores = {.95, .01, .6, .6, .55, .55, .7, .1};
        MoeConfig v3 = moe(8, 2, 4, 2, TopkMethod.NOAUX_TC, false, 1);
        assertArrayEquals(new int[]{2, 3},
                Arrays.copyOf(route(target, v3, sigmoidLogits(scores), new float[8]).experts, 2));
        MoeConfig v2 = moe(8, 2, 4, 2, TopkMethod.GROUP_LIMITED_GREEDY, false, 1);
        assertArrayEquals(new int[]{0, 6}, Arrays.copyOf(route(target, v2, softmaxLogits(scores), null).experts, 2));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fieldFault15NormalisingAndScalingAreIndependent(Target target) {
        double[] scores = {.2, .15, .15, .4, .1};
        assertWeights(target, scores, false, 16, 6.4f, 3.2f);
        assertWeights(target, scores, true, 2.5, 1.6667f, .8333f);
        assertWeights(target, scores, false, 1, .4f, .2f);
    }

    private static void assertWeights(Target target, double[] scores, boolean norm, double scale, float first,
            float second) {
        Chosen chosen = route(target, moe(5, 2, 1, 1, TopkMethod.GREEDY, norm, scale), softmaxLogits(scores), null);
        assertArrayEquals(new int[]{3, 0}, Arrays.copyOf(chosen.experts, 2));
        assertEquals(first, chosen.weights[0], 5e-5f);
        assertEquals(second, chosen.weights[1], 5e-5f);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void tiesGoToTheLowerIndex(Target target) {
        assertArrayEquals(new int[]{0, 1, 2}, Arrays
                .copyOf(route(target, moe(9, 3, 1, 1, TopkMethod.GREEDY, false, 1), new float[9], null).experts, 3));
        assertArrayEquals(new int[]{0, 1, 2}, Arrays.copyOf(
                route(target, moe(8, 3, 4, 2, TopkMethod.NOAUX_TC, false, 1), new float[8], new float[8]).experts, 3));
    }

    private static float[] sigmoidLogits(double... scores) {
        float[] logits = new float[scores.length];
        for (int e = 0; e < logits.length; e++) {
            logits[e] = (float) Math.log(scores[e] / (1 - scores[e]));
        }
        return logits;
    }

    private static float[] softmaxLogits(double... scores) {
        float[] logits = new float[scores.length];
        for (int e = 0; e < logits.length; e++) {
            logits[e] = (float) Math.log(scores[e]);
        }
        return logits;
    }

    private static Chosen route(Target target, MoeConfig config, float[] logits, float[] bias) {
        int experts = config.nRoutedExperts();
        int tokens = logits.length / experts;
        int columns = Padding.toMultiple(experts, MatMul.BLOCK);
        int perToken = config.numExpertsPerTok() + config.nSharedExperts();
        Buffers buffers = new Buffers();
        IntArray step = buffers.add("step", Role.INPUT, new IntArray(StepLayout.HEADER));
        step.set(StepLayout.TOKENS, tokens);
        VectorFloat16 scores = buffers.add("scores", Role.INPUT, Sizes.vectors("scores", (long) tokens * columns));
        // What lies behind the last expert must not be chosen.
        scores.fill(1e30f);
        for (int i = 0; i < logits.length; i++) {
            scores.getArray().set(i / experts * columns + i % experts, logits[i]);
        }
        FloatArray biases = buffers.add("bias", Role.INPUT,
                bias == null ? new FloatArray(experts) : FloatArray.fromArray(bias));
        IntArray chosen = buffers.add("chosen", Role.OUTPUT, new IntArray(tokens * perToken));
        FloatArray weights = buffers.add("weights", Role.OUTPUT, new FloatArray(tokens * perToken));
        List<Step> steps = new ArrayList<>(new StepList()
                .add("route", Grid.loop(tokens), Router::tokens, scores, biases, step, experts, columns / Padding.LANES,
                        config.numExpertsPerTok(), config.nSharedExperts(), config.scoring() == Scoring.SIGMOID ? 1 : 0,
                        FewCores.groupWay(config), config.nGroup(), config.topkGroup(), config.normTopkProb() ? 1 : 0,
                        (float) config.routedScalingFactor(), chosen, weights)
                .steps());
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("routing", steps))), buffers, target)) {
            TornadoExecutionResult result = plan.run(0);
            result.transferToHost(chosen, weights);
            return new Chosen(chosen.toHeapArray(), weights.toHeapArray());
        }
    }
}
