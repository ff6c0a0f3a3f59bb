package org.tornadomla.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tornadomla.constrain.Network.Rule;

/**
 * Turns a JSON schema into rules. Every keyword is either kept to, known to say nothing of what is valid, or refused by
 * its place; members of an object come in the order in which the schema names them.
 */
final class SchemaCompiler {

    /** Keywords that describe and do not restrict. A format is one of them, as JSON Schema has it by default. */
    private static final Set<String> SILENT = Set.of("title", "description", "default", "examples", "$schema", "$id",
            "$comment", "$defs", "definitions", "format", "deprecated", "readOnly", "writeOnly", "strict", "name");
    private static final Set<
            String> TYPES = Set.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Network network;
    private final JsonRules json;
    private final JsonNode document;
    /** By the node itself: equal schemas at two places may refer to different things around them. */
    private final Map<JsonNode, Rule> references = new IdentityHashMap<>();
    private final SchemaTypes types;
    private final Rule root;

    SchemaCompiler(Network network, JsonNode document) {
        this.network = network;
        this.json = new JsonRules(network);
        this.document = document;
        this.types = new SchemaTypes(network, json, this);
        this.root = compile(document, "");
    }

    Rule root() {
        return root;
    }

    /** The rule of a schema. */
    Rule compile(JsonNode schema, String place) {
        if (schema.isBoolean()) {
            if (!schema.booleanValue()) {
                throw new SchemaException(place, "it is false, which nothing satisfies");
            }
            return json.anyValue();
        }
        if (!schema.isObject()) {
            throw new SchemaException(place, "it is " + schema + ", must be an object, true or false");
        }
        Rule rule = network.rule();
        compileInto(schema, place, rule);
        return rule;
    }

    private void compileInto(JsonNode schema, String place, Rule rule) {
        if (schema.has("$ref")) {
            requireOnly(schema, place, Set.of("$ref"));
            network.nest(rule.start(), reference(schema.get("$ref").asText(), place), rule.end());
        } else if (schema.has("enum") || schema.has("const")) {
            literals(schema, place, rule);
        } else if (schema.has("anyOf") || schema.has("oneOf")) {
            alternatives(schema, place, rule);
        } else if (schema.has("allOf")) {
            requireOnly(schema, place, Set.of("allOf"));
            if (schema.get("allOf").size() != 1) {
                throw new SchemaException(place + "/allOf",
                        "only one schema can be kept to there; merge them into one");
            }
            network.call(rule.start(), compile(schema.get("allOf").get(0), place + "/allOf/0"), rule.end());
        } else {
            for (String type : typesOf(schema, place)) {
                network.call(rule.start(), types.of(type, schema, place), rule.end());
            }
            refuseKeywordsOfNoType(schema, place);
        }
    }

    private List<String> typesOf(JsonNode schema, String place) {
        JsonNode given = schema.get("type");
        List<String> names = new ArrayList<>();
        if (given == null) {
            String implied = SchemaTypes.impliedType(schema);
            names.addAll(implied == null
                    ? List.of("object", "array", "string", "number", "boolean", "null")
                    : List.of(implied));
        } else if (given.isArray()) {
            given.forEach(name -> names.add(name.asText()));
        } else {
            names.add(given.asText());
        }
        for (String name : names) {
            if (!TYPES.contains(name)) {
                throw new SchemaException(place + "/type",
                        "it is " + name + ", must be one of " + String.join(", ", new TreeSet<>(TYPES)));
            }
        }
        return names;
    }

    private void refuseKeywordsOfNoType(JsonNode schema, String place) {
        Set<String> known = new TreeSet<>(SILENT);
        known.add("type");
        SchemaTypes.KEYWORDS.values().forEach(known::addAll);
        requireOnly(schema, place, known);
    }

    /** Refuses keywords other than those named and those that restrict nothing. */
    private static void requireOnly(JsonNode schema, String place, Set<String> known) {
        schema.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name) && !SILENT.contains(name)) {
                throw new SchemaException(place + "/" + name, "this keyword cannot be kept to here; leave it out");
            }
        });
    }

    private void literals(JsonNode schema, String place, Rule rule) {
        requireOnly(schema, place, Set.of("enum", "const", "type"));
        JsonNode values = schema.has("enum")
                ? schema.get("enum")
                : JsonNodeFactory.instance.arrayNode().add(schema.get("const"));
        if (values.isEmpty()) {
            throw new SchemaException(place + "/enum", "it is empty, must have at least one value");
        }
        for (JsonNode value : values) {
            network.text(rule.start(), write(value), rule.end());
        }
    }

    /** A value as JSON without blanks. */
    static String write(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void alternatives(JsonNode schema, String place, Rule rule) {
        String keyword = schema.has("anyOf") ? "anyOf" : "oneOf";
        requireOnly(schema, place, Set.of(keyword));
        JsonNode branches = schema.get(keyword);
        if (keyword.equals("oneOf")) {
            Disjoint.require(this, branches, place + "/oneOf");
        }
        for (int i = 0; i < branches.size(); i++) {
            network.call(rule.start(), compile(branches.get(i), place + "/" + keyword + "/" + i), rule.end());
        }
        if (branches.isEmpty()) {
            throw new SchemaException(place + "/" + keyword, "it is empty, must have at least one schema");
        }
    }

    /** The schema that a reference names. */
    JsonNode target(String reference, String place) {
        if (!reference.startsWith("#")) {
            throw new SchemaException(place + "/$ref",
                    "it is " + reference + ", must begin with #: only references within the schema are followed");
        }
        JsonNode target = document;
        for (String step : reference.substring(1).split("/", -1)) {
            if (!step.isEmpty()) {
                String name = step.replace("~1", "/").replace("~0", "~");
                target = target.isArray() && name.matches("[0-9]{1,9}")
                        ? target.path(Integer.parseInt(name))
                        : target.path(name);
            }
        }
        if (target.isMissingNode()) {
            throw new SchemaException(place + "/$ref", "it is " + reference + ", and nothing is there");
        }
        return target;
    }

    private Rule reference(String name, String place) {
        JsonNode target = target(name, place);
        if (!target.isObject()) {
            return compile(target, name.substring(1));
        }
        Rule known = references.get(target);
        if (known != null) {
            return known;
        }
        Rule rule = network.rule();
        references.put(target, rule);
        compileInto(target, name.substring(1), rule);
        return rule;
    }
}
