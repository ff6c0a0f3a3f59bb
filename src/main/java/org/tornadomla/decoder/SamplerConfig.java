package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * How the next token is chosen from the logits. The words mean what they mean in Hugging Face transformers.
 *
 * @param temperature       logits are divided by it; 0 always takes the largest logit, and no filter matters
 * @param topK              only tokens whose logit is among the {@code topK} largest stay, ties with the last of them
 *                              included; 0 for all
 * @param topP              of the tokens in order of probability, those stay before which less than this share has been
 *                              collected; in (0, 1], 1 for all
 * @param minP              tokens stay whose probability is at least this share of the largest; in [0, 1], 0 for all
 * @param repetitionPenalty logits of tokens that occurred are divided by it when positive and multiplied when negative;
 *                              above 0, 1 for none
 * @param seed              start of the random numbers; the same seed and the same logits give the same tokens
 */
@PublicApi
public record SamplerConfig(double temperature, int topK, double topP, double minP, double repetitionPenalty,
        long seed) {

    /**
     * Checks the ranges.
     *
     * @throws ConfigurationException naming the option, the value given and the values allowed
     */
    public SamplerConfig {
        require(temperature >= 0 && temperature < Double.POSITIVE_INFINITY, "temperature", temperature, "at least 0");
        require(topK >= 0, "top-k", topK, "at least 0, where 0 keeps all tokens");
        require(topP > 0 && topP <= 1, "top-p", topP, "above 0 and at most 1");
        require(minP >= 0 && minP <= 1, "min-p", minP, "from 0 to 1");
        require(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY, "repetition penalty",
                repetitionPenalty, "above 0");
    }

    /** Always the token of the largest logit. */
    public static SamplerConfig greedy() {
        return new SamplerConfig(0, 0, 1, 0, 1, 0);
    }

    /** By the model's own probabilities at a temperature, without a filter. */
    public static SamplerConfig sampling(double temperature, long seed) {
        return new SamplerConfig(temperature, 0, 1, 0, 1, seed);
    }

    /** A builder, greedy as long as nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values of a {@link SamplerConfig}. */
    public static final class Builder {

        private double temperature;
        private int topK;
        private double topP = 1;
        private double minP;
        private double repetitionPenalty = 1;
        private long seed;

        private Builder() {
        }

        /** Logits are divided by it; 0, the default, always takes the largest. */
        public Builder temperature(double value) {
            temperature = value;
            return this;
        }

        /** Only the tokens of the largest logits stay; 0, the default, for all. */
        public Builder topK(int tokens) {
            topK = tokens;
            return this;
        }

        /** Only the likeliest tokens that together have this share stay; 1 by default, for all. */
        public Builder topP(double share) {
            topP = share;
            return this;
        }

        /** Only tokens this share as likely as the likeliest stay; 0 by default, for all. */
        public Builder minP(double share) {
            minP = share;
            return this;
        }

        /** Above 1 makes tokens less likely that occurred; 1 by default. */
        public Builder repetitionPenalty(double factor) {
            repetitionPenalty = factor;
            return this;
        }

        /** Start of the random numbers; 0 by default. */
        public Builder seed(long start) {
            seed = start;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigurationException naming the option, the value given and the values allowed
         */
        public SamplerConfig build() {
            return new SamplerConfig(temperature, topK, topP, minP, repetitionPenalty, seed);
        }
    }

    /** Whether the choice is that of the largest logit. */
    public boolean isGreedy() {
        return temperature == 0;
    }

    private static void require(boolean holds, String name, Number given, String allowed) {
        if (!holds) {
            throw new ConfigurationException(name + " is " + given + ", must be " + allowed);
        }
    }
}
