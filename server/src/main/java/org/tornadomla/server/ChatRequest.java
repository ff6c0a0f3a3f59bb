package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * A chat completion that is asked for.
 *
 * @param model        name of the model
 * @param messages     the conversation, each message as the template reads it: texts joined, calls' arguments as JSON
 * @param tools        functions that the template is told of
 * @param sampling     how tokens are chosen
 * @param maxTokens    most tokens of an answer
 * @param stream       whether the answer comes as events
 * @param usageEvent   whether a last event says what was used
 * @param topLogprobs  alternatives of each token that are told with their log-probabilities; empty for none
 * @param format       form that the answer must have
 * @param templateArgs further variables of the template
 */
record ChatRequest(Optional<String> model, List<JsonNode> messages, List<JsonNode> tools, SamplingFields sampling,
        OptionalInt maxTokens, boolean stream, boolean usageEvent, OptionalInt topLogprobs, AnswerFormat format,
        Map<String, JsonNode> templateArgs) {

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");
    private static final Set<String> NAMES = Set.of("model", "messages", "tools", "tool_choice", "max_tokens",
            "max_completion_tokens", "stream", "stream_options", "logprobs", "top_logprobs", "response_format",
            "chat_template_kwargs", "parallel_tool_calls");
    /** What clients send and what changes no token. */
    private static final Set<String> IGNORED = Set.of("user", "metadata", "store", "service_tier", "safety_identifier",
            "prompt_cache_key", "prompt_cache_retention", "verbosity", "reasoning_effort");
    private static final int LOGPROBS = 20;

    static ChatRequest read(JsonNode json) {
        Fields body = Fields.of(json);
        body.refuseUnknown(union(NAMES, SamplingFields.NAMES), IGNORED);
        OptionalInt maxTokens = body.number("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (maxTokens.isEmpty()) {
            maxTokens = body.number("max_tokens", 1, Integer.MAX_VALUE);
        }
        ToolChoice tools = ToolChoice.read(body);
        return new ChatRequest(body.text("model"), messages(body), tools.offered(), SamplingFields.read(body),
                maxTokens, body.flag("stream"), usageEvent(body), logprobs(body), tools.format(body),
                templateArgs(body));
    }

    static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> all = new HashSet<>(a);
        all.addAll(b);
        return all;
    }

    static boolean usageEvent(Fields body) {
        return body.object("stream_options").map(options -> options.flag("include_usage")).orElse(false);
    }

    private static OptionalInt logprobs(Fields body) {
        OptionalInt top = body.number("top_logprobs", 0, LOGPROBS);
        if (body.flag("logprobs")) {
            return OptionalInt.of(top.orElse(0));
        }
        if (top.isPresent() && top.getAsInt() > 0) {
            throw ApiException.field("top_logprobs", "top_logprobs is given without logprobs: true");
        }
        return OptionalInt.empty();
    }

    private static Map<String, JsonNode> templateArgs(Fields body) {
        Map<String, JsonNode> args = new TreeMap<>();
        body.object("chat_template_kwargs")
                .ifPresent(given -> given.node().properties().forEach(e -> args.put(e.getKey(), e.getValue())));
        return args;
    }

    private static List<JsonNode> messages(Fields body) {
        if (body.list("messages").isEmpty()) {
            throw body.has("messages")
                    ? ApiException.field("messages", "messages is empty, must have at least one")
                    : body.missing("messages");
        }
        List<JsonNode> messages = new ArrayList<>();
        for (Fields message : body.objects("messages")) {
            messages.add(message(message));
        }
        return messages;
    }

    private static JsonNode message(Fields message) {
        String role = message.requiredText("role");
        if (!ROLES.contains(role)) {
            throw message.wrong("role", message.node().get("role"),
                    "one of " + String.join(", ", ROLES.stream().sorted().toList()));
        }
        ObjectNode read = Exchange.JSON.createObjectNode();
        // OpenAI's newer word for the same role; templates know the older one.
        read.put("role", role.equals("developer") ? "system" : role);
        Optional<String> content = content(message);
        boolean calls = role.equals("assistant") && message.has("tool_calls");
        if (content.isEmpty() && !calls) {
            throw message.missing("content");
        }
        read.put("content", content.orElse(null));
        message.text("name").ifPresent(name -> read.put("name", name));
        message.text("reasoning_content").ifPresent(text -> read.put("reasoning_content", text));
        message.text("tool_call_id").ifPresent(id -> read.put("tool_call_id", id));
        if (calls) {
            var list = read.putArray("tool_calls");
            message.objects("tool_calls").forEach(call -> list.add(ToolFields.call(call)));
        }
        return read;
    }

    /** The text of a message: as it stands, or the parts of a list joined by line breaks. */
    private static Optional<String> content(Fields message) {
        if (message.raw("content").filter(JsonNode::isArray).isEmpty()) {
            return message.text("content");
        }
        List<String> texts = new ArrayList<>();
        for (Fields part : message.objects("content")) {
            String type = part.requiredText("type");
            if (!type.equals("text")) {
                throw part.wrong("type", part.node().get("type"), "\"text\": the model reads texts only");
            }
            texts.add(part.requiredText("text"));
        }
        return Optional.of(String.join("\n", texts));
    }
}
