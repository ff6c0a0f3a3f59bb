package org.tornadomla.tokenizer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param role    who speaks, in the words of the template: usually {@code system}, {@code user}, {@code assistant} or
 *                    {@code tool}
 * @param content what is said: a text, null for nothing, or a list of parts, each a map with {@code type} and the like
 * @param fields  what else the template may ask for, by its names: {@code tool_calls}, {@code reasoning_content},
 *                    {@code name}, {@code tool_call_id}, ...; values are null, Boolean, String, numbers, lists and maps
 *                    of these, or Jackson's JSON
 */
public record ChatMessage(String role, @Nullable Object content, Map<String, @Nullable Object> fields) {

    /** Refuses null for the role, and copies the fields in their order. */
    public ChatMessage {
        Objects.requireNonNull(role, "role");
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A message of a text alone. */
    public ChatMessage(String role, String content) {
        this(role, Objects.requireNonNull(content, "content"), Map.of());
    }

    /** A message of the user. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }

    /** A message that tells the model how to answer. */
    public static ChatMessage system(String content) {
        return new ChatMessage("system", content);
    }

    /** A message of the model. */
    public static ChatMessage assistant(String content) {
        return new ChatMessage("assistant", content);
    }

    /**
     * What a tool answered.
     *
     * @param callId the id of the call that it answers
     */
    public static ChatMessage tool(String callId, String content) {
        return new ChatMessage("tool", content).with("tool_call_id", callId);
    }

    /** The same message with one more field, or another value of it. */
    public ChatMessage with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new ChatMessage(role, content, more);
    }

    /** The message as a template sees it: role, content, and the fields behind them. */
    Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("role", role);
        map.put("content", content);
        map.putAll(fields);
        return map;
    }
}
