package org.tornadomla.decoder;

import java.util.List;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * What is to be written.
 *
 * @param promptIds token ids to continue, at least one; not copied
 * @param maxTokens most tokens to make, at least one
 * @param sampling  how tokens are chosen
 * @param stops     texts that end it; they are not part of the result
 */
@PublicApi
public record GenerationRequest(int[] promptIds, int maxTokens, SamplerConfig sampling, List<String> stops) {

    /**
     * Checks the values.
     *
     * @throws ConfigurationException naming the first value out of range
     */
    public GenerationRequest {
        if (promptIds.length == 0) {
            throw new ConfigurationException("the prompt has no tokens, it needs at least one");
        }
        if (maxTokens < 1) {
            throw new ConfigurationException("max-tokens is " + maxTokens + ", must be at least 1");
        }
        stops = List.copyOf(stops);
        if (stops.contains("")) {
            throw new ConfigurationException("a stop string is empty, it must have at least one character");
        }
    }

    /**
     * A builder: 64 tokens, greedy and without stop strings as long as nothing is set.
     *
     * @param promptIds token ids to continue, at least one; not copied
     */
    public static Builder builder(int... promptIds) {
        return new Builder(promptIds);
    }

    /** Collects the values of a {@link GenerationRequest}. */
    public static final class Builder {

        private final int[] promptIds;
        private int maxTokens = 64;
        private SamplerConfig sampling = SamplerConfig.greedy();
        private List<String> stops = List.of();

        private Builder(int[] promptIds) {
            this.promptIds = promptIds;
        }

        /** Most tokens to make; 64 by default. */
        public Builder maxTokens(int tokens) {
            maxTokens = tokens;
            return this;
        }

        /** How tokens are chosen; greedy by default. */
        public Builder sampling(SamplerConfig config) {
            sampling = config;
            return this;
        }

        /** Texts that end it and are no part of the result; none by default. */
        public Builder stops(String... texts) {
            stops = List.of(texts);
            return this;
        }

        /**
         * The request.
         *
         * @throws ConfigurationException naming the first value out of range
         */
        public GenerationRequest build() {
            return new GenerationRequest(promptIds, maxTokens, sampling, stops);
        }
    }

    /** Greedy, without stop strings. */
    public static GenerationRequest greedy(int[] promptIds, int maxTokens) {
        return new GenerationRequest(promptIds, maxTokens, SamplerConfig.greedy(), List.of());
    }
}
