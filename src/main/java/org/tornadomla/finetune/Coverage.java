package org.tornadomla.finetune;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.Layer;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scales;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.training.LatentAttentionLayer;

/** Which models can be trained: those whose operations tapes have. All others are refused by what they have besides. */
final class Coverage {

    private static final Set<String> PLAIN = Set.of("F32", "F16", "BF16");

    private Coverage() {
    }

    /**
     * Refuses a model that cannot be trained.
     *
     * @throws ConfigurationException naming what is not covered
     */
    static void require(ModelConfig model) {
        if (!model.scales().equals(Scales.NONE)) {
            throw refused(model, "has factors on embedding, blocks or logits (scale_emb, scale_depth, dim_model_base)");
        }
        for (Layer layer : model.layers()) {
            for (Block block : layer.blocks()) {
                if (block.normBehind().isPresent()) {
                    throw refused(model, "has norms behind its blocks (" + block.normBehind().get() + ")");
                }
                require(model, block);
            }
        }
    }

    private static void require(ModelConfig model, Block block) {
        switch (block) {
            case AttentionBlock attention -> LatentAttentionLayer.requireSupported(attention.config());
            case DenseBlock _ -> {
                // Products and SwiGLU, which tapes have.
            }
            case MixtureBlock mixture -> require(model, mixture.config());
            default -> throw refused(model, "has blocks of the kind " + block.getClass().getSimpleName());
        }
    }

    private static void require(ModelConfig model, MoeConfig mixture) {
        if (mixture.nZeroExperts() > 0) {
            throw refused(model, "has experts without weights (zero_expert_num)");
        }
        boolean isLimited = mixture.topkMethod().hasGroups() && mixture.topkGroup() < mixture.nGroup();
        if (isLimited && mixture.topkMethod() != TopkMethod.GROUP_LIMITED_GREEDY) {
            throw refused(model,
                    "ranks groups of experts by their two best ones (topk_method "
                            + mixture.topkMethod().name().toLowerCase(Locale.ROOT) + " with topk_group "
                            + mixture.topkGroup() + " of n_group " + mixture.nGroup() + ")");
        }
    }

    /**
     * Refuses weights whose numbers cannot be written again as they were stored.
     *
     * @throws ConfigurationException naming the first one
     */
    static void requirePlain(ModelConfig model, List<String> names, WeightSource weights) {
        for (String name : names) {
            if (!PLAIN.contains(weights.storedAs(name))) {
                throw refused(model, "has its weights in " + weights.storedAs(name) + " (" + name
                        + "), and trained weights are written in F32, F16 or BF16; make a folder of such numbers by mla"
                        + " convert --weights bf16");
            }
        }
    }

    private static ConfigurationException refused(ModelConfig model, String what) {
        return new ConfigurationException(model.modelType() + " " + what + ", which training does not cover");
    }
}
