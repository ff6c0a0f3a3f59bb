package org.tornadomla.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of calls that are understood. */
final class CallForms {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final String NAME = "[A-Za-z0-9_.:/-]+";
    private static final Pattern FENCED = Pattern
            .compile("function<｜tool▁sep｜>(" + NAME + ")\\s*```json\\s*(.*?)\\s*```\\s*", Pattern.DOTALL);
    private static final Pattern SEPARATED = Pattern.compile("\\s*(" + NAME + ")<｜tool▁sep｜>(.*)", Pattern.DOTALL);
    private static final Pattern NUMBERED = Pattern.compile("\\s*(?<id>(?:functions\\.)?(?<name>" + NAME
            + "?)(?::[0-9]+)?)\\s*<\\|tool_call_argument_begin\\|>(?<arguments>.*)", Pattern.DOTALL);
    private static final Pattern TAGGED = Pattern.compile("\\s*(" + NAME + ")\\s*((?:<arg_key>.*)?)", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern
            .compile("<arg_key>(.*?)</arg_key>\\s*<arg_value>(.*?)</arg_value>\\s*", Pattern.DOTALL);

    private static final Pattern INVOKED = Pattern.compile("(" + NAME + ")\">\\s*((?:<｜DSML｜parameter .*)?)",
            Pattern.DOTALL);
    private static final Pattern PARAMETER = Pattern
            .compile("<｜DSML｜parameter name=\"(?<name>[^\"]*)\" string=\"(?<text>true|false)\">(?<value>.*?)"
                    + "</｜DSML｜parameter>\\s*", Pattern.DOTALL);

    /** DeepSeek-V3 and R1: the arguments stand in a fence of Markdown. */
    static final CallForm DEEPSEEK_V3 = deepSeek(body -> read(FENCED.matcher(body)),
            name -> new CallFrame("function<｜tool▁sep｜>" + name + "\n```json\n", "\n```"));
    /** DeepSeek-V3.1: name, separator, arguments. */
    static final CallForm DEEPSEEK_V31 = deepSeek(body -> read(SEPARATED.matcher(body)),
            name -> new CallFrame(name + "<｜tool▁sep｜>", ""));
    /** Kimi K2: the name is part of an id, {@code functions.name:0}. */
    static final CallForm KIMI_K2 = new CallForm("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>",
            "<|tool_call_begin|>", "<|tool_call_end|>", CallForm.Quoting.JSON_STRINGS, CallForms::numbered,
            Optional.of(name -> new CallFrame("functions." + name + ":0<|tool_call_argument_begin|>", "")));
    /** GLM-4.5 and later: each argument in tags of its own. */
    static final CallForm GLM = new CallForm("", "", "<tool_call>", "</tool_call>", CallForm.Quoting.VALUES,
            CallForms::tagged, Optional.empty());
    /** Qwen and Hermes: an object of JSON with name and arguments. */
    static final CallForm HERMES = new CallForm("", "", "<tool_call>", "</tool_call>", CallForm.Quoting.JSON_STRINGS,
            CallForms::object, Optional.of(name -> new CallFrame(
                    "\n{\"name\": " + MAPPER.getNodeFactory().textNode(name) + ", \"arguments\": ", "}\n")));
    /** DeepSeek-V3.2: markup of its own, each argument a parameter that says whether it is a text or JSON. */
    static final CallForm DSML = new CallForm("<｜DSML｜function_calls>", "</｜DSML｜function_calls>",
            "<｜DSML｜invoke name=\"", "</｜DSML｜invoke>", CallForm.Quoting.PARAMETERS, CallForms::invoked,
            Optional.empty());

    private CallForms() {
    }

    private static CallForm deepSeek(CallForm.Reader reader, Function<String, CallFrame> body) {
        return new CallForm("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>",
                CallForm.Quoting.JSON_STRINGS, reader, Optional.of(body));
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Optional<ObjectNode> arguments(JsonNode node) {
        return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private static Optional<ToolCall> read(Matcher call) {
        if (!call.matches()) {
            return Optional.empty();
        }
        return json(call.group(2)).flatMap(CallForms::arguments)
                .map(arguments -> new ToolCall(Optional.empty(), call.group(1), arguments));
    }

    private static Optional<ToolCall> numbered(String body) {
        Matcher call = NUMBERED.matcher(body);
        if (!call.matches()) {
            return Optional.empty();
        }
        return json(call.group("arguments")).flatMap(CallForms::arguments)
                .map(arguments -> new ToolCall(Optional.of(call.group("id")), call.group("name"), arguments));
    }

    private static Optional<ToolCall> object(String body) {
        Optional<JsonNode> call = json(body).filter(node -> node.path("name").isTextual());
        return call.flatMap(node -> arguments(node.get("arguments")))
                .map(arguments -> new ToolCall(Optional.empty(), call.get().get("name").textValue(), arguments));
    }

    /** A value that is JSON is that value; any other is a text. */
    private static Optional<ToolCall> tagged(String body) {
        Matcher call = TAGGED.matcher(body);
        if (!call.matches()) {
            return Optional.empty();
        }
        ObjectNode arguments = MAPPER.createObjectNode();
        Matcher argument = ARGUMENT.matcher(call.group(2));
        int at = 0;
        while (at < call.group(2).length()) {
            if (!argument.region(at, call.group(2).length()).lookingAt()) {
                return Optional.empty();
            }
            String value = argument.group(2);
            arguments.set(argument.group(1).strip(),
                    json(value).orElseGet(() -> MAPPER.getNodeFactory().textNode(value)));
            at = argument.end();
        }
        return Optional.of(new ToolCall(Optional.empty(), call.group(1), arguments));
    }

    /** A value is what its parameter says: a text as it stands, or JSON. */
    private static Optional<ToolCall> invoked(String body) {
        Matcher call = INVOKED.matcher(body);
        if (!call.matches()) {
            return Optional.empty();
        }
        ObjectNode arguments = MAPPER.createObjectNode();
        Matcher parameter = PARAMETER.matcher(call.group(2));
        int at = 0;
        while (at < call.group(2).length()) {
            if (!parameter.region(at, call.group(2).length()).lookingAt()) {
                return Optional.empty();
            }
            String value = parameter.group("value");
            Optional<JsonNode> read = parameter.group("text").equals("true")
                    ? Optional.of(MAPPER.getNodeFactory().textNode(value))
                    : json(value);
            if (read.isEmpty() || arguments.has(parameter.group("name"))) {
                return Optional.empty();
            }
            arguments.set(parameter.group("name"), read.get());
            at = parameter.end();
        }
        return Optional.of(new ToolCall(Optional.empty(), call.group(1), arguments));
    }
}
