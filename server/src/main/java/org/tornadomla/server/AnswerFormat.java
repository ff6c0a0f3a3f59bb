package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The form that an answer must have.
 *
 * @param kind      free text, any JSON object, JSON of a schema, or a call
 * @param schema    the schema, where there is one
 * @param functions those that may be called, where a call is asked for: as tools have them
 */
record AnswerFormat(Kind kind, Optional<JsonNode> schema, List<JsonNode> functions) {

    /** Kinds of forms. */
    enum Kind {
        /** No form. */
        TEXT,
        /** A JSON object. */
        JSON_OBJECT,
        /** JSON that a schema describes. */
        JSON_SCHEMA,
        /** A call of one of some functions. */
        CALL
    }

    /** An answer without a form. */
    static final AnswerFormat TEXT = new AnswerFormat(Kind.TEXT, Optional.empty(), List.of());

    /** A call of one of some tools. */
    static AnswerFormat call(List<JsonNode> tools) {
        return new AnswerFormat(Kind.CALL, Optional.empty(), tools.stream().map(tool -> tool.get("function")).toList());
    }

    static AnswerFormat read(Fields body) {
        Optional<Fields> format = body.object("response_format");
        if (format.isEmpty()) {
            return TEXT;
        }
        String type = format.get().requiredText("type");
        return switch (type) {
            case "text" -> TEXT;
            case "json_object" -> new AnswerFormat(Kind.JSON_OBJECT, Optional.empty(), List.of());
            case "json_schema" -> {
                Fields outer = format.get().object("json_schema")
                        .orElseThrow(() -> format.get().missing("json_schema"));
                Fields schema = outer.object("schema").orElseThrow(() -> outer.missing("schema"));
                yield new AnswerFormat(Kind.JSON_SCHEMA, Optional.of(schema.node()), List.of());
            }
            default -> throw format.get().wrong("type", format.get().node().get("type"),
                    "\"text\", \"json_object\" or \"json_schema\"");
        };
    }
}
