package org.tornadomla.cli;

import java.util.Objects;
import java.util.stream.Stream;

import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.error.ConfigurationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how tokens are chosen, in the words of Hugging Face transformers. */
final class SamplingOptions {

    @Option(names = "--temperature", paramLabel = "T",
            description = {"Above 0: draw, more evenly the higher; 0: take the likeliest.",
                "Without any of these options, what the model's generation_config.json says; else 0."})
    private @Nullable Double temperature;

    @Option(names = "--top-k", paramLabel = "K",
            description = "Draw among the K likeliest tokens, 0 for all (default: 0).")
    private @Nullable Integer topK;

    @Option(names = "--top-p", paramLabel = "P",
            description = "Draw among the likeliest tokens that together have this share (default: 1).")
    private @Nullable Double topP;

    @Option(names = "--min-p", paramLabel = "P",
            description = "Draw among tokens this share as likely as the likeliest (default: 0).")
    private @Nullable Double minP;

    @Option(names = "--repetition-penalty", paramLabel = "X",
            description = "Above 1: make tokens less likely that occurred before (default: 1).")
    private @Nullable Double repetitionPenalty;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "Start of the random numbers; the same seed gives the same text (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** Whether nothing but perhaps a seed is given, so that the model's own values count. */
    boolean asksForNone() {
        return Stream.of(temperature, topK, topP, minP, repetitionPenalty).allMatch(Objects::isNull);
    }

    /**
     * The sampler's settings.
     *
     * @param defaults of the model
     * @throws ConfigurationException naming an option out of range, or the model's file that has it
     */
    SamplerConfig config(GenerationDefaults defaults) {
        if (asksForNone()) {
            return config(defaults, seed);
        }
        return new SamplerConfig(given(temperature, 0), Objects.requireNonNullElse(topK, 0), given(topP, 1),
                given(minP, 0), given(repetitionPenalty, 1), seed);
    }

    private static SamplerConfig config(GenerationDefaults defaults, long seed) {
        try {
            return new SamplerConfig(defaults.samples() ? defaults.temperature().orElse(1) : 0,
                    defaults.topK().orElse(0), defaults.topP().orElse(1), defaults.minP().orElse(0),
                    defaults.repetitionPenalty().orElse(1), seed);
        } catch (ConfigurationException outOfRange) {
            // Nobody gave these on the command line, so the message has to say where they stand.
            throw new ConfigurationException(
                    "the model's " + GenerationDefaults.FILE + ": " + outOfRange.getMessage()
                            + "; correct the file, or give options such as --temperature, which count in its place",
                    outOfRange);
        }
    }

    private static double given(@Nullable Double value, double absent) {
        return Objects.requireNonNullElse(value, absent);
    }
}
