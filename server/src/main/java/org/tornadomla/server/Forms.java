package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.tornadomla.text.AnswerForm;
import org.tornadomla.text.CallFrame;
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
     * @param answers how the model writes calls
     * @param prompt  the end of what the model is given, from which it may go on reasoning
     * @throws ApiException when a schema cannot be kept to, or the model's family has no such calls
     */
    @Nullable
    AnswerWalk walk(AnswerFormat format, Optional<AnswerForm> answers, String prompt) {
        return switch (format.kind()) {
            case TEXT -> null;
            case JSON_OBJECT, JSON_SCHEMA ->
                new AnswerWalk.OfJson(form(format.schema(), "response_format").walk(), tokenizer);
            case CALL -> {
                List<CallWalk> calls = format.functions().stream().map(function -> call(function, answers)).toList();
                AnswerWalk one = new AnswerWalk.OfOne(calls);
                yield answers.orElseThrow().isReasoning(prompt) ? new AnswerWalk.AfterReasoning(one, tokenizer) : one;
            }
        };
    }

    private CallWalk call(JsonNode function, Optional<AnswerForm> answers) {
        String name = function.get("name").textValue();
        CallFrame frame = answers.flatMap(form -> form.frame(name))
                .orElseThrow(() -> ApiException.unsupported("tool_choice",
                        "a call of " + name + " cannot be forced: the model's template writes no calls, writes each"
                                + " argument in tags of its own, or cannot write this name; leave tool_choice out"));
        return new CallWalk(tokenizer.encode(frame.before(), false), form(arguments(function), "tools").walk(),
                tokenizer.encode(frame.after(), false), tokenizer);
    }

    /** The schema of a function's arguments, which are an object. */
    private static Optional<JsonNode> arguments(JsonNode function) {
        if (!(function.get("parameters") instanceof ObjectNode given)) {
            return Optional.empty();
        }
        if (!given.path("type").asText("object").equals("object")) {
            throw ApiException.field("tools", "the parameters of " + function.get("name").textValue()
                    + " have the type " + given.get("type") + ", must have \"object\" for a call that is forced");
        }
        return Optional.of(given.deepCopy().put("type", "object"));
    }

    private synchronized Form form(Optional<JsonNode> wanted, String field) {
        try {
            return forms.computeIfAbsent(wanted,
                    schema -> schema.isPresent() ? Form.schema(schema.get(), vocabulary()) : Form.object(vocabulary()));
        } catch (SchemaException e) {
            throw ApiException.field(field, e.getMessage());
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
