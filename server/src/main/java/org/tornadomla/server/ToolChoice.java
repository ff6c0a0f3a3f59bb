package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a request says of calls.
 *
 * @param offered tools that the template is told of
 * @param forced  tools of which one must be called; none where the model chooses
 */
record ToolChoice(List<JsonNode> offered, List<JsonNode> forced) {

    static ToolChoice read(Fields body) {
        List<JsonNode> tools = body.objects("tools").stream().map(ToolFields::tool).toList();
        Optional<JsonNode> given = body.raw("tool_choice");
        if (given.isPresent() && given.get().isObject()) {
            return new ToolChoice(tools, List.of(named(body, tools)));
        }
        return switch (given.map(JsonNode::asText).orElse("auto")) {
            case "auto" -> new ToolChoice(tools, List.of());
            case "none" -> new ToolChoice(List.of(), List.of());
            case "required" -> {
                if (tools.isEmpty()) {
                    throw ApiException.field("tool_choice", "tool_choice is \"required\", but tools has none");
                }
                yield new ToolChoice(tools, tools);
            }
            default -> throw body.wrong("tool_choice", given.get(),
                    "\"auto\", \"none\", \"required\", or a function by its name");
        };
    }

    private static JsonNode named(Fields body, List<JsonNode> tools) {
        Fields choice = body.object("tool_choice").orElseThrow();
        if (!choice.requiredText("type").equals("function")) {
            throw choice.wrong("type", choice.node().get("type"), "\"function\"");
        }
        String name = choice.object("function").orElseThrow(() -> choice.missing("function")).requiredText("name");
        return tools.stream().filter(tool -> tool.at("/function/name").textValue().equals(name)).findFirst()
                .orElseThrow(() -> ApiException.field("tool_choice",
                        "tool_choice names the function " + name + ", which tools does not have"));
    }

    /** The form of the answer: that of the request, or a call. */
    AnswerFormat format(Fields body) {
        AnswerFormat format = AnswerFormat.read(body);
        if (forced.isEmpty()) {
            return format;
        }
        if (format.kind() != AnswerFormat.Kind.TEXT) {
            throw ApiException.field("tool_choice",
                    "tool_choice asks for a call and response_format for something else; leave one of them out");
        }
        return AnswerFormat.call(forced);
    }
}
