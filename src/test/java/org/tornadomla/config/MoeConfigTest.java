package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import org.tornadomla.error.ConfigurationException;

/** The mixture-of-experts record's checks. */
class MoeConfigTest {

    private static MoeConfig groups(int experts, int chosen, int nGroup, int topkGroup, TopkMethod method) {
        Scoring scoring = method == TopkMethod.NOAUX_TC ? Scoring.SIGMOID : Scoring.SOFTMAX;
        return MoeConfig.builder().nRoutedExperts(experts).numExpertsPerTok(chosen).nSharedExperts(1)
                .moeIntermediateSize(32).nGroup(nGroup).topkGroup(topkGroup).topkMethod(method).scoring(scoring)
                .build();
    }

    private static void refused(String part, Executable action) {
        String message = assertThrows(ConfigurationException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void impossibleChoicesAreNamed() {
        refused("num_experts_per_tok is 9", () -> groups(8, 9, 1, 1, TopkMethod.GREEDY));
        refused("multiple of n_group", () -> groups(8, 2, 3, 1, TopkMethod.GROUP_LIMITED_GREEDY));
        refused("topk_group is 5", () -> groups(8, 2, 4, 5, TopkMethod.GROUP_LIMITED_GREEDY));
        refused("topk_group 1 groups of 2 hold 2", () -> groups(8, 3, 4, 1, TopkMethod.GROUP_LIMITED_GREEDY));
        refused("at least two", () -> groups(8, 3, 8, 4, TopkMethod.NOAUX_TC));
        refused("n_shared_experts * moe_intermediate_size is 4294967296", () -> MoeConfig.builder().nRoutedExperts(8)
                .numExpertsPerTok(2).nSharedExperts(1 << 16).moeIntermediateSize(1 << 16).build());
        refused("noaux_tc needs sigmoid", () -> MoeConfig.builder().nRoutedExperts(8).numExpertsPerTok(2)
                .nSharedExperts(1).moeIntermediateSize(32).topkMethod(TopkMethod.NOAUX_TC).build());
    }
}
