package org.tornadomla.config;

import java.util.Optional;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * Sizes and options of one Multi-head Latent Attention layer (DeepSeek-V2, equations 37 to 47).
 *
 * @param hiddenSize    width of a token on the way in and out, {@code hidden_size}
 * @param numHeads      {@code num_attention_heads}
 * @param qLoraRank     width of the compressed query, {@code q_lora_rank}; 0 where queries are not compressed
 * @param kvLoraRank    width of the latent that is cached, {@code kv_lora_rank}
 * @param qkNopeHeadDim part of a head's query and key that knows no position, {@code qk_nope_head_dim}
 * @param qkRopeHeadDim rotary part, {@code qk_rope_head_dim}; even; one rotary key serves all heads
 * @param vHeadDim      width of a head's value, {@code v_head_dim}
 * @param rmsNormEps    added to the mean square in the norms within attention; the classes that publish models set it
 *                          to 1e-6, whatever {@code rms_norm_eps} says
 * @param queryNorm     whether the compressed query is normed ({@code q_a_layernorm})
 * @param latentNorm    whether the latent is normed before it is cached ({@code kv_a_layernorm})
 * @param attentionBias whether q_a_proj, kv_a_proj_with_mqa and o_proj have biases, {@code attention_bias}
 * @param rope          rotary embedding
 * @param queryScale    factor on the normed compressed query; 1 in most models
 * @param latentScale   factor on the normed latent, before it is cached; 1 in most models
 * @param indexer       chooses the keys that a query attends to; empty where it attends to all
 * @param queryGrowth   a factor on queries that grows with their positions; empty in most models
 */
