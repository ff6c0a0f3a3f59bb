package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** What stands around choices in every answer: id, kind, time and model. */
record Envelope(String id, String model, long created) {

    Envelope(String id, String model) {
        this(id, model, Instant.now().getEpochSecond());
    }

    /** An answer without choices yet. */
    ObjectNode of(String kind) {
        return Exchange.JSON.createObjectNode().put("id", id).put("object", kind).put("created", created).put("model",
                model);
    }

    /**
     * An event with one choice.
     *
     * @param usage whether a later event tells the usage; then the others say that they do not
     */
    ObjectNode chunk(String kind, ObjectNode choice, boolean usage) {
        ObjectNode chunk = of(kind);
        chunk.putArray("choices").add(choice);
        if (usage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    /** The event that tells the usage. */
    ObjectNode usage(String kind, Usage usage) {
        ObjectNode chunk = of(kind);
        chunk.putArray("choices");
        chunk.set("usage", usage.json());
        return chunk;
    }
}
