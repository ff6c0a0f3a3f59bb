package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One answer to a conversation: its deltas while it comes, and the whole of it at the end. */
final class ChatChoice {

    private final int index;
    private final AnswerParts parts;
    private final LogprobList logprobs;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode calls = Exchange.JSON.createArrayNode();
    private String finishReason;

    ChatChoice(int index, TextModel model, ChatRequest request) {
        this.index = index;
        this.parts = model.parts(request);
        this.logprobs = new LogprobList(model, request.topLogprobs().isPresent());
    }

    /** The delta that opens the answer. */
    ObjectNode first() {
        ObjectNode delta = Exchange.JSON.createObjectNode().put("role", "assistant").put("content", "");
        return choice(delta);
    }

    /** The deltas that an event makes; the last one of an answer says why it ended. */
    List<ObjectNode> accept(Answers.Event event) {
        return switch (event) {
            case Answers.Event.Token token -> {
                logprobs.add(token);
                yield deltas(parts.accept(token.piece()));
            }
            case Answers.Event.Ended ended -> {
                List<ObjectNode> deltas = deltas(parts.finish());
                finishReason = ended.end() == TextModel.End.LENGTH ? "length" : calls.isEmpty() ? "stop" : "tool_calls";
                deltas.add(choice(Exchange.JSON.createObjectNode()).put("finish_reason", finishReason));
                yield deltas;
            }
        };
    }

    private List<ObjectNode> deltas(List<AnswerParts.Part> pieces) {
        List<ObjectNode> deltas = new ArrayList<>();
        for (AnswerParts.Part piece : pieces) {
            ObjectNode delta = Exchange.JSON.createObjectNode();
            switch (piece) {
                case AnswerParts.Part.Content said -> {
                    content.append(said.text());
                    delta.put("content", said.text());
                }
                case AnswerParts.Part.Reasoning thought -> {
                    reasoning.append(thought.text());
                    delta.put("reasoning_content", thought.text());
                }
                case AnswerParts.Part.Call call -> {
                    ObjectNode made = call(call);
                    calls.add(made);
                    delta.putArray("tool_calls").add(made.deepCopy().put("index", call.index()));
                }
            }
            deltas.add(choice(delta));
        }
        return deltas;
    }

    private static ObjectNode call(AnswerParts.Part.Call call) {
        ObjectNode made = Exchange.JSON.createObjectNode().put("id", "call_" + UUID.randomUUID()).put("type",
                "function");
        made.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return made;
    }

    private ObjectNode choice(ObjectNode delta) {
        ObjectNode choice = Exchange.JSON.createObjectNode().put("index", index);
        choice.set("delta", delta);
        choice.set("logprobs", logprobs.takeChat());
        choice.putNull("finish_reason");
        return choice;
    }

    /** The whole answer. */
    ObjectNode whole() {
        ObjectNode message = Exchange.JSON.createObjectNode().put("role", "assistant");
        message.put("content", content.isEmpty() && !calls.isEmpty() ? null : content.toString());
        message.putNull("refusal");
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        ObjectNode choice = Exchange.JSON.createObjectNode().put("index", index);
        choice.set("message", message);
        choice.set("logprobs", logprobs.allChat());
        return choice.put("finish_reason", finishReason);
    }
}