@PublicApi
public record MlaConfig(int hiddenSize, int numHeads, int qLoraRank, int kvLoraRank, int qkNopeHeadDim,
        int qkRopeHeadDim, int vHeadDim, double rmsNormEps, boolean queryNorm, boolean latentNorm,
        boolean attentionBias, RopeConfig rope, double queryScale, double latentScale, Optional<IndexerConfig> indexer,
        Optional<QueryGrowth> queryGrowth) {

    /** Epsilon of the norms within attention in the published classes. */
    public static final double DEFAULT_RMS_NORM_EPS = 1e-6;

    /** Most outputs of all heads together: padded to vectors they still have a 32-bit index. */
    private static final long MOST_PRODUCT = 1L << 28;

    /**
     * Checks the sizes.
     *
     * @throws ConfigurationException naming the first value out of range
     */
    public MlaConfig {
        Checks.width("hidden_size", hiddenSize);
        Checks.width("num_attention_heads", numHeads);
        Checks.between("q_lora_rank", qLoraRank, 0, Checks.MOST_WIDTH);
        Checks.width("kv_lora_rank", kvLoraRank);
        Checks.width("qk_nope_head_dim", qkNopeHeadDim);
        Checks.width("v_head_dim", vHeadDim);
        Checks.width("qk_rope_head_dim", qkRopeHeadDim);
        if (qkRopeHeadDim < 2 || qkRopeHeadDim % 2 != 0) {
            throw new ConfigurationException("qk_rope_head_dim is " + qkRopeHeadDim + ", must be even and at least 2");
        }
        Checks.positive("rms_norm_eps", rmsNormEps);
        Checks.present("rope", rope);
        Checks.positive("queryScale", queryScale);
        Checks.positive("latentScale", latentScale);
        if (queryScale != 1 && !queryNorm || latentScale != 1 && !latentNorm) {
            throw new ConfigurationException("queryScale is " + queryScale + " and latentScale " + latentScale
                    + ", must be 1 where there is no norm whose result they scale");
        }
        if (queryNorm && qLoraRank == 0) {
            throw new ConfigurationException("queryNorm is set but q_lora_rank is 0: no compressed query to norm");
        }
        if (indexer.isPresent() && (qLoraRank == 0 || indexer.get().headDim() < qkRopeHeadDim)) {
            throw new ConfigurationException("q_lora_rank is " + qLoraRank + " and index_head_dim "
                    + indexer.get().headDim() + " with sparse attention, must be at least 1 and qk_rope_head_dim, which"
                    + " is " + qkRopeHeadDim);
        }
        checkProduct("num_attention_heads * (qk_nope_head_dim + qk_rope_head_dim)", numHeads,
                (long) qkNopeHeadDim + qkRopeHeadDim);
        checkProduct("num_attention_heads * (qk_nope_head_dim + v_head_dim)", numHeads,
                (long) qkNopeHeadDim + vHeadDim);
    }

    private static void checkProduct(String name, long left, long right) {
        if (left * right > MOST_PRODUCT) {
            throw new ConfigurationException(name + " is " + left * right + ", must be at most " + MOST_PRODUCT);
        }
    }

    /**
     * Configuration from the deepseek-mla card's names: no norms, no biases, plain rotary embedding on neighbours. Its
     * {@code d_embed}, the width of the input, must equal {@code d_model} since the module's output feeds its like.
     *
     * @param dModel  {@code d_model}: {@code hidden_size}; a head takes {@code d_model / num_head}
     * @param numHead {@code num_head}: {@code num_attention_heads}
     * @param dEmbed  {@code d_embed}
     * @param dC      {@code d_c}: {@code kv_lora_rank}
     * @param dC1     {@code d_c1}: {@code q_lora_rank}
     * @param dRotate {@code d_rotate}: {@code qk_rope_head_dim}
     * @return the configuration
     * @throws ConfigurationException where the sizes do not fit
     */
    public static MlaConfig card(int dModel, int numHead, int dEmbed, int dC, int dC1, int dRotate) {
        Checks.atLeast("num_head", numHead, 1);
        if (dModel % numHead != 0) {
            throw new ConfigurationException(
                    "d_model is " + dModel + ", must be a multiple of num_head, which is " + numHead);
        }
        if (dEmbed != dModel) {
            throw new ConfigurationException("d_embed is " + dEmbed + ", must equal d_model, which is " + dModel);
        }
        int headDim = dModel / numHead;
        return builder().hiddenSize(dModel).numHeads(numHead).qLoraRank(dC1).kvLoraRank(dC).qkNopeHeadDim(headDim)
                .qkRopeHeadDim(dRotate).vHeadDim(headDim).queryNorm(false).latentNorm(false).build();
    }

    /**
     * A builder: norms on (that of the query where there is a compressed one), no biases, plain rotary embedding on
     * neighbours with base 10000; sizes have no defaults.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder that starts from this configuration.
     *
     * @return the builder
     */
    public Builder toBuilder() {
        return new Builder().hiddenSize(hiddenSize).numHeads(numHeads).qLoraRank(qLoraRank).kvLoraRank(kvLoraRank)
                .qkNopeHeadDim(qkNopeHeadDim).qkRopeHeadDim(qkRopeHeadDim).vHeadDim(vHeadDim).rmsNormEps(rmsNormEps)
                .queryNorm(queryNorm).latentNorm(latentNorm).attentionBias(attentionBias).rope(rope)
                .queryScale(queryScale).latentScale(latentScale).indexer(indexer).queryGrowth(queryGrowth);
    }

    /**
     * Width of a head's query and key.
     *
     * @return {@code qk_nope_head_dim + qk_rope_head_dim}
     */
    public int qkHeadDim() {
        return qkNopeHeadDim + qkRopeHeadDim;
    }

    /**
     * Factor on every score before the softmax.
     *
     * @return {@code qk_head_dim}^-0.5 times YaRN's {@link RopeConfig#softmaxScaleFactor()}
     */
    public double softmaxScale() {
        return rope.softmaxScaleFactor() / Math.sqrt(qkHeadDim());
    }

    /** Sets the parts of an {@link MlaConfig} by name; each method returns this builder. */
    public static final class Builder {
        private int hiddenSize;
        private int numHeads;
        private int qLoraRank;
        private int kvLoraRank;
        private int qkNopeHeadDim;
        private int qkRopeHeadDim;
        private int vHeadDim;
        private double rmsNormEps = DEFAULT_RMS_NORM_EPS;
        private boolean queryNorm = true;
        private boolean latentNorm = true;
        private boolean attentionBias;
        private RopeConfig rope = RopeConfig.plain(RopeConfig.DEFAULT_THETA, RopeLayout.NEIGHBOURS);

        private double queryScale = 1;
        private double latentScale = 1;
        private Optional<IndexerConfig> indexer = Optional.empty();
        private Optional<QueryGrowth> queryGrowth = Optional.empty();

        private Builder() {
        }

        /** Width of a token, {@code hidden_size}. */
        public Builder hiddenSize(int value) {
            this.hiddenSize = value;
            return this;
        }

        /** {@code num_attention_heads}. */
        public Builder numHeads(int value) {
            this.numHeads = value;
            return this;
        }

        /** Width of the compressed query, 0 for none. */
        public Builder qLoraRank(int value) {
            this.qLoraRank = value;
            return this;
        }

        /** Width of the latent. */
        public Builder kvLoraRank(int value) {
            this.kvLoraRank = value;
            return this;
        }

        /** A head's width without position. */
        public Builder qkNopeHeadDim(int value) {
            this.qkNopeHeadDim = value;
            return this;
        }

        /** Rotary width, even. */
        public Builder qkRopeHeadDim(int value) {
            this.qkRopeHeadDim = value;
            return this;
        }

        /** A head's value width. */
        public Builder vHeadDim(int value) {
            this.vHeadDim = value;
            return this;
        }

        /** Added to the mean square in the norms within attention. */
        public Builder rmsNormEps(double value) {
            this.rmsNormEps = value;
            return this;
        }

        /** Whether the compressed query is normed. */
        public Builder queryNorm(boolean value) {
            this.queryNorm = value;
            return this;
        }

        /** Whether the latent is normed. */
        public Builder latentNorm(boolean value) {
            this.latentNorm = value;
            return this;
        }

        /** Whether the three biased projections have biases. */
        public Builder attentionBias(boolean value) {
            this.attentionBias = value;
            return this;
        }

        /** Rotary embedding. */
        public Builder rope(RopeConfig value) {
            this.rope = value;
            return this;
        }

        /** A factor on the normed compressed query; 1 at first. */
        public Builder queryScale(double value) {
            this.queryScale = value;
            return this;
        }

        /** A factor on the normed latent; 1 at first. */
        public Builder latentScale(double value) {
            this.latentScale = value;
            return this;
        }

        /** What chooses the keys that a query attends to, if anything does. */
        public Builder indexer(Optional<IndexerConfig> value) {
            this.indexer = value;
            return this;
        }

        /** A factor on queries that grows with their positions, if there is one. */
        public Builder queryGrowth(Optional<QueryGrowth> value) {
            this.queryGrowth = value;
            return this;
        }

        /**
         * Builds the checked record; without query compression there is no query norm, whatever was set.
         *
         * @return the configuration
         * @throws ConfigurationException naming the first value out of range
         */
        public MlaConfig build() {
            return new MlaConfig(hiddenSize, numHeads, qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim,
                    rmsNormEps, queryNorm && qLoraRank > 0, latentNorm, attentionBias, rope, queryScale, latentScale,
                    indexer, queryGrowth);
        }
    }
}
