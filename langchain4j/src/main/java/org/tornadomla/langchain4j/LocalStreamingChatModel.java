package org.tornadomla.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.Set;
import org.tornadomla.server.LocalChat;

/**
 * LangChain4j's {@link StreamingChatModel} on a {@link LocalModel}. The handler is called on a thread of its own for
 * each answer; whoever cancels hears no more of it.
 */
public final class LocalStreamingChatModel implements StreamingChatModel {

    private final LocalChat chat;

    LocalStreamingChatModel(LocalChat chat) {
        this.chat = chat;
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Thread.startVirtualThread(() -> {
            AnswerStream answer = new AnswerStream(handler);
            try {
                if (chat.stream(Requests.writeStreamed(request), answer::take)) {
                    answer.end();
                }
            } catch (RuntimeException failure) {
                handler.onError(failure);
            }
        });
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }
}
