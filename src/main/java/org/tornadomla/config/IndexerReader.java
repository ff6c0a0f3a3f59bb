package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.tornadomla.error.ConfigurationException;

/** Reads the indexer of a configuration, and which layers have one of their own. */
final class IndexerReader {

    private static final String TYPES = "indexer_types";
    private static final String PATTERN = "index_topk_pattern";
    private static final String FREQUENCY = "index_topk_freq";
    private static final String OFFSET = "index_skip_topk_offset";
    private static final String FULL = "full";
    private static final String SHARED = "shared";

    private IndexerReader() {
    }

    static Optional<IndexerConfig> read(JsonObject json, ModelFamily family) {
        if (!family.has(ModelFamily.INDEXER)) {
            return Optional.empty();
        }
        RopeLayout layout = json.flag("indexer_rope_interleave") ? RopeLayout.EVENS_THEN_ODDS : RopeLayout.HALVES;
        return Optional.of(new IndexerConfig(json.integer("index_n_heads"), json.integer("index_head_dim"),
                json.integer("index_topk"), layout, false));
    }

    /**
     * Whether each layer takes what the indexer of one before it chose.
     *
     * @return one a layer
     */
    static List<Boolean> shared(JsonObject json, ModelFamily family, int layers) {
        checkTypes(json, layers);
        List<Boolean> shared = new ArrayList<>();
        for (int index = 0; index < layers; index++) {
            shared.add(false);
        }
        if (!family.has(ModelFamily.SHARED_INDEXER)) {
            return shared;
        }
        List<String> named = named(json, layers);
        int frequency = Math.max(1, json.integer(FREQUENCY, 1));
        int offset = json.integer(OFFSET, 2);
        for (int index = 0; index < layers; index++) {
            boolean counted = Math.max(index - offset + 1, 0) % frequency != 0;
            shared.set(index, named.isEmpty() ? counted : named.get(index).equals(SHARED));
        }
        if (shared.getFirst()) {
            throw new ConfigurationException(
                    json.where() + ": the first layer takes the keys of an indexer before it, and there is none; "
                            + TYPES + " must begin with " + FULL);
        }
        return shared;
    }

    /** Types that stand there by name, or as a pattern of letters; none where neither does. */
    private static List<String> named(JsonObject json, int layers) {
        List<String> types = new ArrayList<>();
        if (json.has(TYPES)) {
            json.value(TYPES).forEach(type -> types.add(type.asText()));
        } else if (json.has(PATTERN)) {
            JsonNode pattern = json.value(PATTERN);
            if (pattern.isTextual()) {
                pattern.textValue().chars()
                        .forEach(c -> types.add(c == 'F' ? FULL : c == 'S' ? SHARED : "" + (char) c));
            } else {
                pattern.forEach(type -> types.add(type.asText()));
            }
        } else {
            return types;
        }
        json.mentions(PATTERN);
        if (types.size() != layers || !types.stream().allMatch(type -> type.equals(FULL) || type.equals(SHARED))) {
            throw json.unsupported(TYPES, types, "a list of full and shared, one a layer, " + layers + " in all");
        }
        return types;
    }

    /** Names of the kind of attention, which is the same in all layers. */
    private static void checkTypes(JsonObject json, int layers) {
        if (!json.has("layer_types")) {
            return;
        }
        JsonNode types = json.value("layer_types");
        List<String> known = List.of("indexed_attention", "deepseek_sparse_attention");
        for (JsonNode type : types) {
            if (!known.contains(type.asText())) {
                throw json.unsupported("layer_types", types, String.join(", ", known));
            }
        }
        if (types.size() != layers) {
            throw json.unsupported("layer_types", types, "one a layer, " + layers + " in all");
        }
    }
}
