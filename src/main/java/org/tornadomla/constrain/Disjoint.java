package org.tornadomla.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Tells of two schemas that nothing can satisfy both, where that is plain to see. */
final class Disjoint {

    private Disjoint() {
    }

    /** Refuses branches of oneOf of which two might be satisfied by one value. */
    static void require(SchemaCompiler schemas, JsonNode branches, String place) {
        for (int i = 0; i < branches.size(); i++) {
            for (int j = i + 1; j < branches.size(); j++) {
                JsonNode a = resolved(schemas, branches.get(i), place);
                JsonNode b = resolved(schemas, branches.get(j), place);
                if (!areDisjoint(a, b)) {
                    throw new SchemaException(place, "a value might satisfy both " + i + " and " + j
                            + "; use anyOf, or give each a required property with another const");
                }
            }
        }
    }

    private static JsonNode resolved(SchemaCompiler schemas, JsonNode schema, String place) {
        return schema.has("$ref") ? schemas.target(schema.get("$ref").asText(), place) : schema;
    }

    private static boolean areDisjoint(JsonNode a, JsonNode b) {
        Set<JsonNode> common = literals(a);
        common.retainAll(literals(b));
        if (!literals(a).isEmpty() && !literals(b).isEmpty()) {
            return common.isEmpty();
        }
        Set<String> types = types(a);
        types.retainAll(types(b));
        if (types.isEmpty() && !types(a).isEmpty() && !types(b).isEmpty()) {
            return true;
        }
        return types.equals(Set.of("object")) && differInAProperty(a, b);
    }

    private static boolean differInAProperty(JsonNode a, JsonNode b) {
        for (JsonNode name : a.path("required")) {
            JsonNode mine = a.path("properties").path(name.asText());
            JsonNode its = b.path("properties").path(name.asText());
            boolean needed = false;
            for (JsonNode other : b.path("required")) {
                needed |= other.equals(name);
            }
            Set<JsonNode> common = literals(mine);
            common.retainAll(literals(its));
            if (needed && !literals(mine).isEmpty() && !literals(its).isEmpty() && common.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static Set<JsonNode> literals(JsonNode schema) {
        Set<JsonNode> values = new HashSet<>();
        schema.path("enum").forEach(values::add);
        if (schema.has("const")) {
            values.add(schema.get("const"));
        }
        return values;
    }

    private static Set<String> types(JsonNode schema) {
        Set<String> names = new TreeSet<>();
        JsonNode given = schema.path("type");
        if (given.isTextual()) {
            names.add(given.asText());
        }
        given.forEach(name -> names.add(name.asText()));
        // Every integer is a number.
        if (names.remove("integer")) {
            names.add("number");
        }
        return names;
    }
}
