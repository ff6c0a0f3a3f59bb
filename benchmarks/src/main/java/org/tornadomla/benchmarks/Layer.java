package org.tornadomla.benchmarks;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.weights.WeightFormats;

/** The attention layers that are measured. */
public enum Layer {
    /** The deepseek-mla card's example: 512 wide, 8 heads, latent 64, rotary 32, queries compressed to 64, no norms. */
    CARD("card", MlaConfig.card(512, 8, 512, 64, 64, 32)),
    /** DeepSeek-V2-Lite: 2048 wide, 16 heads, latent 512, 128 + 64 a head, queries not compressed. */
    V2_LITE("v2-lite",
            MlaConfig.builder().hiddenSize(2048).numHeads(16).kvLoraRank(512).qkNopeHeadDim(128).qkRopeHeadDim(64)
                    .vHeadDim(128).build()),
    /** DeepSeek-V3 with 32 of its 128 heads: 7168 wide, latent 512, queries compressed to 1536. */
    V3_CUT("v3-cut",
            MlaConfig.builder().hiddenSize(7168).numHeads(32).qLoraRank(1536).kvLoraRank(512).qkNopeHeadDim(128)
                    .qkRopeHeadDim(64).vHeadDim(128).build()),
    /**
     * The model that comes with the library: 192 wide, 6 heads, latent 64, 32 + 16 a head, queries compressed to 96.
     */
    TINY_KJV("tiny-kjv", MlaConfig.builder().hiddenSize(192).numHeads(6).qLoraRank(96).kvLoraRank(64).qkNopeHeadDim(32)
            .qkRopeHeadDim(16).vHeadDim(32).build());

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

    /** Cost of one new token for each sequence, with weights in 32-bit numbers. */
    Cost decode(int cached, int batch) {
        return Costs.decode(config, cached, batch, WeightFormats.F32);
    }

    /** Cost of a prompt on an empty cache. */
    Cost prefill(int tokens) {
        return Costs.prefill(config, tokens);
    }

    @Override
    public String toString() {
        return label;
    }
}
