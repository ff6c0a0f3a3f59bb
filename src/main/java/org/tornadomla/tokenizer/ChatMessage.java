package org.tornadomla.tokenizer;

import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role    who speaks, in the words of the template: usually {@code system}, {@code user} or {@code assistant}
 * @param content what is said
 */
public record ChatMessage(String role, String content) {

    /** Refuses null. */
    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
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
}
