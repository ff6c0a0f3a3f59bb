package org.tornadomla.config;

/**
 * Latent attention.
 *
 * @param norm   name of the norm's weight
 * @param prefix of the names of its weights
 * @param config sizes and options
 */
public record AttentionBlock(String norm, String prefix, MlaConfig config) implements Block {

    /** What the names of the indexer's weights start with, behind the block's prefix. */
    public static final String INDEXER = "indexer.";

    /**
     * Attention under the names that DeepSeek's checkpoints have.
     *
     * @param config sizes and options
     */
    public AttentionBlock(MlaConfig config) {
        this("input_layernorm.weight", "self_attn.", config);
    }

    @Override
    public int pools() {
        return 1;
    }

    @Override
    public int indexPools() {
        return hasIndexer() ? 1 : 0;
    }

    private boolean hasIndexer() {
        return config.indexer().isPresent() && !config.indexer().get().shared();
    }

    @Override
    public void weights(WeightList list) {
        WeightPart part = WeightPart.ATTENTION;
        long hidden = config.hiddenSize();
        long heads = config.numHeads();
        long rank = config.kvLoraRank();
        long queryRank = config.qLoraRank();
        long queries = heads * config.qkHeadDim();
        long latentAndKey = rank + config.qkRopeHeadDim();
        if (queryRank == 0) {
            list.add("q_proj.weight", part, queries, hidden);
        } else {
            list.add("q_a_proj.weight", part, queryRank, hidden);
            list.addIf(config.attentionBias(), "q_a_proj.bias", part, queryRank);
            list.addIf(config.queryNorm(), "q_a_layernorm.weight", part, queryRank);
            list.add("q_b_proj.weight", part, queries, queryRank);
        }
        list.add("kv_a_proj_with_mqa.weight", part, latentAndKey, hidden);
        list.addIf(config.attentionBias(), "kv_a_proj_with_mqa.bias", part, latentAndKey);
        list.addIf(config.latentNorm(), "kv_a_layernorm.weight", part, rank);
        list.add("kv_b_proj.weight", part, heads * (config.qkNopeHeadDim() + config.vHeadDim()), rank);
        list.add("o_proj.weight", part, hidden, heads * config.vHeadDim());
        list.addIf(config.attentionBias(), "o_proj.bias", part, hidden);
        if (hasIndexer()) {
            IndexerConfig indexer = config.indexer().get();
            WeightList own = list.under(INDEXER);
            own.add("wq_b.weight", part, (long) indexer.heads() * indexer.headDim(), queryRank);
            own.add("wk.weight", part, indexer.headDim(), hidden);
            own.add("k_norm.weight", part, indexer.headDim());
            own.add("k_norm.bias", part, indexer.headDim());
            own.add("weights_proj.weight", part, indexer.heads(), hidden);
        }
    }
}
