package org.tornadomla.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.ArrayList;
import java.util.List;

/** Hands the events of an answer on, and puts the whole of it together. */
final class AnswerStream {

    private final StreamingChatResponseHandler handler;
    private final Handle handle = new Handle();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<ToolExecutionRequest> calls = new ArrayList<>();
    private JsonNode envelope;
    private JsonNode usage;
    private String reason;

    /** What a handler cancels by. */
    private static final class Handle implements StreamingHandle {

        private volatile boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }

    AnswerStream(StreamingChatResponseHandler handler) {
        this.handler = handler;
    }

    /**
     * Takes an event.
     *
     * @return whether more are wanted
     */
    boolean take(ObjectNode event) {
        envelope = event;
        JsonNode choice = event.path("choices").path(0);
        JsonNode delta = choice.path("delta");
        String thought = delta.path("reasoning_content").asText("");
        if (!thought.isEmpty()) {
            thinking.append(thought);
            handler.onPartialThinking(new PartialThinking(thought), new PartialThinkingContext(handle));
        }
        String said = delta.path("content").asText("");
        if (!said.isEmpty()) {
            text.append(said);
            handler.onPartialResponse(new PartialResponse(said), new PartialResponseContext(handle));
        }
        for (JsonNode call : delta.path("tool_calls")) {
            calls.add(Answers.call(call));
            handler.onCompleteToolCall(new CompleteToolCall(call.get("index").intValue(), calls.getLast()));
        }
        reason = choice.path("finish_reason").isTextual() ? choice.get("finish_reason").textValue() : reason;
        usage = event.path("usage").isObject() ? event.get("usage") : usage;
        return !handle.isCancelled();
    }

    /** Hands on the whole answer. */
    void end() {
        handler.onCompleteResponse(
                Answers.response(envelope, text.toString(), thinking.toString(), calls, reason, usage));
    }
}
