package org.tornadomla.benchmarks;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.weights.NumberFormat;

/** What layers of given sizes cannot do without. */
final class Costs {

    private Costs() {
    }

    /** Bytes of a weight, its share of a scale included. */
    static double bytes(NumberFormat type) {
        int width = 1024;
        return (double) type.bytes(1, width, width) / (width * width);
    }

    /** Numbers of an attention layer's matrices. */
    static double weights(MlaConfig c) {
        double queries = (double) c.numHeads() * c.qkHeadDim();
        double query = c.qLoraRank() == 0 ? c.hiddenSize() * queries : c.qLoraRank() * (c.hiddenSize() + queries);
        return query + (double) c.hiddenSize() * row(c)
                + (double) c.kvLoraRank() * c.numHeads() * (c.qkNopeHeadDim() + c.vHeadDim())
                + (double) c.hiddenSize() * c.numHeads() * c.vHeadDim();
    }

    private static double row(MlaConfig c) {
        return c.kvLoraRank() + c.qkRopeHeadDim();
    }

    /**
     * One new token for each sequence: every weight and every cached row once.
     *
     * @param cached tokens of a sequence before the step
     * @param batch  sequences
     * @param type   of the weights
     */
    static Cost decode(MlaConfig c, int cached, int batch, NumberFormat type) {
        Cost attention = attend(c, cached, batch);
        return new Cost(2 * batch * weights(c) + attention.flops(),
                bytes(type) * weights(c) + attention.bytes() + Float.BYTES * 2.0 * batch * c.hiddenSize());
    }

    /** Scores and sums of one new token for each sequence, in the absorbed form. */
    static Cost attend(MlaConfig c, int cached, int batch) {
        double keys = (double) batch * (cached + 1);
        return new Cost(2 * c.numHeads() * keys * (row(c) + c.kvLoraRank()), Float.BYTES * keys * row(c));
    }

    /**
     * A prompt on an empty cache, with keys and values expanded once.
     *
     * @param tokens tokens of the prompt
     */
    static Cost prefill(MlaConfig c, int tokens) {
        double rows = tokens * (2.0 * c.hiddenSize() + row(c));
        return new Cost(2 * tokens * weights(c) + pairs(c, tokens), Float.BYTES * (weights(c) + rows));
    }

    /** Operations of causal attention between the tokens of a prompt, in the expanded form. */
    static double pairs(MlaConfig c, int tokens) {
        return c.numHeads() * tokens * (tokens + 1.0) * (c.qkHeadDim() + c.vHeadDim());
    }

    /**
     * A mixture of experts: every weight of an expert that some token passes, once.
     *
     * @param rows   tokens
     * @param chosen different experts among those that the tokens are sent to
     */
    static Cost mixture(MoeConfig experts, int hidden, int rows, int chosen) {
        double expert = 3.0 * hidden * experts.moeIntermediateSize();
        double router = (double) hidden * experts.nRoutedExperts();
        double passed = experts.numExpertsPerTok() + experts.nSharedExperts();
        return new Cost(2 * rows * (router + passed * expert),
                Float.BYTES * (router + (chosen + experts.nSharedExperts()) * expert + 2.0 * rows * hidden));
    }
}
