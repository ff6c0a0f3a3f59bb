package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.error.TemplateException;
import org.tornadomla.tokenizer.ChatMessage;
import org.tornadomla.tokenizer.ChatTemplate;
import org.tornadomla.tokenizer.Conversation;

/** Writes conversations of requests with a model's template. What the template writes is data from then on. */
final class ConversationWriter {

    private final ChatTemplate template;
    private final PlainMarks marks;
    private final boolean readsSpecialTokens;

    /** @param readsSpecialTokens whether special tokens in messages count as such, as in transformers */
    ConversationWriter(ChatTemplate template, PlainMarks marks, boolean readsSpecialTokens) {
        this.template = template;
        this.marks = marks;
        this.readsSpecialTokens = readsSpecialTokens;
    }

    /**
     * The text of a conversation, and its ids.
     *
     * @param text as the template wrote it, marks left out
     */
    record Written(String text, int[] ids) {
    }

    /**
     * Writes a conversation.
     *
     * @throws ApiException when the template refuses it
     */
    Written write(ChatRequest request) {
        List<String> said = new ArrayList<>();
        request.messages().forEach(message -> said.add(message.toString()));
        char mark = PlainMarks.mark(said);
        String rendered;
        try {
            rendered = render(request, mark, false);
        } catch (TemplateException objects) {
            try {
                // Some templates take the arguments of calls as the text that they are in the request.
                rendered = render(request, mark, true);
            } catch (TemplateException texts) {
                throw ApiException.field("messages", objects.getMessage());
            }
        }
        return new Written(rendered.replace(Character.toString(mark), ""), marks.encode(rendered, mark));
    }

    private String render(ChatRequest request, char mark, boolean argumentsAsText) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : request.messages()) {
            messages.add(message(message, mark, argumentsAsText));
        }
        Map<String, Object> variables = new LinkedHashMap<>(request.templateArgs());
        List<?> tools = request.tools().isEmpty() ? null : request.tools();
        return template.render(new Conversation(messages, true, tools, variables, Clock.systemDefaultZone()));
    }

    private ChatMessage message(JsonNode message, char mark, boolean argumentsAsText) {
        String role = message.get("role").textValue();
        String content = message.get("content").textValue();
        boolean plain = !readsSpecialTokens && !role.equals("assistant") && content != null;
        ChatMessage read = new ChatMessage(role, (Object) (plain ? marks.marked(content, mark) : content), Map.of());
        for (Map.Entry<String, JsonNode> field : message.properties()) {
            if (!field.getKey().equals("role") && !field.getKey().equals("content")) {
                read = read.with(field.getKey(), argumentsAsText ? asText(field.getValue()) : field.getValue());
            }
        }
        return read;
    }

    private static JsonNode asText(JsonNode calls) {
        JsonNode copy = calls.deepCopy();
        for (JsonNode call : copy) {
            if (call.path("function") instanceof ObjectNode function && function.path("arguments").isObject()) {
                function.put("arguments", function.get("arguments").toString());
            }
        }
        return copy;
    }
}
