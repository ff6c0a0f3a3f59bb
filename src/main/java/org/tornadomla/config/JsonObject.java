package org.tornadomla.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.OptionalDouble;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/**
 * A json object whose values are asked for by key and type. A key that is absent or null has no value; a value of
 * another type is refused with key and source in the message.
 *
 * @param node  the object
 * @param where where it stands, for messages
 */
record JsonObject(JsonNode node, String where) {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    static JsonObject parse(String json, String where) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(where + " is not json: " + e.getOriginalMessage(), e);
        }
        if (node == null || !node.isObject()) {
            throw new ConfigurationException(where + " is not a json object");
        }
        return new JsonObject(node, where);
    }

    /** Whether the key stands there at all, be its value null. */
    boolean mentions(String key) {
        return node.has(key);
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    int integer(String key) {
        return optionalInteger(key).orElseThrow(() -> missing(key));
    }

    int integer(String key, int absent) {
        return optionalInteger(key).orElse(absent);
    }

    OptionalInt optionalInteger(String key) {
        if (!has(key)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(integerOf(key, node.get(key)));
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
        JsonNode value = node.get(key);
        if (!value.isNumber()) {
            throw wrongType(key, value, "a number");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean()) {
            throw wrongType(key, value, "true or false");
        }
        return value.booleanValue();
    }

    @Nullable
    String text(String key, @Nullable String absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = node.get(key);
        if (!value.isTextual()) {
            throw wrongType(key, value, "a text");
        }
        return value.textValue();
    }

    JsonObject object(String key) {
        JsonNode value = node.get(key);
        if (!value.isObject()) {
            throw wrongType(key, value, "an object");
        }
        return new JsonObject(value, where + ": " + key);
    }

    ConfigurationException missing(String key) {
        return new ConfigurationException(where + " has no " + key);
    }

    /** Refusal of a value that other programs may know and this library does not run. */
    ConfigurationException unsupported(String key, Object value, String supported) {
        return new ConfigurationException(where + ": " + key + " is " + value + ", supported: " + supported);
    }

    private ConfigurationException wrongType(String key, JsonNode value, String wanted) {
        return new ConfigurationException(where + ": " + key + " is " + value + ", must be " + wanted);
    }
}
