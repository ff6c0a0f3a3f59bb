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
        return new MoeConfig(experts, chosen, 1, 32, nGroup, topkGroup, method, scoring, false, 1);
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
        refused("n_shared_experts * moe_intermediate_size is 4294967296",
                () -> new MoeConfig(8, 2, 1 << 16, 1 << 16, 1, 1, TopkMethod.GREEDY, Scoring.SOFTMAX, false, 1));
        refused("noaux_tc needs sigmoid",
                () -> new MoeConfig(8, 2, 1, 32, 1, 1, TopkMethod.NOAUX_TC, Scoring.SOFTMAX, false, 1));
    }
}
