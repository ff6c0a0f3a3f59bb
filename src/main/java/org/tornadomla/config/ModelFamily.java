package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.tornadomla.error.ConfigurationException;

/**
 * What a published class of models means by a configuration, and what it sets that no configuration tells. The table
 * stands in {@code families.json}.
 *
 * @param name         of the family, for messages
 * @param modelTypes   {@code model_type} of its configurations
 * @param rope         pairs that turn together; empty where {@code rope_interleave} says it
 * @param innerNormEps epsilon of the norms within attention, which the class sets whatever the configuration says
 * @param routing      {@code topk_method} that the class has; none for a family without experts
 * @param layers       which key tells the dense layers from the mixtures; {@code "dense"} where all are dense
 * @param features     what the family has that others have not: {@link #SCALES}, {@link #NORM_BEHIND},
 *                         {@link #POSITION_SCALE}, {@link #SHORTCUT}, {@link #INDEXER} or {@link #SHARED_INDEXER}
 * @param aliases      other names of keys
 * @param defaults     values of keys that a configuration leaves out
 */
record ModelFamily(String name, List<String> modelTypes, String rope, double innerNormEps, List<String> routing,
        String layers, Set<String> features, Map<String, String> aliases, JsonNode defaults) {

    /** Factors on embedding, blocks and logits, see {@link Scales}. */
    static final String SCALES = "scales";
    /** A norm on the sum of the experts. */
    static final String NORM_BEHIND = "norm behind experts";
    /** Queries that grow with their positions, see {@link QueryGrowth}. */
    static final String POSITION_SCALE = "query scaled by position";

    /** Two attentions and two dense feed-forwards a layer, and a mixture beside the second half. */
    static final String SHORTCUT = "mixture beside";

    /** Sparse attention, see {@link IndexerConfig}. */
    static final String INDEXER = "indexer";
    /** Layers that take the keys which the indexer of another chose. */
    static final String SHARED_INDEXER = "shared indexer";

    boolean has(String feature) {
        return features.contains(feature);
    }

    private static Set<String> features(JsonNode json) {
        return json.has("features") ? Set.copyOf(texts(json.get("features"))) : Set.of();
    }

    static ModelFamily read(JsonNode json) {
        Map<String, String> aliases = new TreeMap<>();
        json.get("aliases").properties().forEach(alias -> aliases.put(alias.getKey(), alias.getValue().textValue()));
        return new ModelFamily(json.get("name").textValue(), texts(json.get("modelTypes")),
                json.get("rope").textValue(), json.get("innerNormEps").doubleValue(), texts(json.get("routing")),
                json.get("layers").textValue(), features(json), aliases, json.get("defaults"));
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.textValue()));
        return List.copyOf(texts);
    }

    /**
     * The configuration as the family's class reads it: with the class's defaults, and aliases under their own names.
     */
    JsonObject complete(JsonObject json) {
        JsonObject complete = json.withDefaults(defaults);
        aliases.forEach((alias, key) -> {
            if (complete.mentions(alias)) {
                if (complete.mentions(key) && !complete.value(alias).equals(complete.value(key))) {
                    throw new ConfigurationException(json.where() + " has " + alias + " " + complete.value(alias)
                            + " and " + key + " " + complete.value(key) + ", which mean the same; remove one of them");
                }
                complete.rename(alias, key);
            }
        });
        return complete;
    }
}
