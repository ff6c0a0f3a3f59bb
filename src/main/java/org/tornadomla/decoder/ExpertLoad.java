package org.tornadomla.decoder;

import java.util.stream.LongStream;

import org.tornadomla.annotation.PublicApi;

/**
 * Which experts the tokens of a decoder chose in one layer, see {@link DecoderOptions#withExpertLoad}.
 *
 * @param layer  index of the layer
 * @param tokens [routed experts] tokens that chose each; experts without weights, which pass their input on, count too
 * @param rounds in which a token passed the layer
 * @param read   experts whose weights these rounds read, shared ones included; one that no token of a round chose is
 *                   not read in it
 */
@PublicApi
public record ExpertLoad(int layer, long[] tokens, long rounds, long read) {

    /** Share of all choices that fell on an expert. */
    public double share(int expert) {
        long all = LongStream.of(tokens).sum();
        return all == 0 ? 0 : (double) tokens[expert] / all;
    }

    /**
     * What the expert-level balance loss of DeepSeekMoE (section 3.3, eq. 12 to 14) is without its factor, where the
     * router gives each expert the affinity that its share says: the sum of f_i P_i with f_i = N share_i and P_i =
     * share_i. 1 where all N experts have the same share, N where one has all.
     */
    public double imbalance() {
        double squares = 0;
        for (int expert = 0; expert < tokens.length; expert++) {
            squares += share(expert) * share(expert);
        }
        return squares * tokens.length;
    }

    /** The expert with the most tokens, the first of equal ones. */
    public int busiest() {
        int busiest = 0;
        for (int expert = 1; expert < tokens.length; expert++) {
            if (tokens[expert] > tokens[busiest]) {
                busiest = expert;
            }
        }
        return busiest;
    }

    /** Experts that no token chose. */
    public long idle() {
        return LongStream.of(tokens).filter(count -> count == 0).count();
    }

    /** Experts whose weights a round read, on average; 0 before the first. */
    public double readPerRound() {
        return rounds == 0 ? 0 : (double) read / rounds;
    }
}
