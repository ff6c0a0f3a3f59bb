package org.tornadomla.checkpoint;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightList;

/**
 * The one table of checkpoint names: what a model must have, and what a checkpoint may hold besides.
 */
public final class WeightNames {

    /** Ending of the block scales that belong to an FP8 matrix. */
    public static final String SCALE_SUFFIX = "_scale_inv";

    private static final Pattern LAYER = Pattern.compile("(\\d{1,9})\\..+");
    private static final Pattern DERIVED = Pattern.compile(".*\\.rotary_emb\\.inv_freq");

    private WeightNames() {
    }

    /**
     * The weights of one attention layer.
     *
     * @param config the layer
     * @return by name without prefix, as {@code "kv_b_proj.weight"}
     */
    public static Map<String, Weight> of(MlaConfig config) {
        WeightList list = new WeightList();
        new AttentionBlock(config).weights(list);
        return list.weights();
    }

    /**
     * Whether a checkpoint may hold a tensor that the model does not use: layers behind the last one (multi-token
     * prediction), rotary frequencies, which follow from the configuration, the head of a model whose embedding serves
     * as head, and other parts of a model of several. Beside a prediction stand all weights of its model.
     *
     * @param name  checkpoint name
     * @param model the model
     * @return whether it is skipped
     */
    public static boolean isIgnored(String name, ModelConfig model) {
        return model.junction().isPresent() || isBehindTheLast(name, model) || DERIVED.matcher(name).matches()
                || model.tieWordEmbeddings() && name.equals(model.ownHeadName())
                || model.skippedPrefixes().stream().anyMatch(name::startsWith);
    }

    private static boolean isBehindTheLast(String name, ModelConfig model) {
        if (!name.startsWith(model.layersPrefix())) {
            return false;
        }
        Matcher layer = LAYER.matcher(name.substring(model.layersPrefix().length()));
        return layer.matches() && Integer.parseInt(layer.group(1)) >= model.numHiddenLayers();
    }
}
