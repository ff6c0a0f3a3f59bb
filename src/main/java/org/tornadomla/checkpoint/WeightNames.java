package org.tornadomla.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;

/**
 * The one table of checkpoint names: what a model must have, and what a checkpoint may hold besides.
 */
public final class WeightNames {

    /** Ending of the block scales that belong to an FP8 matrix. */
    public static final String SCALE_SUFFIX = "_scale_inv";

    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d{1,9})\\..+");
    private static final Pattern DERIVED = Pattern.compile(".*\\.rotary_emb\\.inv_freq");

    private WeightNames() {
    }

    /**
     * A weight that a model has.
     *
     * @param name  checkpoint name
     * @param part  what it is for
     * @param shape [out, in], or [width] of a vector
     */
    public record Weight(String name, WeightPart part, List<Long> shape) {

        /**
         * Number of parameters.
         *
         * @return product of the shape
         */
        public long count() {
            return shape.stream().reduce(1L, (left, right) -> left * right);
        }
    }

    /**
     * The weights of a model.
     *
     * @param model the model
     * @return by name, in the order of computation
     */
    public static Map<String, Weight> of(ModelConfig model) {
        long hidden = model.hiddenSize();
        Table table = new Table();
        table.add("model.embed_tokens.weight", WeightPart.EMBEDDING, model.vocabSize(), hidden);
        for (int layer = 0; layer < model.numHiddenLayers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            table.add(prefix + "input_layernorm.weight", WeightPart.NORM, hidden);
            attention(table, prefix + "self_attn.", model.attention());
            table.add(prefix + "post_attention_layernorm.weight", WeightPart.NORM, hidden);
            if (model.isMoeLayer(layer)) {
                mixture(table, prefix + "mlp.", hidden, model.experts().orElseThrow());
            } else {
                feedForward(table, prefix + "mlp.", WeightPart.DENSE, hidden, model.intermediateSize());
            }
        }
        table.add("model.norm.weight", WeightPart.NORM, hidden);
        if (!model.tieWordEmbeddings()) {
            table.add("lm_head.weight", WeightPart.HEAD, model.vocabSize(), hidden);
        }
        return table.weights;
    }

    /**
     * The weights of one attention layer.
     *
     * @param config the layer
     * @return by name without prefix, as {@code "kv_b_proj.weight"}
     */
    public static Map<String, Weight> of(MlaConfig config) {
        Table table = new Table();
        attention(table, "", config);
        return table.weights;
    }

    /**
     * Whether a checkpoint may hold a tensor that the model does not use: layers behind the last one (multi-token
     * prediction), rotary frequencies, which follow from the configuration, and the head of a model whose embedding
     * serves as head.
     *
     * @param name  checkpoint name
     * @param model the model
     * @return whether it is skipped
     */
    public static boolean isIgnored(String name, ModelConfig model) {
        Matcher layer = LAYER.matcher(name);
        return layer.matches() && Integer.parseInt(layer.group(1)) >= model.numHiddenLayers()
                || DERIVED.matcher(name).matches() || model.tieWordEmbeddings() && name.equals("lm_head.weight");
    }

    private static void attention(Table table, String prefix, MlaConfig config) {
        WeightPart part = WeightPart.ATTENTION;
        long hidden = config.hiddenSize();
        long heads = config.numHeads();
        long rank = config.kvLoraRank();
        long queryRank = config.qLoraRank();
        long latentAndKey = rank + config.qkRopeHeadDim();
        if (queryRank == 0) {
            table.add(prefix + "q_proj.weight", part, heads * config.qkHeadDim(), hidden);
        } else {
            table.add(prefix + "q_a_proj.weight", part, queryRank, hidden);
            table.addIf(config.attentionBias(), prefix + "q_a_proj.bias", part, queryRank);
            table.addIf(config.queryNorm(), prefix + "q_a_layernorm.weight", part, queryRank);
            table.add(prefix + "q_b_proj.weight", part, heads * config.qkHeadDim(), queryRank);
        }
        table.add(prefix + "kv_a_proj_with_mqa.weight", part, latentAndKey, hidden);
        table.addIf(config.attentionBias(), prefix + "kv_a_proj_with_mqa.bias", part, latentAndKey);
        table.addIf(config.latentNorm(), prefix + "kv_a_layernorm.weight", part, rank);
        table.add(prefix + "kv_b_proj.weight", part, heads * (config.qkNopeHeadDim() + config.vHeadDim()), rank);
        table.add(prefix + "o_proj.weight", part, hidden, heads * config.vHeadDim());
        table.addIf(config.attentionBias(), prefix + "o_proj.bias", part, hidden);
    }

    private static void mixture(Table table, String prefix, long hidden, MoeConfig config) {
        table.add(prefix + "gate.weight", WeightPart.ROUTER, config.nRoutedExperts(), hidden);
        table.addIf(config.hasSelectionBias(), prefix + "gate.e_score_correction_bias", WeightPart.ROUTER,
                config.nRoutedExperts());
        for (int expert = 0; expert < config.nRoutedExperts(); expert++) {
            feedForward(table, prefix + "experts." + expert + ".", WeightPart.ROUTED_EXPERT, hidden,
                    config.moeIntermediateSize());
        }
        if (config.nSharedExperts() > 0) {
            feedForward(table, prefix + "shared_experts.", WeightPart.SHARED_EXPERT, hidden,
                    config.sharedIntermediateSize());
        }
    }

    private static void feedForward(Table table, String prefix, WeightPart part, long hidden, long intermediate) {
        table.add(prefix + "gate_proj.weight", part, intermediate, hidden);
        table.add(prefix + "up_proj.weight", part, intermediate, hidden);
        table.add(prefix + "down_proj.weight", part, hidden, intermediate);
    }

    private static final class Table {

        private final Map<String, Weight> weights = new LinkedHashMap<>();

        void add(String name, WeightPart part, long... shape) {
            List<Long> sizes = new ArrayList<>();
            for (long size : shape) {
                sizes.add(size);
            }
            weights.put(name, new Weight(name, part, List.copyOf(sizes)));
        }

        void addIf(boolean present, String name, WeightPart part, long... shape) {
            if (present) {
                add(name, part, shape);
            }
        }
    }
}
