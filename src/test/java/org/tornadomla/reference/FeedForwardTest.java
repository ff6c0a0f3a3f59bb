package org.tornadomla.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.error.ShapeException;

/** Dense feed-forward and mixtures on numbers small enough to work out. */
class FeedForwardTest {

    private static final double SILU_OF_ONE = 0.7310585786300049;

    /** Width 1 throughout: gate 1, up 2 and down as given, so that a token of 1 gives 2 silu(1) down. */
    private static void expert(Map<String, float[]> weights, String prefix, float down) {
        weights.put(prefix + "gate_proj.weight", new float[]{1});
        weights.put(prefix + "up_proj.weight", new float[]{2});
        weights.put(prefix + "down_proj.weight", new float[]{down});
    }

    private static MoeConfig mixture(int shared) {
        return MoeConfig.builder().nRoutedExperts(3).numExpertsPerTok(2).nSharedExperts(shared).moeIntermediateSize(1)
                .topkMethod(TopkMethod.NOAUX_TC).scoring(Scoring.SIGMOID).build();
    }

    private static Map<String, float[]> experts() {
        Map<String, float[]> weights = new HashMap<>();
        weights.put("gate.weight", new float[]{0, (float) Math.log(3), 0});
        weights.put("gate.e_score_correction_bias", new float[]{0, 0, 5});
        expert(weights, "experts.1.", 10);
        expert(weights, "experts.2.", 100);
        expert(weights, "shared_experts.", 1000);
        return weights;
    }

    @Test
    void denseIsGatedBySilu() {
        Map<String, float[]> weights = new HashMap<>();
        expert(weights, "", 3);
        double[] y = FeedForward.dense(new double[]{1, 0}, 2, 1, 1, weights::get);
        assertArrayEquals(new double[]{6 * SILU_OF_ONE, 0}, y, 1e-15);
    }

    /** Expert 0 is not chosen and has no weights: touching it would fail. */
    @Test
    void onlyChosenExpertsAndTheSharedOnesCount() {
        double each = 2 * SILU_OF_ONE;
        double routed = 0.75 * 10 * each + 0.5 * 100 * each;
        double[] withShared = FeedForward.mixture(new double[]{1}, 1, new MixtureBlock(1, mixture(1)), experts()::get);
        assertEquals(routed + 1000 * each, withShared[0], 1e-4);
        assertEquals(routed,
                FeedForward.mixture(new double[]{1}, 1, new MixtureBlock(1, mixture(0)), experts()::get)[0], 1e-5);
    }

    @Test
    void missingWeightsAreNamed() {
        Map<String, float[]> weights = experts();
        weights.remove("experts.2.up_proj.weight");
        String message = assertThrows(ShapeException.class,
                () -> FeedForward.mixture(new double[]{1}, 1, new MixtureBlock(1, mixture(1)), weights::get))
                .getMessage();
        assertTrue(message.contains("up_proj.weight is missing"), message);
    }
}
