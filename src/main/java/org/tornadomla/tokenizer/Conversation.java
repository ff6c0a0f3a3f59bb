package org.tornadomla.tokenizer;

import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template writes.
 *
 * @param messages            the conversation so far; its texts are taken literally, also where they look like Jinja
 * @param addGenerationPrompt whether to end with what starts an answer of the model
 * @param tools               tools that the model may call, each as a map or JSON with {@code type} and
 *                                {@code function}; null if there are none, which is not the same as an empty list
 * @param variables           further variables of the template, such as {@code enable_thinking}; they come before those
 *                                of the checkpoint
 * @param clock               the date and time that the template is told if it asks
 */
public record Conversation(List<ChatMessage> messages, boolean addGenerationPrompt, @Nullable List<?> tools,
        Map<String, @Nullable Object> variables, Clock clock) {

    /** Copies lists and variables. */
    public Conversation {
        messages = List.copyOf(messages);
        tools = tools == null ? null : List.copyOf(tools);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    /** A conversation that the model is to answer, without tools, at the present time. */
    public static Conversation of(List<ChatMessage> messages) {
        return new Conversation(messages, true, null, Map.of(), Clock.systemDefaultZone());
    }

    /** The same conversation with these tools. */
    public Conversation withTools(@Nullable List<?> given) {
        return new Conversation(messages, addGenerationPrompt, given, variables, clock);
    }

    /** The same conversation with one more variable, or another value of it. */
    public Conversation with(String variable, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
        more.put(variable, value);
        return new Conversation(messages, addGenerationPrompt, tools, more, clock);
    }
}
