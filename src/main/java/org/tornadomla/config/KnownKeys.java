package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.error.ConfigurationException;

/**
 * Every key of a configuration is known: it was read, it has no influence on what a model computes (by name, or as long
 * as it has one value), or the configuration is refused.
 */
final class KnownKeys {

    private KnownKeys() {
    }

    /**
     * Refuses what is left over when a configuration has been read.
     *
     * @param harmless keys that have no influence here besides those of the table
     * @throws ConfigurationException naming keys that nobody knows, or one whose value would change the computation
     */
    static void check(JsonObject json, Set<String> harmless, ReadOptions options) {
        Map<String, JsonNode> onlyAs = Families.onlyAs();
        List<String> unknown = new ArrayList<>();
        for (String key : json.unread()) {
            if (onlyAs.containsKey(key)) {
                JsonNode value = json.value(key);
                if (!value.isNull() && !value.equals(onlyAs.get(key))) {
                    throw json.unsupported(key, value.asText(), onlyAs.get(key).asText());
                }
            } else if (!Families.isWithoutInfluence(key) && !harmless.contains(key)
                    && !options.ignoredKeys().contains(key)) {
                unknown.add(key);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ConfigurationException(
                    json.where() + " has keys that are not known and may change what the model" + " computes: "
                            + Shortened.list(unknown, ", ") + "; where they do not, name them in --ignore-keys");
        }
    }
}
