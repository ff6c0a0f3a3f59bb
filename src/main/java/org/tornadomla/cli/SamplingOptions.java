package org.tornadomla.cli;

import org.tornadomla.decoder.SamplerConfig;
import picocli.CommandLine.Option;

/** The options that say how tokens are chosen, in the words of Hugging Face transformers. */
final class SamplingOptions {

    @Option(names = "--temperature", paramLabel = "T", defaultValue = "0",
            description = "Above 0: draw, more evenly the higher; 0: take the likeliest (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "0",
            description = "Draw among the K likeliest tokens, 0 for all (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "1",
            description = "Draw among the likeliest tokens that together have this share (default: ${DEFAULT-VALUE}).")
    private double topP;

    @Option(names = "--min-p", paramLabel = "P", defaultValue = "0",
            description = "Draw among tokens this share as likely as the likeliest (default: ${DEFAULT-VALUE}).")
    private double minP;

    @Option(names = "--repetition-penalty", paramLabel = "X", defaultValue = "1",
            description = "Above 1: make tokens less likely that occurred before (default: ${DEFAULT-VALUE}).")
    private double repetitionPenalty;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "Start of the random numbers; the same seed gives the same text (default: ${DEFAULT-VALUE}).")
    private long seed;

    /**
     * The sampler's settings.
     *
     * @throws org.tornadomla.error.ConfigurationException naming an option out of range
     */
    SamplerConfig config() {
        return new SamplerConfig(temperature, topK, topP, minP, repetitionPenalty, seed);
    }
}
