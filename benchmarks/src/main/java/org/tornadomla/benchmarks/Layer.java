package org.tornadomla.benchmarks;

import org.tornadomla.config.MlaConfig;

/** The attention layers that are measured. */
public enum Layer {
    /** The deepseek-mla card's example: 512 wide, 8 heads, latent 64, rotary 32, queries compressed to 64, no norms. */
    CARD("card", MlaConfig.card(512, 8, 512, 64, 64, 32)),
    /** DeepSeek-V2-Lite: 2048 wide, 16 heads, latent 512, 128 + 64 a head, queries not compressed. */
    V2_LITE("v2-lite", MlaConfig.builder().hiddenSize(2048).numHeads(16).kvLoraRank(512).qkNopeHeadDim(128).qkRopeHeadDim(64)
            .vHeadDim(128).build()),
    /** DeepSeek-V3 with 32 of its 128 heads: 7168 wide, latent 512, queries compressed to 1536. */
    V3_CUT("v3-cut", MlaConfig.builder().hiddenSize(7168).numHeads(32).qLoraRank(1536).kvLoraRank(512).qkNopeHeadDim(128)
            .qkRopeHeadDim(64).vHeadDim(128).build());

    private final String label;
    private final MlaConfig config;

    Layer(String label, MlaConfig config) {
        this.label = label;
        this.config = config;
    }

    /** Sizes and options. */
    MlaConfig config() {
        return config;
    }

    /** Numbers of all weights. */
    double weights() {
        MlaConfig c = config;
        double queries = (double) c.numHeads() * c.qkHeadDim();
        double query = c.qLoraRank() == 0 ? c.hiddenSize() * queries : c.qLoraRank() * (c.hiddenSize() + queries);
        return query + (double) c.hiddenSize() * (c.kvLoraRank() + c.qkRopeHeadDim())
                + (double) c.kvLoraRank() * c.numHeads() * (c.qkNopeHeadDim() + c.vHeadDim())
                + (double) c.hiddenSize() * c.numHeads() * c.vHeadDim();
    }

    /**
     * Cost of one new token for each sequence: every weight and every cached row once.
     *
     * @param cached tokens of a sequence before the step
     * @param batch  sequences
     */
    Cost decode(int cached, int batch) {
        MlaConfig c = config;
        double keys = (double) batch * (cached + 1);
        double row = c.kvLoraRank() + c.qkRopeHeadDim();
        double attention = 2 * c.numHeads() * keys * (row + c.kvLoraRank());
        return new Cost(2 * batch * weights() + attention, Float.BYTES * (weights() + keys * row + 2.0 * batch * c.hiddenSize()));
    }

    /**
     * Cost of a prompt on an empty cache, with keys and values expanded once.
     *
     * @param tokens tokens of the prompt
     */
    Cost prefill(int tokens) {
        MlaConfig c = config;
        double pairs = tokens * (tokens + 1.0) / 2;
        double attention = 2 * c.numHeads() * pairs * (c.qkHeadDim() + c.vHeadDim());
        double rows = tokens * (2.0 * c.hiddenSize() + c.kvLoraRank() + c.qkRopeHeadDim());
        return new Cost(2 * tokens * weights() + attention, Float.BYTES * (weights() + rows));
    }

    @Override
    public String toString() {
        return label;
    }
}
