package org.tornadomla.decoder;

import java.util.List;

import org.tornadomla.error.ConfigurationException;

/**
 * What is to be written.
 *
 * @param promptIds token ids to continue, at least one; not copied
 * @param maxTokens most tokens to make, at least one
 * @param sampling  how tokens are chosen
 * @param stops     texts that end it; they are not part of the result
 */
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

    /** Greedy, without stop strings. */
    public static GenerationRequest greedy(int[] promptIds, int maxTokens) {
        return new GenerationRequest(promptIds, maxTokens, SamplerConfig.greedy(), List.of());
    }
}
