package org.tornadomla.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;

/** Choice of experts against numbers worked out by hand. */
class RoutingTest {

    private static MoeConfig mixture(int experts, int groups, int keptGroups, TopkMethod method, boolean norm,
            double scale) {
        Scoring scoring = method == TopkMethod.NOAUX_TC ? Scoring.SIGMOID : Scoring.SOFTMAX;
        return MoeConfig.builder().nRoutedExperts(experts).numExpertsPerTok(2).moeIntermediateSize(1).nGroup(groups)
                .topkGroup(keptGroups).topkMethod(method).scoring(scoring).normTopkProb(norm).routedScalingFactor(scale)
                .build();
    }

    @Test
    void theBiasChoosesButDoesNotWeigh() {
        Routing.Chosen chosen = Routing.choose(new double[]{0.9, 0.8, 0.1, 0.2}, new float[]{0, 0, 0.85f, 0},
                mixture(4, 1, 1, TopkMethod.NOAUX_TC, true, 2.5));
        assertArrayEquals(new int[]{2, 0}, chosen.experts());
        assertArrayEquals(new double[]{0.25, 2.25}, chosen.weights(), 1e-12);
    }

    @Test
    void aSmallScoreUnderALargeBiasIsKept() {
        Routing.Chosen chosen = Routing.choose(new double[]{1e-8, 0.5, 0.4}, new float[]{12, 0, 0},
                mixture(3, 1, 1, TopkMethod.NOAUX_TC, false, 1));
        assertArrayEquals(new int[]{0, 1}, chosen.experts());
        assertArrayEquals(new double[]{1e-8, 0.5}, chosen.weights());
    }

    @Test
    void groupsAreRankedByTheirBestOrTheirBestTwo() {
        double[] scores = {0.95, 0.01, 0.6, 0.6, 0.55, 0.55, 0.7, 0.1};
        assertArrayEquals(new int[]{2, 3},
                Routing.choose(scores, new float[8], mixture(8, 4, 2, TopkMethod.NOAUX_TC, false, 1)).experts());
        assertArrayEquals(new int[]{0, 6},
                Routing.choose(scores, null, mixture(8, 4, 2, TopkMethod.GROUP_LIMITED_GREEDY, false, 1)).experts());
        assertArrayEquals(new int[]{0, 6},
                Routing.choose(scores, null, mixture(8, 4, 2, TopkMethod.GREEDY, false, 1)).experts());
    }

    /** A bias may push a kept group's scores below 0: an expert of another group must not win by counting as 0. */
    @Test
    void expertsOfOtherGroupsAreOutOfReachAlsoOfNegativeScores() {
        Routing.Chosen chosen = Routing.choose(new double[]{0.5, 0.5, 0.1, 0.1}, new float[]{-1, -1, -3, -3},
                mixture(4, 2, 1, TopkMethod.NOAUX_TC, false, 1));
        assertArrayEquals(new int[]{0, 1}, chosen.experts());
    }

    @Test
    void normalisingAndScalingAreIndependent() {
        double[] scores = {0.4, 0.2};
        MoeConfig scaled = mixture(2, 1, 1, TopkMethod.GREEDY, false, 16);
        MoeConfig both = mixture(2, 1, 1, TopkMethod.GREEDY, true, 2.5);
        MoeConfig neither = mixture(2, 1, 1, TopkMethod.GREEDY, false, 1);
        assertArrayEquals(new double[]{6.4, 3.2}, Routing.weigh(scores, scaled), 1e-12);
        assertArrayEquals(new double[]{5 / 3.0, 5 / 6.0}, Routing.weigh(scores, both), 1e-12);
        assertArrayEquals(scores, Routing.weigh(scores, neither));
    }

    @Test
    void tiesGoToTheLowerIndex() {
        MoeConfig greedy = mixture(4, 1, 1, TopkMethod.GREEDY, false, 1);
        Routing.Chosen chosen = Routing.route(new double[]{1, 2, 2, 2}, null, greedy);
        assertArrayEquals(new int[]{1, 2}, chosen.experts());
        double each = Math.exp(2) / (Math.exp(1) + 3 * Math.exp(2));
        assertArrayEquals(new double[]{each, each}, chosen.weights(), 1e-15);
        assertArrayEquals(new int[]{0, 1}, Routing
                .choose(new double[]{1, 1, 1, 1}, null, mixture(4, 2, 1, TopkMethod.GROUP_LIMITED_GREEDY, false, 1))
                .experts());
    }

    @Test
    void sigmoidScoresEachExpertAlone() {
        Routing.Chosen chosen = Routing.route(new double[]{0, Math.log(3), -5}, new float[3],
                mixture(3, 1, 1, TopkMethod.NOAUX_TC, false, 1));
        assertArrayEquals(new int[]{1, 0}, chosen.experts());
        assertArrayEquals(new double[]{0.75, 0.5}, chosen.weights(), 1e-15);
    }
}
