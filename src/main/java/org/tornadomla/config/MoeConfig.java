package org.tornadomla.config;

import org.tornadomla.error.ConfigurationException;

/**
 * Mixture of experts as DeepSeek defines it; made by {@link #builder}.
 *
 * @param nRoutedExperts      experts a router chooses from, {@code n_routed_experts}
 * @param numExpertsPerTok    experts chosen a token, {@code num_experts_per_tok}
 * @param nSharedExperts      experts every token passes, {@code n_shared_experts}; stored as one, that many times as
 *                                wide; 0 for none
 * @param moeIntermediateSize width of one expert, {@code moe_intermediate_size}
 * @param nGroup              groups of neighbouring experts, {@code n_group}
 * @param topkGroup           groups a token may use, {@code topk_group}
 * @param topkMethod          {@code topk_method}
 * @param scoring             {@code scoring_func}
 * @param normTopkProb        whether the chosen weights are divided by their sum, {@code norm_topk_prob}
 * @param nZeroExperts        experts without weights that a router may choose too and that pass their input on,
 *                                {@code zero_expert_num}; numbered behind the others
 * @param routedScalingFactor factor on the chosen weights, after that and whether or not that is done,
 *                                {@code routed_scaling_factor}
 */
public record MoeConfig(int nRoutedExperts, int numExpertsPerTok, int nSharedExperts, int moeIntermediateSize,
        int nGroup, int topkGroup, TopkMethod topkMethod, Scoring scoring, boolean normTopkProb, int nZeroExperts,
        double routedScalingFactor) {

    /** Most experts of a layer, many times those of any model that is published; a number beyond it is a mistake. */
    private static final int MOST_EXPERTS = 10_000;

    /**
     * Checks the values.
     *
     * @throws ConfigurationException naming the first value out of range
     */
    public MoeConfig {
        Checks.present("topk_method", topkMethod);
        Checks.present("scoring_func", scoring);
        Checks.atMost("n_shared_experts * moe_intermediate_size", (long) nSharedExperts * moeIntermediateSize,
                Checks.MOST_WIDTH);
        Checks.between("n_routed_experts", nRoutedExperts, 1, MOST_EXPERTS);
        Checks.between("zero_expert_num", nZeroExperts, 0, MOST_EXPERTS);
        Checks.between("num_experts_per_tok", numExpertsPerTok, 1, nRoutedExperts + nZeroExperts);
        Checks.between("n_shared_experts", nSharedExperts, 0, MOST_EXPERTS);
        Checks.width("moe_intermediate_size", moeIntermediateSize);
        Checks.between("n_group", nGroup, 1, nRoutedExperts);
        Checks.between("topk_group", topkGroup, 1, nGroup);
        Checks.positive("routed_scaling_factor", routedScalingFactor);
        if ((topkMethod == TopkMethod.NOAUX_TC) != (scoring == Scoring.SIGMOID)) {
            throw new ConfigurationException("topk_method " + topkMethod + " with scoring_func " + scoring
                    + ": noaux_tc needs sigmoid, every other method softmax");
        }
        if (nZeroExperts > 0 && (nSharedExperts > 0 || topkMethod.hasGroups())) {
            throw new ConfigurationException("zero_expert_num is " + nZeroExperts + " with " + nSharedExperts
                    + " shared experts and topk_method " + topkMethod + ", supported: none, without groups");
        }
        if (topkMethod.hasGroups()) {
            checkGroups(nRoutedExperts, numExpertsPerTok, nGroup, topkGroup, topkMethod);
        }
    }

    private static void checkGroups(int experts, int chosen, int groups, int topkGroup, TopkMethod method) {
        if (experts % groups != 0) {
            throw new ConfigurationException(
                    "n_routed_experts is " + experts + ", must be a multiple of n_group, which is " + groups);
        }
        int groupSize = experts / groups;
        if (chosen > topkGroup * groupSize) {
            throw new ConfigurationException("num_experts_per_tok is " + chosen + ", topk_group " + topkGroup
                    + " groups of " + groupSize + " hold " + topkGroup * groupSize);
        }
        if (method != TopkMethod.GROUP_LIMITED_GREEDY && groups > 1 && groupSize < 2) {
            throw new ConfigurationException("n_group is " + groups + " for n_routed_experts " + experts
                    + ": groups are ranked by their two best experts, so a group needs at least two");
        }
    }

    /**
     * Width of all shared experts together, as they are stored.
     *
     * @return {@code n_shared_experts * moe_intermediate_size}
     */
    public int sharedIntermediateSize() {
        return nSharedExperts * moeIntermediateSize;
    }

    /**
     * Whether the router adds a learned bias before it chooses ({@code e_score_correction_bias}).
     *
     * @return true for {@link TopkMethod#NOAUX_TC} and {@link TopkMethod#GREEDY_WITH_BIAS}
     */
    public boolean hasSelectionBias() {
        return topkMethod == TopkMethod.NOAUX_TC || topkMethod == TopkMethod.GREEDY_WITH_BIAS;
    }

    /** Experts that a router chooses from, those without weights too. */
    public int choices() {
        return nRoutedExperts + nZeroExperts;
    }

    /** A builder whose values are those of a mixture without groups, shared experts and scaling. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets the parts of a {@link MoeConfig} by name; each method returns this builder. */
    public static final class Builder {

        private int nRoutedExperts;
        private int numExpertsPerTok;
        private int nSharedExperts;
        private int moeIntermediateSize;
        private int nGroup = 1;
        private int topkGroup = 1;
        private TopkMethod topkMethod = TopkMethod.GREEDY;
        private Scoring scoring = Scoring.SOFTMAX;
        private boolean normTopkProb;
        private int nZeroExperts;
        private double routedScalingFactor = 1;

        private Builder() {
        }

        /** Experts a router chooses from. */
        public Builder nRoutedExperts(int value) {
            this.nRoutedExperts = value;
            return this;
        }

        /** Experts chosen a token. */
        public Builder numExpertsPerTok(int value) {
            this.numExpertsPerTok = value;
            return this;
        }

        /** Experts every token passes; 0, as it is at first, for none. */
        public Builder nSharedExperts(int value) {
            this.nSharedExperts = value;
            return this;
        }

        /** Width of one expert. */
        public Builder moeIntermediateSize(int value) {
            this.moeIntermediateSize = value;
            return this;
        }

        /** Groups of neighbouring experts; 1 at first. */
        public Builder nGroup(int value) {
            this.nGroup = value;
            return this;
        }

        /** Groups a token may use; 1 at first. */
        public Builder topkGroup(int value) {
            this.topkGroup = value;
            return this;
        }

        /** How experts are chosen; the best ones at first. */
        public Builder topkMethod(TopkMethod value) {
            this.topkMethod = value;
            return this;
        }

        /** What scores become weights by; softmax at first. */
        public Builder scoring(Scoring value) {
            this.scoring = value;
            return this;
        }

        /** Whether the chosen weights are divided by their sum; not so at first. */
        public Builder normTopkProb(boolean value) {
            this.normTopkProb = value;
            return this;
        }

        /** Experts without weights, which pass their input on; 0, as it is at first, for none. */
        public Builder nZeroExperts(int value) {
            this.nZeroExperts = value;
            return this;
        }

        /** Factor on the chosen weights; 1 at first. */
        public Builder routedScalingFactor(double value) {
            this.routedScalingFactor = value;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @throws ConfigurationException naming the first value out of range
         */
        public MoeConfig build() {
            return new MoeConfig(nRoutedExperts, numExpertsPerTok, nSharedExperts, moeIntermediateSize, nGroup,
                    topkGroup, topkMethod, scoring, normTopkProb, nZeroExperts, routedScalingFactor);
        }
    }
}
