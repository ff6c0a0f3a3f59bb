package org.tornadomla.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/**
 * A json object whose values are asked for by key and type. A key that is absent may have a default; one that is null
 * has no value. A value of another type is refused with key and source in the message. The object knows which keys were
 * asked for, so that those that nobody reads can be found.
 */
final class JsonObject {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonNode node;
    private final JsonNode defaults;
    private final String where;
    private final Set<String> asked = new HashSet<>();

    private JsonObject(JsonNode node, JsonNode defaults, String where) {
        this.node = node;
        this.defaults = defaults;
        this.where = where;
    }

    static JsonObject parse(String json, String where) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(where + " is not json: " + Shortened.text(e.getOriginalMessage()), e);
        }
        if (node == null || !node.isObject()) {
            throw new ConfigurationException(where + " is not a json object");
        }
        return new JsonObject(node, MAPPER.createObjectNode(), where);
    }

    /** The same object, where a key that is absent has the value that other values give it. */
    JsonObject withDefaults(JsonNode values) {
        JsonObject same = new JsonObject(node, values, where);
        same.asked.addAll(asked);
        return same;
    }

    /** Where the object stands, for messages. */
    String where() {
        return where;
    }

    /** Whether the key stands there at all, be its value null. */
    boolean mentions(String key) {
        asked.add(key);
        return node.has(key);
    }

    boolean has(String key) {
        return !value(key).isNull();
    }

    /** A key's value, json's null where there is none. */
    JsonNode value(String key) {
        asked.add(key);
        JsonNode value = node.has(key) ? node.get(key) : defaults.path(key);
        return value.isMissingNode() ? MAPPER.nullNode() : value;
    }

    /** Lets a key have the value of another that means the same. */
    void rename(String alias, String key) {
        asked.add(alias);
        ((ObjectNode) node).set(key, node.get(alias));
    }

    /** The keys that stand there and were never asked for. */
    List<String> unread() {
        return StreamSupport.stream(((Iterable<String>) node::fieldNames).spliterator(), false)
                .filter(key -> !asked.contains(key)).sorted().toList();
    }

    int integer(String key) {
        return optionalInteger(key).orElseThrow(() -> missing(key));
    }

    int integer(String key, int absent) {
        return optionalInteger(key).orElse(absent);
    }

    OptionalInt optionalInteger(String key) {
        return has(key) ? OptionalInt.of(integerOf(key, value(key))) : OptionalInt.empty();
    }

    int integerOf(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrongType(key, value, "a whole number of 32 bits");
        }
        return value.intValue();
    }

    double number(String key) {
        return optionalNumber(key).orElseThrow(() -> missing(key));
    }

    double number(String key, double absent) {
        return optionalNumber(key).orElse(absent);
    }

    OptionalDouble optionalNumber(String key) {
        if (!has(key)) {
            return OptionalDouble.empty();
        }
        JsonNode value = value(key);
        if (!value.isNumber()) {
            throw wrongType(key, value, "a number");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    /** A switch; one that has no value is off. */
    boolean flag(String key) {
        return flag(key, false);
    }

    boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = value(key);
        if (!value.isBoolean()) {
            throw wrongType(key, value, "true or false");
        }
        return value.booleanValue();
    }

    String text(String key) {
        String text = text(key, null);
        if (text == null) {
            throw missing(key);
        }
        return text;
    }

    @Nullable
    String text(String key, @Nullable String absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = value(key);
        if (!value.isTextual()) {
            throw wrongType(key, value, "a text");
        }
        return value.textValue();
    }

    JsonObject object(String key) {
        JsonNode value = value(key);
        if (!value.isObject()) {
            throw wrongType(key, value, "an object");
        }
        return new JsonObject(value, MAPPER.createObjectNode(), where + ": " + key);
    }

    ConfigurationException missing(String key) {
        return new ConfigurationException(where + " has no " + key);
    }

    /** Refusal of a value that other programs may know and this library does not run. */
    ConfigurationException unsupported(String key, Object value, String supported) {
        return new ConfigurationException(
                where + ": " + key + " is " + Shortened.text(String.valueOf(value)) + ", supported: " + supported);
    }

    private ConfigurationException wrongType(String key, JsonNode value, String wanted) {
        return new ConfigurationException(
                where + ": " + key + " is " + Shortened.text(value.toString()) + ", must be " + wanted);
    }
}
