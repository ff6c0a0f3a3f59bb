package org.tornadomla.config;

import org.tornadomla.annotation.PublicApi;

/**
 * Sparse attention (DeepSeek-V3.2, section 2.1): an indexer with keys of its own scores every key that a query sees,
 * and the query attends to the best of them alone.
 *
 * @param heads   queries of the indexer, {@code index_n_heads}
 * @param headDim width of its queries and keys, {@code index_head_dim}; the first {@code qk_rope_head_dim} of them turn
 * @param topk    most keys of a query, {@code index_topk}
 * @param layout  pairs that turn together, which need not be those of the attention
 * @param shared  whether the layer has no indexer of its own and takes the keys that the last one before it chose
 */
@PublicApi
public record IndexerConfig(int heads, int headDim, int topk, RopeLayout layout, boolean shared) {

    /** Added to the variance in the norm of the indexer's keys. */
    public static final double NORM_EPS = 1e-6;

    /**
     * Checks the values.
     *
     * @throws org.tornadomla.error.ConfigurationException naming the first value out of range
     */
    public IndexerConfig {
        Checks.width("index_n_heads", heads);
        Checks.width("index_head_dim", headDim);
        Checks.atMost("index_n_heads * index_head_dim", (long) heads * headDim, Checks.MOST_WIDTH);
        Checks.width("index_topk", topk);
        Checks.present("layout", layout);
    }

    /** The same for a layer that takes what another one chose. */
    IndexerConfig asShared() {
        return new IndexerConfig(heads, headDim, topk, layout, true);
    }

    /**
     * Factor on what a head of the indexer finds, all of them constant: of the dot product, and of the heads' weights.
     *
     * @return {@code index_head_dim}^-0.5 {@code index_n_heads}^-0.5
     */
    public double scale() {
        return 1 / (Math.sqrt(headDim) * Math.sqrt(heads));
    }
}
