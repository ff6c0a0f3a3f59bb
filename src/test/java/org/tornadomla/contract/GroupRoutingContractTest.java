package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.GroupRouter;
import org.tornadomla.kernels.GroupSort;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Routing;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Experts chosen and sorted by groups of work-items. */
class GroupRoutingContractTest {

    /** Scores are a few roundings from the reference's. */
    private static final double TOLERANCE = 2e-6;
    private static final KernelContext CONTEXT = new KernelContext();

    private static MoeConfig moe(int experts, int perToken, int groups, int topGroups, TopkMethod method, boolean norm,
            double scale) {
        return MoeConfig.builder().nRoutedExperts(experts).numExpertsPerTok(perToken).nSharedExperts(2)
                .moeIntermediateSize(32).nGroup(groups).topkGroup(topGroups).topkMethod(method)
                .scoring(method == TopkMethod.NOAUX_TC ? Scoring.SIGMOID : Scoring.SOFTMAX).normTopkProb(norm)
                .routedScalingFactor(scale).build();
    }

    static Stream<Arguments> configurations() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(
                        Arguments.of(target, moe(8, 2, 1, 1, TopkMethod.GREEDY, false, 1), 1, 1, 1),
                        Arguments.of(target, moe(1, 1, 1, 1, TopkMethod.GREEDY, true, 1), 3, 3, 7),
                        Arguments.of(target, moe(7, 7, 1, 1, TopkMethod.GREEDY, true, 2.5), 2, 1, 32),
                        Arguments.of(target, moe(65, 6, 1, 1, TopkMethod.GREEDY, false, 16), 5, 2, 32),
                        Arguments.of(target, moe(24, 5, 4, 2, TopkMethod.GROUP_LIMITED_GREEDY, false, 1.5), 4, 4, 33),
                        Arguments.of(target, moe(6, 2, 6, 3, TopkMethod.GROUP_LIMITED_GREEDY, true, 1), 1, 2, 16),
                        Arguments.of(target, moe(32, 8, 8, 4, TopkMethod.NOAUX_TC, true, 2.5), 11, 3, 5),
                        Arguments.of(target, moe(33, 3, 3, 1, TopkMethod.NOAUX_TC, false, 1), 3, 3, 128)));
    }

    @ParameterizedTest(name = "{0} {1} {2} tokens, {3} groups of {4}")
    @MethodSource("configurations")
    void choosesWhatTheReferenceChooses(Target target, MoeConfig config, int tokens, int groups, int items) {
        int experts = config.nRoutedExperts();
        int perToken = config.numExpertsPerTok();
        float[] logits = Seeds.normal(31L * experts + tokens, tokens * experts);
        // The first token has two equal scores at the place of the last choice and of the first.
        logits[experts - 1] = logits[0];
        float[] bias = config.hasSelectionBias() ? Seeds.normal(5, experts, 0.3) : null;
        KernelRun run = new KernelRun();
        FloatArray scores = run.in(KernelRun.strided(logits, experts, experts + 3));
        FloatArray biases = run.in(bias == null ? new FloatArray(experts) : FloatArray.fromArray(bias));
        IntArray step = run.in(KernelRun.count(StepLayout.TOKENS, tokens));
        IntArray chosen = run.poisonedInts(tokens * (perToken + 2));
        FloatArray weights = run.poisonedFloats(tokens * (perToken + 2));
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupRouter::tokens, CONTEXT, scores, biases, step, experts, experts + 3,
                        perToken, 2, config.scoring() == Scoring.SIGMOID ? 1 : 0, way(config), config.nGroup(),
                        config.topkGroup(), config.normTopkProb() ? 1 : 0, (float) config.routedScalingFactor(), chosen,
                        weights),
                scores, biases, step, chosen, weights).repeatedlyOn(target);
        for (int token = 0; token < tokens; token++) {
            double[] row = new double[experts];
            for (int e = 0; e < experts; e++) {
                row[e] = logits[token * experts + e];
            }
            Routing.Chosen expected = Routing.route(row, bias, config);
            int at = token * (perToken + 2);
            assertArrayEquals(expected.experts(), Arrays.copyOfRange(chosen.toHeapArray(), at, at + perToken),
                    "token " + token);
            for (int k = 0; k < perToken; k++) {
                assertEquals(expected.weights()[k], weights.get(at + k), TOLERANCE * config.routedScalingFactor());
            }
            for (int shared = 0; shared < 2; shared++) {
                assertEquals(experts + shared, chosen.get(at + perToken + shared));
                assertEquals(1f, weights.get(at + perToken + shared));
            }
        }
    }

    private static int way(MoeConfig config) {
        return switch (config.topkMethod()) {
            case GREEDY, GREEDY_WITH_BIAS -> Router.ALL_GROUPS;
            case GROUP_LIMITED_GREEDY -> Router.BEST_OF_GROUP;
            case NOAUX_TC, TWO_BEST_GROUPS -> Router.BEST_TWO_OF_GROUP;
        };
    }

    /**
     * Target, experts, experts of a token, tokens, groups, work-items. 3 x 401 are more choices than fit local memory.
     */
    static Stream<Arguments> sorts() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 1, 1), Arguments.of(target, 9, 3, 4, 2, 7),
                        Arguments.of(target, 131, 8, 1, 1, 32), Arguments.of(target, 67, 3, 401, 1, 32)));
    }

    @ParameterizedTest(name = "{0} {1} experts, {2} of {3} tokens, {4} groups of {5}")
    @MethodSource("sorts")
    void sortsAsOneWorkItemDoes(Target target, int experts, int perToken, int tokens, int groups, int items) {
        int rows = tokens * perToken;
        IntArray choices = new IntArray(rows);
        SplittableRandom random = new SplittableRandom(17);
        for (int token = 0; token < tokens; token++) {
            List<Integer> left = new ArrayList<>();
            for (int e = 0; e < experts; e++) {
                // A third of the experts have no rows.
                if (e % 3 != 1 || experts - e <= perToken) {
                    left.add(e);
                }
            }
            for (int k = 0; k < perToken; k++) {
                choices.set(token * perToken + k, left.remove(random.nextInt(left.size())));
            }
        }
        IntArray step = KernelRun.count(StepLayout.EXPERT_ROWS, rows);
        step.set(StepLayout.ONE, 1);
        int tokensAt = ExpertGrouping.tokensAt(experts);
        int placesAt = ExpertGrouping.placesAt(experts, rows);
        IntArray expected = new IntArray(ExpertGrouping.length(experts, rows));
        expected.init(-1);
        ExpertGrouping.sort(choices, step, experts, perToken, tokensAt, placesAt, expected);
        KernelRun run = new KernelRun();
        run.in(choices);
        run.in(step);
        IntArray grouping = run.poisonedInts(expected.getSize());
        String task = run.task();
        run.groups(groups, items, graph -> graph.task(task, GroupSort::rows, CONTEXT, choices, step, experts, perToken,
                tokensAt, placesAt, grouping), choices, step, grouping).repeatedlyOn(target);
        assertArrayEquals(expected.toHeapArray(), grouping.toHeapArray());
    }
}
