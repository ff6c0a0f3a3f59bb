package org.tornadomla.benchmarks;

import java.util.List;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.StoredType;
import org.tornadomla.config.TopkMethod;

/**
 * The decoder layers that are measured, attention and a mixture of experts, each as a model of that one layer; experts
 * are cut to what memory holds. The card has no feed-forward. A small vocabulary keeps the head out of the time: less
 * than a hundredth of a layer's weights.
 */
public enum DecoderLayer {
    /** As the model that comes with the library: 2 of 8 experts of 128, one shared. */
    TINY_KJV(Layer.TINY_KJV,
            MoeConfig.builder().nRoutedExperts(8).numExpertsPerTok(2).nSharedExperts(1).moeIntermediateSize(128)
                    .build()),
    /** DeepSeek-V2-Lite with 16 of its 64 experts of 1408: 6 a token, two shared. */
    V2_LITE(Layer.V2_LITE,
            MoeConfig.builder().nRoutedExperts(16).numExpertsPerTok(6).nSharedExperts(2).moeIntermediateSize(1408)
                    .build()),
    /**
     * DeepSeek-V3 with 32 of its 128 heads and 4 of its 256 experts of 2048: 2 a token from one of two groups, one
     * shared.
     */
    V3_CUT(Layer.V3_CUT,
            MoeConfig.builder().nRoutedExperts(4).numExpertsPerTok(2).nSharedExperts(1).moeIntermediateSize(2048)
                    .nGroup(2).topkMethod(TopkMethod.NOAUX_TC).scoring(Scoring.SIGMOID).normTopkProb(true)
                    .routedScalingFactor(2.5).build());

    private static final int VOCABULARY = 64;
    private static final int POSITIONS = 4096;

    private final Layer layer;
    private final MoeConfig experts;

    DecoderLayer(Layer layer, MoeConfig experts) {
        this.layer = layer;
        this.experts = experts;
    }

    /** The mixture of experts. */
    MoeConfig experts() {
        return experts;
    }

    /** The layer as a model. */
    ModelConfig model() {
        boolean third = experts.scoring() == Scoring.SIGMOID;
        return ModelConfig.builder(third ? "deepseek_v3" : "deepseek_v2").vocabSize(VOCABULARY)
                .maxPositionEmbeddings(POSITIONS).storedType(StoredType.BFLOAT16).layers(1, index -> List
                        .of(new AttentionBlock(layer.config()), new MixtureBlock(layer.config().hiddenSize(), experts)))
                .build();
    }

    @Override
    public String toString() {
        return layer.toString();
    }
}
