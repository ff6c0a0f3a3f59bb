package org.tornadomla.decoder;

import org.tornadomla.annotation.PublicApi;

/**
 * What guesses did for a text, or for all of a scheduler, behind the first token of each.
 *
 * @param rounds   in which tokens of the text were chosen
 * @param drafted  tokens that were guessed
 * @param accepted tokens of those that were chosen
 * @param tokens   tokens that were chosen, guessed or not
 */
@PublicApi
public record DraftStatistics(long rounds, long drafted, long accepted, long tokens) {

    /** Nothing yet. */
    static final DraftStatistics NONE = new DraftStatistics(0, 0, 0, 0);

    /** With a further round. */
    DraftStatistics with(int guesses, int right, int chosen) {
        return new DraftStatistics(rounds + 1, drafted + guesses, accepted + right, tokens + chosen);
    }

    /** Share of the guesses that were right; 0 where there were none. */
    public double acceptedShare() {
        return drafted == 0 ? 0 : (double) accepted / drafted;
    }

    /** Tokens a round; 1 without guesses, 0 before the first round. */
    public double tokensPerRound() {
        return rounds == 0 ? 0 : (double) tokens / rounds;
    }
}
