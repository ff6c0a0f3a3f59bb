package org.tornadomla.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ReadOptions;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.DraftStatistics;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.decoder.Speculation;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tokenizer.TextTokenizer;

import picocli.CommandLine.Option;

/** The options that say how next tokens are guessed. */
final class SpeculationOptions {

    /** Where guesses come from. */
    enum Source {
        /** The text so far. */
        LOOKUP,
        /** The model's prediction layer. */
        MTP,
        /** Another model. */
        DRAFT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Guesses, and what they need.
     *
     * @param how     empty for none
     * @param decoder that guesses; null where none is needed
     */
    record Guesses(Optional<Speculation> how, @Nullable Decoder decoder) implements AutoCloseable {

        /** A generator that guesses, where guesses are asked for. */
        Generator over(Generator generator) {
            return how.map(generator::withSpeculation).orElse(generator);
        }

        /** Options of a scheduler that guesses, where guesses are asked for. */
        SchedulerOptions over(SchedulerOptions options) {
            return how.map(options::withSpeculation).orElse(options);
        }

        @Override
        public void close() {
            if (decoder != null) {
                decoder.close();
            }
        }
    }

    @Option(names = "--speculate", paramLabel = "SOURCE",
            description = {"Guess next tokens and verify several in one round; the text is the same.",
                "lookup: what followed where the last tokens stand already; mtp: by the model's prediction layer;"
                        + " draft: by the model of --draft."})
    private @Nullable Source source;

    @Option(names = "--draft", paramLabel = "MODEL",
            description = "With --speculate draft, a smaller model with the same tokenizer.")
    private @Nullable Path draft;

    @Option(names = "--draft-tokens", paramLabel = "N", defaultValue = "" + Speculation.DEFAULT_TOKENS,
            description = "Most guesses in a round (default: ${DEFAULT-VALUE}).")
    private int tokens;

    /** Options with room for the guesses. */
    DecoderOptions room(DecoderOptions options) {
        if (source == null) {
            return options;
        }
        DecoderOptions roomy = options.withDraftTokens(tokens);
        // The prediction layer reads hidden states of the prompt too.
        return source == Source.MTP ? roomy.withOutputs(roomy.chunkTokens()) : roomy;
    }

    /**
     * Loads what guesses need.
     *
     * @param reading   what may pass in the configurations of both models
     * @param tokenizer of the model that writes; null where there is none
     * @param options   of the model that writes, without room for guesses
     * @throws ConfigurationException when options do not go together, or the tokenizers differ
     */
    Guesses open(Path model, ReadOptions reading, Target target, @Nullable TextTokenizer tokenizer,
            DecoderOptions options) {
        if ((draft != null) != (source == Source.DRAFT)) {
            throw new ConfigurationException("--draft MODEL and --speculate draft go together");
        }
        return switch (source) {
            case null -> new Guesses(Optional.empty(), null);
            case LOOKUP -> new Guesses(Optional.of(Speculation.lookup(tokens)), null);
            case MTP -> {
                Decoder layer;
                try (ModelFiles files = ModelFiles.open(model, reading)) {
                    layer = Decoder.loadPrediction(files, target, options);
                }
                yield new Guesses(Optional.of(Speculation.prediction(layer, tokens)), layer);
            }
            case DRAFT -> {
                requireSameTokens(tokenizer);
                Decoder small;
                try (ModelFiles files = ModelFiles.open(draft, reading)) {
                    small = Decoder.load(files, target, options.withWeightType(null), loaded -> {});
                }
                yield new Guesses(Optional.of(Speculation.model(small, tokens)), small);
            }
        };
    }

    private void requireSameTokens(@Nullable TextTokenizer tokenizer) {
        if (tokenizer == null) {
            throw new ConfigurationException(
                    "--speculate draft compares the tokenizers of two models, and the model has none");
        }
        try (TextTokenizer other = ModelFiles.tokenizer(draft)) {
            tokenizer.difference(other).ifPresent(difference -> {
                throw new ConfigurationException("the model that writes and --draft " + draft
                        + " have different tokens: " + difference + "; choose a model with the same tokenizer");
            });
        }
    }

    /** A line for statistics; none where nothing is guessed. */
    Optional<String> line(DraftStatistics drafts) {
        return Optional.ofNullable(source)
                .map(from -> String.format(Locale.ROOT, "drafts   %d by %s, %.1f %% accepted, %.2f tokens a round",
                        drafts.drafted(), from, 100 * drafts.acceptedShare(), drafts.tokensPerRound()));
    }
}
