package org.tornadomla.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;

/** Answers of OpenAI's protocol as LangChain4j has them. */
final class Answers {

    private Answers() {
    }

    /** Reads a whole answer. */
    static ChatResponse read(JsonNode body) {
        JsonNode choice = body.get("choices").get(0);
        JsonNode message = choice.get("message");
        List<ToolExecutionRequest> calls = new ArrayList<>();
        message.path("tool_calls").forEach(call -> calls.add(call(call)));
        return response(body, message.path("content").asText(""), message.path("reasoning_content").asText(""), calls,
                choice.get("finish_reason").textValue(), body.get("usage"));
    }

    /** A call of a tool. */
    static ToolExecutionRequest call(JsonNode call) {
        return ToolExecutionRequest.builder().id(call.get("id").textValue())
                .name(call.get("function").get("name").textValue())
                .arguments(call.get("function").get("arguments").textValue()).build();
    }

    /** An answer of these parts. */
    static ChatResponse response(JsonNode envelope, String text, String thinking, List<ToolExecutionRequest> calls,
            String reason, JsonNode usage) {
        AiMessage.Builder message = AiMessage.builder();
        if (!text.isEmpty() || calls.isEmpty()) {
            message.text(text);
        }
        if (!thinking.isEmpty()) {
            message.thinking(thinking);
        }
        if (!calls.isEmpty()) {
            message.toolExecutionRequests(calls);
        }
        return ChatResponse.builder().aiMessage(message.build()).id(envelope.get("id").textValue())
                .modelName(envelope.get("model").textValue()).finishReason(reason(reason))
                .tokenUsage(new TokenUsage(usage.get("prompt_tokens").intValue(),
                        usage.get("completion_tokens").intValue(), usage.get("total_tokens").intValue()))
                .build();
    }

    private static FinishReason reason(String reason) {
        return switch (reason) {
            case "length" -> FinishReason.LENGTH;
            case "tool_calls" -> FinishReason.TOOL_EXECUTION;
            default -> FinishReason.STOP;
        };
    }
}
