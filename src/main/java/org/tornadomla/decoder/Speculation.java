package org.tornadomla.decoder;

import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * How the next tokens of texts are guessed, so that one round computes several. The text is what it is without: each
 * row of guesses has its token chosen as ever, with the text's own random numbers, and the first that was not guessed
 * ends the round. For a guess that is certain this is the rule of speculative sampling, which accepts a token with the
 * model's own probability of it and else draws from the others.
 */
@PublicApi
public final class Speculation {

    /** Guesses that one round is worth by default. */
    public static final int DEFAULT_TOKENS = 4;

    private final int tokens;
    private final Drafter drafter;

    private Speculation(int tokens, Drafter drafter) {
        if (tokens < 1) {
            throw new ConfigurationException("draft tokens are " + tokens + ", must be at least 1");
        }
        this.tokens = tokens;
        this.drafter = drafter;
    }

    /**
     * Guesses that a text repeats itself: the guess is what followed where its last tokens stood before, in prompt or
     * answer. Needs no weights.
     *
     * @param tokens most guesses of a text in a round
     */
    public static Speculation lookup(int tokens) {
        return new Speculation(tokens, new LookupDrafter());
    }

    /**
     * Guesses with the model's own prediction layer (DeepSeek-V3 report, section 2.2), which stands behind its others
     * and reads their final hidden states. More guesses than one go through it again.
     *
     * @param layer  of {@link Decoder#loadPrediction}; stays the caller's to close, and serves one scheduler at a time
     * @param tokens most guesses of a text in a round
     * @throws ConfigurationException when it is no prediction layer
     */
    public static Speculation prediction(Decoder layer, int tokens) {
        if (layer.model().junction().isEmpty()) {
            throw new ConfigurationException(
                    "the decoder is a model of its own and no prediction layer; use" + " Decoder.loadPrediction");
        }
        return new Speculation(tokens, new PredictionDrafter(layer));
    }

    /**
     * Guesses with a smaller model, which must have the tokens of the model that writes.
     *
     * @param model  stays the caller's to close, and serves one scheduler at a time
     * @param tokens most guesses of a text in a round
     */
    public static Speculation model(Decoder model, int tokens) {
        return new Speculation(tokens, new ModelDrafter(model));
    }

    /** Guesses from anywhere. */
    static Speculation by(Drafter drafter, int tokens) {
        return new Speculation(tokens, drafter);
    }

    /** Most guesses of a text in a round. */
    public int tokens() {
        return tokens;
    }

    Drafter drafter() {
        return drafter;
    }

    /**
     * Refuses a decoder that could not verify the guesses.
     *
     * @param devices where to go on when a device fails; null for nowhere
     * @throws ConfigurationException naming what is too small, or does not go together
     */
    void check(Decoder decoder, @Nullable Fallback devices) {
        require("outputs", decoder.outputs());
        require("chunkTokens", decoder.chunkTokens());
        drafter.check(decoder);
        if (devices != null && devices.hasOthers() && !(drafter instanceof LookupDrafter)) {
            throw new ConfigurationException("guesses by weights stay on their device, and the text would go on with"
                    + " another when that fails; use lookup, or one device");
        }
    }

    private void require(String option, int rows) {
        if (rows <= tokens) {
            throw new ConfigurationException(option + " of the decoder is " + rows + ", and " + tokens
                    + " draft tokens take " + (tokens + 1) + " rows; use DecoderOptions.withDraftTokens");
        }
    }
}
