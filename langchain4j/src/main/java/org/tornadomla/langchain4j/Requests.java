package org.tornadomla.langchain4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import java.util.Locale;

/** Requests of LangChain4j in the fields of OpenAI's protocol. */
final class Requests {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Requests() {
    }

    /**
     * Writes a request.
     *
     * @throws UnsupportedFeatureException for a message that is no text
     */
    static ObjectNode write(ChatRequest request) {
        ObjectNode body = JSON.createObjectNode();
        put(body, "model", request.modelName());
        put(body, "temperature", request.temperature());
        put(body, "top_p", request.topP());
        put(body, "top_k", request.topK());
        put(body, "frequency_penalty", request.frequencyPenalty());
        put(body, "presence_penalty", request.presencePenalty());
        put(body, "max_tokens", request.maxOutputTokens());
        if (request.stopSequences() != null && !request.stopSequences().isEmpty()) {
            put(body, "stop", request.stopSequences());
        }
        if (request.toolSpecifications() != null && !request.toolSpecifications().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            request.toolSpecifications().forEach(tool -> tools.add(tool(tool)));
            if (request.toolChoice() != null) {
                body.put("tool_choice", request.toolChoice().name().toLowerCase(Locale.ROOT));
            }
        }
        if (request.responseFormat() != null && request.responseFormat().type() == ResponseFormatType.JSON) {
            body.set("response_format", format(request.responseFormat()));
        }
        ArrayNode messages = body.putArray("messages");
        request.messages().forEach(message -> messages.add(message(message)));
        return body;
    }

    /** Writes a request whose answer comes in events, the last of which tells the usage. */
    static ObjectNode writeStreamed(ChatRequest request) {
        ObjectNode body = write(request).put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    private static void put(ObjectNode body, String field, Object value) {
        if (value != null) {
            body.set(field, JSON.valueToTree(value));
        }
    }

    private static ObjectNode tool(ToolSpecification tool) {
        ObjectNode function = JSON.createObjectNode().put("name", tool.name());
        put(function, "description", tool.description());
        if (tool.parameters() != null) {
            put(function, "parameters", JsonSchemaElementUtils.toMap(tool.parameters()));
        }
        ObjectNode written = JSON.createObjectNode().put("type", "function");
        written.set("function", function);
        return written;
    }

    private static ObjectNode format(ResponseFormat format) {
        JsonSchema schema = format.jsonSchema();
        if (schema == null) {
            return JSON.createObjectNode().put("type", "json_object");
        }
        ObjectNode written = JSON.createObjectNode().put("type", "json_schema");
        ObjectNode named = written.putObject("json_schema").put("name", schema.name());
        put(named, "schema", JsonSchemaElementUtils.toMap(schema.rootElement()));
        return written;
    }

    private static ObjectNode message(ChatMessage message) {
        return switch (message) {
            case SystemMessage system -> said("system", system.text());
            case UserMessage user -> said("user", text(user));
            case AiMessage answer -> answer(answer);
            case ToolExecutionResultMessage result -> said("tool", result.text()).put("tool_call_id", result.id());
            default -> throw new UnsupportedFeatureException("messages of type " + message.type()
                    + " are not supported; give texts, answers and results of tools");
        };
    }

    private static ObjectNode said(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }

    private static String text(UserMessage message) {
        StringBuilder text = new StringBuilder();
        for (Content content : message.contents()) {
            if (!(content instanceof TextContent part)) {
                throw new UnsupportedFeatureException(
                        "content of type " + content.type() + " is not supported; the model reads text alone");
            }
            text.append(text.isEmpty() ? "" : "\n").append(part.text());
        }
        return text.toString();
    }

    private static ObjectNode answer(AiMessage answer) {
        ObjectNode written = said("assistant", answer.text());
        if (answer.thinking() != null) {
            written.put("reasoning_content", answer.thinking());
        }
        if (answer.hasToolExecutionRequests()) {
            ArrayNode calls = written.putArray("tool_calls");
            for (ToolExecutionRequest call : answer.toolExecutionRequests()) {
                calls.addObject().put("id", call.id()).put("type", "function").putObject("function")
                        .put("name", call.name()).put("arguments", call.arguments());
            }
        }
        return written;
    }
}
