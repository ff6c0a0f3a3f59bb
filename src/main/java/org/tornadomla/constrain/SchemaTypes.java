package org.tornadomla.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tornadomla.constrain.Network.Rule;

/** The rules of each type of a schema, with the keywords that belong to it. */
final class SchemaTypes {

    /** Keywords of each type. */
    static final Map<String,
            Set<String>> KEYWORDS = Map.of("object", Set.of("properties", "required", "additionalProperties"), "array",
                    Set.of("items", "prefixItems", "minItems", "maxItems"), "string",
                    Set.of("minLength", "maxLength", "pattern"), "integer",
                    Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"));

    private final Network network;
    private final JsonRules json;
    private final SchemaCompiler schemas;

    SchemaTypes(Network network, JsonRules json, SchemaCompiler schemas) {
        this.network = network;
        this.json = json;
        this.schemas = schemas;
    }

    /** The type whose keywords a schema without a type uses; null when it uses none or those of several. */
    static String impliedType(JsonNode schema) {
        String found = null;
        for (Map.Entry<String, Set<String>> entry : KEYWORDS.entrySet()) {
            if (entry.getValue().stream().anyMatch(schema::has)) {
                if (found != null) {
                    return null;
                }
                found = entry.getKey();
            }
        }
        return found;
    }

    /** The rule of one type of a schema. */
    Rule of(String type, JsonNode schema, String place) {
        return switch (type) {
            case "object" -> object(schema, place);
            case "array" -> array(schema, place);
            case "string" -> string(schema, place);
            case "integer" -> integer(schema, place);
            case "number" -> number(schema, place);
            case "boolean" -> words("true", "false");
            default -> words("null");
        };
    }

    private Rule words(String... words) {
        Rule rule = network.rule();
        for (String word : words) {
            network.text(rule.start(), word, rule.end());
        }
        return rule;
    }

    private Rule number(JsonNode schema, String place) {
        for (String keyword : KEYWORDS.get("integer")) {
            if (schema.has(keyword)) {
                throw new SchemaException(place + "/" + keyword,
                        "bounds can be kept to for type integer only; leave it out, or ask for an integer");
            }
        }
        return json.number();
    }

    private Rule integer(JsonNode schema, String place) {
        IntegerBounds bounds = IntegerBounds.read(schema, place);
        return bounds.isOpen() ? json.integer() : bounds.rule(network);
    }

    private Rule string(JsonNode schema, String place) {
        int least = count(schema, "minLength", place, 0);
        int most = count(schema, "maxLength", place, Integer.MAX_VALUE);
        if (schema.has("pattern")) {
            if (schema.has("minLength") || schema.has("maxLength")) {
                throw new SchemaException(place + "/pattern",
                        "a pattern and a length cannot be kept to together; write the length into the pattern");
            }
            return new PatternCompiler(network, schema.get("pattern").asText(), place + "/pattern").rule();
        }
        if (least == 0 && most == Integer.MAX_VALUE) {
            return json.string();
        }
        Rule rule = network.rule();
        int at = network.state();
        network.bytes(rule.start(), '"', '"', at);
        for (int i = 0; i < least; i++) {
            at = called(at, json.character());
        }
        if (most == Integer.MAX_VALUE) {
            network.call(at, json.character(), at);
        }
        for (int i = least; i < most && most != Integer.MAX_VALUE; i++) {
            network.bytes(at, '"', '"', rule.end());
            at = called(at, json.character());
        }
        network.bytes(at, '"', '"', rule.end());
        return rule;
    }

    private int called(int from, Rule rule) {
        int next = network.state();
        network.call(from, rule, next);
        return next;
    }

    private static int count(JsonNode schema, String keyword, String place, int absent) {
        JsonNode given = schema.get(keyword);
        if (given == null) {
            return absent;
        }
        if (!given.canConvertToInt() || !given.isIntegralNumber() || given.intValue() < 0) {
            throw new SchemaException(place + "/" + keyword, "it is " + given + ", must be a whole number from 0 on");
        }
        return given.intValue();
    }

    private Rule array(JsonNode schema, String place) {
        int least = count(schema, "minItems", place, 0);
        int most = count(schema, "maxItems", place, Integer.MAX_VALUE);
        List<Rule> first = new ArrayList<>();
        JsonNode prefix = schema.path("prefixItems");
        for (int i = 0; i < prefix.size(); i++) {
            first.add(schemas.compile(prefix.get(i), place + "/prefixItems/" + i));
        }
        JsonNode items = schema.get("items");
        if (items != null && items.isBoolean() && !items.booleanValue()) {
            most = Math.min(most, first.size());
        }
        if (least > most) {
            throw new SchemaException(place + "/minItems",
                    "at least " + least + " and at most " + most + " elements are asked for, which no list has");
        }
        Rule further = items == null || items.isBoolean() ? json.anyValue() : schemas.compile(items, place + "/items");
        return elements(first, further, least, most);
    }

    private Rule elements(List<Rule> first, Rule further, int least, int most) {
        Rule rule = network.rule();
        int open = network.state();
        network.bytes(rule.start(), '[', '[', open);
        int close = network.state();
        network.bytes(close, ']', ']', rule.end());
        if (least == 0) {
            network.call(open, json.blank(), close);
        }
        int chain = most == Integer.MAX_VALUE ? Math.max(Math.max(first.size() + 1, least), 1) : most;
        int before = open;
        for (int i = 0; i < chain; i++) {
            int element = called(before, json.blank());
            int after = called(element, i < first.size() ? first.get(i) : further);
            if (i + 1 >= least) {
                network.call(after, json.blank(), close);
            }
            before = network.state();
            if (i + 1 < chain) {
                network.bytes(after, ',', ',', before);
            } else if (most == Integer.MAX_VALUE) {
                network.bytes(after, ',', ',', before);
                network.call(called(before, json.blank()), further, after);
            }
        }
        return rule;
    }

    private Rule object(JsonNode schema, String place) {
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        List<Member> members = new ArrayList<>();
        schema.path("properties").properties()
                .forEach(entry -> members.add(new Member(entry.getKey(),
                        schemas.compile(entry.getValue(), place + "/properties/" + entry.getKey()),
                        required.remove(entry.getKey()))));
        JsonNode additional = schema.get("additionalProperties");
        boolean closed = additional != null && additional.isBoolean() && !additional.booleanValue();
        for (String name : required) {
            if (closed) {
                throw new SchemaException(place + "/required",
                        "it has " + name + ", which is not among the properties, and no others are allowed");
            }
            members.add(new Member(name, json.anyValue(), true));
        }
        Rule others = null;
        // Without the keyword any others would do; a model is not led to invent them where some are named.
        if (!closed && (additional != null || members.isEmpty())) {
            others = additional == null || additional.isBoolean()
                    ? json.anyValue()
                    : schemas.compile(additional, place + "/additionalProperties");
        }
        return new ObjectRule(network, json).of(members, others);
    }

    /**
     * A member that a schema names.
     *
     * @param required whether it must be there
     */
    record Member(String name, Rule value, boolean required) {
    }
}
