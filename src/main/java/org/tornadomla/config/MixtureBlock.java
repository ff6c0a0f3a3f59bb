package org.tornadomla.config;

import java.util.Optional;

/**
 * A mixture of experts.
 *
 * @param norm       name of the norm's weight
 * @param normBehind name of the weight of a norm on the sum of the experts, where there is one
 * @param prefix     of the names of its weights
 * @param hiddenSize width of a token
 * @param config     experts and how they are chosen
 * @param router     names of the router's weights
 */
public record MixtureBlock(String norm, Optional<String> normBehind, String prefix, int hiddenSize, MoeConfig config,
        RouterNames router) implements Block {

    /** What the names of the shared experts' weights start with, behind the block's prefix. */
    public static final String SHARED = "shared_experts.";

    /**
     * A mixture under the names that DeepSeek's checkpoints have.
     *
     * @param hiddenSize width of a token
     * @param config     experts and how they are chosen
     */
    public MixtureBlock(int hiddenSize, MoeConfig config) {
        this("post_attention_layernorm.weight", Optional.empty(), "mlp.", hiddenSize, config, RouterNames.GATE);
    }

    @Override
    public void weights(WeightList list) {
        list.add(router.weight(), WeightPart.ROUTER, config.choices(), hiddenSize);
        list.addIf(config.hasSelectionBias(), router.bias(), WeightPart.ROUTER, config.choices());
        for (int expert = 0; expert < config.nRoutedExperts(); expert++) {
            DenseBlock.projections(list.under(expertPrefix(expert)), WeightPart.ROUTED_EXPERT, hiddenSize,
                    config.moeIntermediateSize());
        }
        if (config.nSharedExperts() > 0) {
            DenseBlock.projections(list.under(SHARED), WeightPart.SHARED_EXPERT, hiddenSize,
                    config.sharedIntermediateSize());
        }
    }

    /**
     * What the names of an expert's weights start with, behind the block's prefix.
     *
     * @param expert number of a routed expert
     * @return a prefix
     */
    public static String expertPrefix(int expert) {
        return "experts." + expert + ".";
    }
}
