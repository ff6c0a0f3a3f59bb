package org.tornadomla.cli;

import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.DraftStatistics;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.Speculation;

import picocli.CommandLine.Option;

/** The options that say how next tokens are guessed. */
final class SpeculationOptions {

    /** Where guesses come from. */
    enum Source {
        /** The text so far. */
        LOOKUP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--speculate", paramLabel = "SOURCE",
            description = {"Guess next tokens and verify several in one round; the text is the same.",
                "lookup: what followed where the last tokens stand already."})
    private @Nullable Source source;

    @Option(names = "--draft-tokens", paramLabel = "N", defaultValue = "" + Speculation.DEFAULT_TOKENS,
            description = "Most guesses in a round (default: ${DEFAULT-VALUE}).")
    private int tokens;

    /** Options with room for the guesses. */
    DecoderOptions room(DecoderOptions options) {
        return source == null ? options : options.withDraftTokens(tokens);
    }

    /** A generator that guesses, where guesses are asked for. */
    Generator over(Generator generator) {
        return source == null ? generator : generator.withSpeculation(Speculation.lookup(tokens));
    }

    /** A line for statistics; none where nothing is guessed. */
    Optional<String> line(DraftStatistics drafts) {
        return Optional.ofNullable(source)
                .map(from -> String.format(Locale.ROOT, "drafts   %d by %s, %.1f %% accepted, %.2f tokens a round",
                        drafts.drafted(), from, 100 * drafts.acceptedShare(), drafts.tokensPerRound()));
    }
}
