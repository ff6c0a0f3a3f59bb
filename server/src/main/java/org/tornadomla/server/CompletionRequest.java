package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A plain completion that is asked for.
 *
 * @param model       name of the model
 * @param prompts     what is to be continued, each a text or a list of token ids
 * @param sampling    how tokens are chosen
 * @param maxTokens   most tokens of an answer
 * @param echo        whether an answer begins with its prompt
 * @param stream      whether answers come as events
 * @param usageEvent  whether a last event says what was used
 * @param topLogprobs alternatives of each token that are told; empty for none
 */
record CompletionRequest(Optional<String> model, List<Prompt> prompts, SamplingFields sampling, int maxTokens,
        boolean echo, boolean stream, boolean usageEvent, OptionalInt topLogprobs) {

    private static final Set<String> NAMES = Set.of("model", "prompt", "max_tokens", "echo", "stream", "stream_options",
            "logprobs", "best_of", "suffix");
    private static final Set<String> IGNORED = Set.of("user", "metadata");
    /** Most prompts of a request. */
    private static final int PROMPTS = 128;
    /** Tokens of an answer where the request says nothing, as OpenAI has it. */
    private static final int DEFAULT_TOKENS = 16;
    private static final int LOGPROBS = 20;

    /** What is to be continued. */
    sealed interface Prompt {

        /** A text, which the tokenizer makes ids of. */
        record OfText(String text) implements Prompt {
        }

        /** Token ids as they are. */
        record OfIds(int[] ids) implements Prompt {
        }
    }

    static CompletionRequest read(JsonNode json) {
        Fields body = Fields.of(json);
        body.refuseUnknown(ChatRequest.union(NAMES, SamplingFields.NAMES), IGNORED);
        if (body.text("suffix").filter(text -> !text.isEmpty()).isPresent()) {
            throw ApiException.unsupported("suffix", "suffix is given, but the model only continues texts");
        }
        if (body.number("best_of", 1, 1).isPresent() && body.flag("stream")) {
            throw ApiException.unsupported("best_of", "best_of cannot be streamed");
        }
        return new CompletionRequest(body.text("model"), prompts(body), SamplingFields.read(body),
                body.number("max_tokens", 1, Integer.MAX_VALUE).orElse(DEFAULT_TOKENS), body.flag("echo"),
                body.flag("stream"), ChatRequest.usageEvent(body), body.number("logprobs", 0, LOGPROBS));
    }

    private static List<Prompt> prompts(Fields body) {
        JsonNode given = body.raw("prompt").orElseThrow(() -> body.missing("prompt"));
        if (given.isTextual()) {
            return List.of(new Prompt.OfText(given.textValue()));
        }
        List<JsonNode> elements = body.list("prompt");
        if (elements.isEmpty()) {
            throw ApiException.field("prompt", "prompt is an empty list, must have at least one text or token id");
        }
        if (elements.getFirst().isNumber()) {
            return List.of(ids(given, "prompt"));
        }
        if (elements.size() > PROMPTS) {
            throw ApiException.field("prompt", "prompt has " + elements.size() + " texts, may have " + PROMPTS);
        }
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode element : elements) {
            String path = "prompt[" + prompts.size() + "]";
            if (element.isTextual()) {
                prompts.add(new Prompt.OfText(element.textValue()));
            } else if (element.isArray()) {
                prompts.add(ids(element, path));
            } else {
                throw ApiException.field(path,
                        path + " is " + Fields.kind(element) + ", must be a text or a list of token ids");
            }
        }
        return prompts;
    }

    private static Prompt ids(JsonNode list, String path) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!list.get(i).isIntegralNumber() || !list.get(i).canConvertToInt()) {
                throw ApiException.field(path,
                        path + "[" + i + "] is " + Fields.kind(list.get(i)) + ", must be the id of a token");
            }
            ids[i] = list.get(i).intValue();
        }
        return new Prompt.OfIds(ids);
    }
}
