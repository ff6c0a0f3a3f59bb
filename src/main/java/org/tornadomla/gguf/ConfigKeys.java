package org.tornadomla.gguf;

import static org.tornadomla.gguf.GgufKeys.*;

import java.util.OptionalDouble;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.config.RopeType;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.error.ConfigurationException;

/** Writes a configuration as the metadata that llama.cpp's converter writes for {@code deepseek2}. */
final class ConfigKeys {

    private static final double MULTIPLIER = 0.1;

    private ConfigKeys() {
    }

    /**
     * Writes the keys.
     *
     * @throws ConfigurationException naming what a {@code deepseek2} file has no key for
     */
    static void write(ModelConfig model, GgufWriter writer) {
        MlaConfig attention = model.attention();
        refuse(model);
        writer.integer(VOCABULARY, model.vocabSize());
        writer.integer(LAYERS, model.numHiddenLayers());
        writer.integer(POSITIONS, model.maxPositionEmbeddings());
        writer.integer(HIDDEN, model.hiddenSize());
        writer.integer(INTERMEDIATE, model.intermediateSize());
        writer.integer(HEADS, attention.numHeads());
        // The file holds the absorbed form, in which all heads share one key.
        writer.integer(KEY_HEADS, 1);
        writer.number(EPSILON, model.rmsNormEps());
        if (attention.qLoraRank() > 0) {
            writer.integer(QUERY_RANK, attention.qLoraRank());
        }
        writer.integer(LATENT_RANK, attention.kvLoraRank());
        writer.integer(KEY_WIDTH, attention.kvLoraRank() + attention.qkRopeHeadDim());
        writer.integer(VALUE_WIDTH, attention.kvLoraRank());
        writer.integer(HEAD_KEY_WIDTH, attention.qkHeadDim());
        writer.integer(HEAD_VALUE_WIDTH, attention.vHeadDim());
        writer.integer(ROPE_WIDTH, attention.qkRopeHeadDim());
        rope(attention.rope(), writer);
        experts(model, writer);
    }

    private static void refuse(ModelConfig model) {
        MlaConfig attention = model.attention();
        RopeConfig rope = attention.rope();
        if (attention.attentionBias()) {
            throw unwritable("attention_bias true");
        }
        if (rope.layout() == RopeLayout.HALVES) {
            throw unwritable("rope_interleave false");
        }
        boolean scales = rope.mscale().orElse(0) != 0 && rope.mscaleAllDim().orElse(0) != 0;
        if (rope.type() == RopeType.YARN && scales && !rope.mscale().equals(rope.mscaleAllDim())) {
            throw unwritable("mscale " + rope.mscale().getAsDouble() + " beside mscale_all_dim "
                    + rope.mscaleAllDim().getAsDouble());
        }
        if (model.blocks(MixtureBlock.class).count() != model.numHiddenLayers() - model.denseLayers()) {
            throw unwritable("a dense layer behind one with experts");
        }
    }

    private static ConfigurationException unwritable(String what) {
        return new ConfigurationException(what + " has no key in a " + DEEPSEEK2
                + " file, so the model cannot be written as one; keep it in safetensors");
    }

    private static void rope(RopeConfig rope, GgufWriter writer) {
        writer.number(ROPE_BASE, rope.theta());
        if (rope.type() != RopeType.YARN) {
            return;
        }
        writer.text(ROPE_TYPE, "yarn");
        writer.number(ROPE_FACTOR, rope.factor());
        writer.integer(ROPE_CONTEXT, rope.originalMaxPositionEmbeddings());
        writer.number(YARN_BETA_FAST, rope.betaFast());
        writer.number(YARN_BETA_SLOW, rope.betaSlow());
        OptionalDouble scale = rope.mscaleAllDim();
        if (scale.isPresent()) {
            writer.number(YARN_MULTIPLIER, MULTIPLIER * scale.getAsDouble());
        }
    }

    private static void experts(ModelConfig model, GgufWriter writer) {
        if (model.experts().isEmpty()) {
            writer.integer(DENSE_LAYERS, model.numHiddenLayers());
            // The reader of llama.cpp wants these two of dense models too.
            writer.integer(EXPERT_WIDTH, model.intermediateSize());
            writer.integer(EXPERTS_SHARED, 0);
            return;
        }
        MoeConfig experts = model.experts().get();
        writer.integer(DENSE_LAYERS, model.denseLayers());
        writer.integer(EXPERT_WIDTH, experts.moeIntermediateSize());
        writer.integer(EXPERTS, experts.nRoutedExperts());
        writer.integer(EXPERTS_USED, experts.numExpertsPerTok());
        writer.integer(EXPERTS_SHARED, experts.nSharedExperts());
        writer.number(EXPERT_SCALE, experts.routedScalingFactor());
        writer.flag(EXPERT_NORM, experts.normTopkProb());
        writer.integer(EXPERT_GATING, experts.scoring() == Scoring.SIGMOID ? 2 : 1);
        if (experts.topkMethod() != TopkMethod.GREEDY && experts.nGroup() > 1) {
            writer.integer(EXPERT_GROUPS, experts.nGroup());
            writer.integer(EXPERT_GROUPS_USED, experts.topkGroup());
        }
    }
}
