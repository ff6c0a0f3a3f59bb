package org.tornadomla.reference;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;

/** Choice of a token's experts. Ties go to the lower index. */
public final class Routing {

    /** Keeps the division finite where every chosen score is 0. */
    private static final double SMALLEST_SUM = 1e-20;

    private Routing() {
    }

    /**
     * The experts of one token.
     *
     * @param experts [num_experts_per_tok], the preferred first
     * @param weights [num_experts_per_tok], factor on the output of each
     */
    public record Chosen(int[] experts, double[] weights) {
    }

    /**
     * Chooses from router logits.
     *
     * @param logits [n_routed_experts]
     * @param bias   {@code e_score_correction_bias} [n_routed_experts], or null where the method has none
     * @param config the mixture
     * @return experts and weights
     */
    public static Chosen route(double[] logits, float[] bias, MoeConfig config) {
        double[] scores = config.scoring() == Scoring.SOFTMAX
                ? Operations.softmax(logits).weights()
                : Arrays.stream(logits).map(Operations::sigmoid).toArray();
        return choose(scores, bias, config);
    }

    /**
     * Chooses from scores. The bias takes part in the choice only; the weights come from the scores themselves.
     *
     * @param scores [n_routed_experts]
     * @param bias   [n_routed_experts], or null where the method has none
     * @param config the mixture
     * @return experts and weights
     */
    public static Chosen choose(double[] scores, float[] bias, MoeConfig config) {
        double[] preference = scores.clone();
        for (int expert = 0; bias != null && expert < preference.length; expert++) {
            preference[expert] += bias[expert];
        }
        if (config.topkMethod().hasGroups()) {
            hideOtherGroups(preference, config);
        }
        int[] experts = largest(preference, config.numExpertsPerTok());
        double[] chosen = Arrays.stream(experts).mapToDouble(expert -> scores[expert]).toArray();
        return new Chosen(experts, weigh(chosen, config));
    }

    /**
     * Weights of chosen scores: normalised, scaled, both or neither.
     *
     * @param chosen scores of the chosen experts
     * @param config the mixture
     * @return factor on each expert's output
     */
    public static double[] weigh(double[] chosen, MoeConfig config) {
        double sum = config.normTopkProb() ? Arrays.stream(chosen).sum() + SMALLEST_SUM : 1;
        return Arrays.stream(chosen).map(score -> score / sum * config.routedScalingFactor()).toArray();
    }

    private static void hideOtherGroups(double[] preference, MoeConfig config) {
        int size = preference.length / config.nGroup();
        double[] groups = new double[config.nGroup()];
        for (int group = 0; group < groups.length; group++) {
            double[] sorted = Arrays.copyOfRange(preference, group * size, (group + 1) * size);
            Arrays.sort(sorted);
            boolean bestTwo = config.topkMethod() != TopkMethod.GROUP_LIMITED_GREEDY && size > 1;
            groups[group] = sorted[size - 1] + (bestTwo ? sorted[size - 2] : 0);
        }
        int[] kept = largest(groups, config.topkGroup());
        for (int expert = 0; expert < preference.length; expert++) {
            int group = expert / size;
            if (IntStream.of(kept).noneMatch(k -> k == group)) {
                preference[expert] = Double.NEGATIVE_INFINITY;
            }
        }
    }

    private static int[] largest(double[] values, int count) {
        return IntStream.range(0, values.length).boxed()
                .sorted((left, right) -> Double.compare(values[right], values[left])).limit(count)
                .mapToInt(Integer::intValue).toArray();
    }
}
