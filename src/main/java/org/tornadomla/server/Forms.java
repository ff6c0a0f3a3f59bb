package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tornadomla.constrain.Form;
import org.tornadomla.constrain.SchemaException;
import org.tornadomla.constrain.TokenTrie;
import org.tornadomla.tokenizer.TextTokenizer;

/** The forms that answers were asked for lately, so that a schema that comes again is not worked out again. */
final class Forms {

    private static final int KEPT = 32;

    private final TextTokenizer tokenizer;
    private @Nullable TokenTrie vocabulary;
    private final Map<Optional<JsonNode>, Form> forms = new LinkedHashMap<>(KEPT, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Optional<JsonNode>, Form> eldest) {
            return size() > KEPT;
        }
    };

    Forms(TextTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * A new way through the form of an answer; null for free text.
     *
     * @throws ApiException when a schema cannot be kept to
     */
    synchronized Form.@Nullable Walk walk(AnswerFormat format) {
        if (format.kind() == AnswerFormat.Kind.TEXT) {
            return null;
        }
        try {
            return forms.computeIfAbsent(format.schema(),
                    schema -> schema.isPresent() ? Form.schema(schema.get(), vocabulary()) : Form.object(vocabulary()))
                    .walk();
        } catch (SchemaException e) {
            throw ApiException.field("response_format", e.getMessage());
        }
    }

    private TokenTrie vocabulary() {
        if (vocabulary == null) {
            List<byte[]> texts = new ArrayList<>();
            BitSet known = tokenizer.knownIds();
            for (int id = 0; id < tokenizer.vocabularySize(); id++) {
                texts.add(known.get(id) ? tokenizer.bytes(id) : new byte[0]);
            }
            for (int special : tokenizer.specialIds()) {
                texts.set(special, new byte[0]);
            }
            vocabulary = new TokenTrie(texts);
        }
        return vocabulary;
    }
}
