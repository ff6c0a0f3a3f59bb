package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.tornadomla.error.ConfigurationException;

/** The table of families, and of keys that have no influence on what a model computes. */
final class Families {

    private static final Map<String, ModelFamily> BY_TYPE = new LinkedHashMap<>();
    private static final Map<String, Wrapper> WRAPPERS = new LinkedHashMap<>();
    private static final JsonNode TABLE = load();
    private static final Set<String> WITHOUT_INFLUENCE = Set.copyOf(ModelFamily.texts(TABLE.get("withoutInfluence")));

    static {
        TABLE.get("families").forEach(json -> {
            ModelFamily family = ModelFamily.read(json);
            family.modelTypes().forEach(type -> BY_TYPE.put(type, family));
        });
        TABLE.get("wrappers").forEach(json -> {
            Wrapper wrapper = new Wrapper(json.get("inner").textValue(), ModelFamily.texts(json.get("innerTypes")),
                    json.get("prefix").textValue(), ModelFamily.texts(json.get("skipped")),
                    Set.copyOf(ModelFamily.texts(json.get("harmless"))));
            ModelFamily.texts(json.get("modelTypes")).forEach(type -> WRAPPERS.put(type, wrapper));
        });
    }

    private Families() {
    }

    /**
     * A model that holds a text model and others.
     *
     * @param inner      key of the text model's configuration
     * @param innerTypes {@code model_type} that it may have
     * @param prefix     of the names of the text model's weights
     * @param skipped    prefixes of weights that belong to the others
     * @param harmless   keys beside the text model's that do not touch it
     */
    record Wrapper(String inner, List<String> innerTypes, String prefix, List<String> skipped, Set<String> harmless) {
    }

    private static JsonNode load() {
        try (InputStream table = Families.class.getResourceAsStream("families.json")) {
            return new ObjectMapper().readTree(table);
        } catch (IOException e) {
            throw new UncheckedIOException("families.json of this library", e);
        }
    }

    static Optional<Wrapper> wrapper(String modelType) {
        return Optional.ofNullable(WRAPPERS.get(modelType));
    }

    /**
     * The family of a configuration.
     *
     * @throws ConfigurationException naming the types that are supported, and for a known one what is missing for it
     */
    static ModelFamily of(String modelType, String where) {
        ModelFamily family = BY_TYPE.get(modelType);
        if (family != null) {
            return family;
        }
        JsonNode missing = TABLE.get("refused").path(modelType);
        throw new ConfigurationException(where + ": model_type is " + Shortened.text(modelType)
                + (missing.isMissingNode() ? "" : ", which needs what is not built yet: " + missing.textValue())
                + "; supported: " + String.join(", ", BY_TYPE.keySet()) + ", " + String.join(", ", WRAPPERS.keySet()));
    }

    /** Whether a key has no influence on what a model computes, whatever its value. */
    static boolean isWithoutInfluence(String key) {
        return WITHOUT_INFLUENCE.contains(key);
    }

    /** The keys that have no influence as long as they have one value. */
    static Map<String, JsonNode> onlyAs() {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        TABLE.get("onlyAs").properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        return values;
    }
}
