package org.tornadomla.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Tools and calls as a request has them, checked and in the form that chat templates read. */
final class ToolFields {

    private ToolFields() {
    }

    /** A description of a function; what it says beside its name is the template's to show. */
    static JsonNode tool(Fields tool) {
        requireFunction(tool);
        Fields function = tool.object("function").orElseThrow(() -> tool.missing("function"));
        function.requiredText("name");
        function.object("parameters");
        return tool.node();
    }

    /** A call of an earlier answer: its arguments become the JSON that their text holds. */
    static JsonNode call(Fields call) {
        requireFunction(call);
        Fields function = call.object("function").orElseThrow(() -> call.missing("function"));
        ObjectNode read = call.node().deepCopy();
        ObjectNode inner = (ObjectNode) read.get("function");
        function.requiredText("name");
        String arguments = function.text("arguments").orElse("{}");
        try {
            JsonNode parsed = Exchange.JSON.readTree(arguments.isBlank() ? "{}" : arguments);
            inner.set("arguments", parsed.isObject() ? parsed : inner.get("arguments"));
        } catch (JsonProcessingException e) {
            throw ApiException.field(function.where() + "arguments",
                    function.where() + "arguments is not the text of a JSON object: " + e.getOriginalMessage());
        }
        return read;
    }

    private static void requireFunction(Fields tool) {
        String type = tool.text("type").orElse("function");
        if (!type.equals("function")) {
            throw tool.wrong("type", tool.node().get("type"), "\"function\"");
        }
    }
}
