package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a JSON object, each read with its type and range. A field that is null counts as absent, as OpenAI's
 * clients send it.
 *
 * @param node  the object
 * @param where what stands in front of a field's name in messages: empty, or a path that ends in a dot
 */
record Fields(JsonNode node, String where) {

    /** The fields of a body. */
    static Fields of(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw ApiException.body("the body is " + kind(body) + ", must be a JSON object");
        }
        return new Fields(body, "");
    }

    /** Refuses a field whose name is in none of the sets. */
    void refuseUnknown(Set<String> known, Set<String> ignored) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (!known.contains(name) && !ignored.contains(name) && !node.get(name).isNull()) {
                throw ApiException.unsupported(where + name,
                        where + name + " is not a field that this server knows; leave it out");
            }
        }
    }

    /** Whether a field is there and not null. */
    boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** A field as it stands. */
    Optional<JsonNode> raw(String name) {
        return has(name) ? Optional.of(node.get(name)) : Optional.empty();
    }

    /** A text. */
    Optional<String> text(String name) {
        return raw(name).map(value -> {
            if (!value.isTextual()) {
                throw wrong(name, value, "a text");
            }
            return value.textValue();
        });
    }

    /** A text that must be there. */
    String requiredText(String name) {
        return text(name).orElseThrow(() -> missing(name));
    }

    /** A whole number within a range. */
    OptionalInt number(String name, int least, int most) {
        Optional<JsonNode> value = raw(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().isIntegralNumber() || !value.get().canConvertToInt() || value.get().intValue() < least
                || value.get().intValue() > most) {
            throw wrong(name, value.get(), "a whole number from " + least + " to " + most);
        }
        return OptionalInt.of(value.get().intValue());
    }

    /** A whole number of 64 bits. */
    OptionalLong longNumber(String name) {
        Optional<JsonNode> value = raw(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().isIntegralNumber() || !value.get().canConvertToLong()) {
            throw wrong(name, value.get(), "a whole number of 64 bits");
        }
        return OptionalLong.of(value.get().longValue());
    }

    /** A number within a range. */
    OptionalDouble real(String name, double least, double most) {
        Optional<JsonNode> value = raw(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw wrong(name, value.get(), "a number from " + least + " to " + most);
        }
        return OptionalDouble.of(number);
    }

    /** A truth value; false when it is absent. */
    boolean flag(String name) {
        return raw(name).map(value -> {
            if (!value.isBoolean()) {
                throw wrong(name, value, "true or false");
            }
            return value.booleanValue();
        }).orElse(false);
    }

    /** An object. */
    Optional<Fields> object(String name) {
        return raw(name).map(value -> {
            if (!value.isObject()) {
                throw wrong(name, value, "an object");
            }
            return new Fields(value, where + name + ".");
        });
    }

    /** A list of objects; empty when it is absent. */
    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode element : list(name)) {
            String path = where + name + "[" + objects.size() + "]";
            if (!element.isObject()) {
                throw ApiException.field(path, path + " is " + kind(element) + ", must be an object");
            }
            objects.add(new Fields(element, path + "."));
        }
        return objects;
    }

    /** A list; empty when it is absent. */
    List<JsonNode> list(String name) {
        Optional<JsonNode> value = raw(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!value.get().isArray()) {
            throw wrong(name, value.get(), "a list");
        }
        List<JsonNode> elements = new ArrayList<>();
        value.get().forEach(elements::add);
        return elements;
    }

    /** The refusal of a field that is not what it must be. */
    ApiException wrong(String name, JsonNode value, String allowed) {
        return ApiException.field(where + name, where + name + " is " + kind(value) + ", must be " + allowed);
    }

    /** The refusal of a field that is not there. */
    ApiException missing(String name) {
        return ApiException.field(where + name, where + name + " is missing");
    }

    /** What a value is, short enough for a message. */
    static String kind(JsonNode value) {
        if (value == null || value.isMissingNode()) {
            return "missing";
        }
        if (value.isContainerNode()) {
            return value.isObject() ? "an object" : "a list";
        }
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
