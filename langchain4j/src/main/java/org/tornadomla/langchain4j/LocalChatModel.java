package org.tornadomla.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.Set;
import org.tornadomla.server.LocalChat;

/** LangChain4j's {@link ChatModel} on a {@link LocalModel}: tools, JSON schemas and reasoning included. */
public final class LocalChatModel implements ChatModel {

    private final LocalChat chat;

    LocalChatModel(LocalChat chat) {
        this.chat = chat;
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return Answers.read(chat.answer(Requests.write(request)));
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }
}
