package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.TemplateException;
import org.tornadomla.text.AnswerParser;
import org.tornadomla.text.AnswerPart;

/**
 * Conversations as DeepSeek-V3.2's own program writes them. The forms were read off that program's outputs; the words
 * are ours. Full-width bars are written as {@code |} here and turned back.
 */
class DeepSeekV32TemplateTest {

    private static final String CALL = """


            <|DSML|function_calls>
            <|DSML|invoke name="tide">
            <|DSML|parameter name="harbour" string="true">Oban "north"</|DSML|parameter>
            <|DSML|parameter name="days" string="false">2</|DSML|parameter>
            <|DSML|parameter name="also" string="false">["wind", {"from": null}]</|DSML|parameter>
            </|DSML|invoke>
            <|DSML|invoke name="now">

            </|DSML|invoke>
            </|DSML|function_calls>""";

    @TempDir
    Path directory;
    private ChatTemplate template;

    @BeforeEach
    void load() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"deepseek_v32\"}");
        template = ChatTemplate.of(TokenizerSettings.read(directory));
    }

    private static String bars(String text) {
        return text.replace("<|", "<｜").replace("</|", "</｜").replace("|>", "｜>").replace("DSML|", "DSML｜");
    }

    private static JsonNode json(String text) throws IOException {
        return Json.MAPPER.readTree(text);
    }

    private static ChatMessage calling() throws IOException {
        return new ChatMessage("assistant", null, Map.of("reasoning_content", "I need the tide.", "tool_calls", json("""
                [{"type": "function", "function": {"name": "tide", "arguments":
                {"harbour": "Oban \\"north\\"", "days": 2, "also": ["wind", {"from": null}]}}},
                {"type": "function", "function": {"name": "now", "arguments": {}}}]""")));
    }

    private String written(Conversation conversation) {
        return template.render(conversation).replace("<｜begin▁of▁sentence｜>", "^").replace("<｜end▁of▁sentence｜>", "$")
                .replace("<｜User｜>", "[U]").replace("<｜Assistant｜>", "[A]");
    }

    @Test
    void answersOfEarlierTurnsLoseTheirReasoning() {
        Conversation talk = Conversation.of(List.of(ChatMessage.system("Be brief."), ChatMessage.user("Ebb?"),
                ChatMessage.assistant("At six.").with("reasoning_content", "hm"), ChatMessage.user("Flood?")));
        assertEquals("^Be brief.[U]Ebb?[A]</think>At six.$[U]Flood?[A]</think>", written(talk));
        assertEquals("^Be brief.[U]Ebb?[A]</think>At six.$[U]Flood?[A]<think>", written(talk.with("thinking", true)));
        assertEquals(written(talk.with("thinking", true)), written(talk.with("enable_thinking", true)));
    }

    @Test
    void callsAndResultsBehindTheLastQuestion() throws IOException {
        List<ChatMessage> messages = List.of(ChatMessage.user("Tide?"), calling(), ChatMessage.tool("1", "low"),
                ChatMessage.tool("2", "noon"));
        Conversation talk = Conversation.of(messages);
        String results = "$\n\n<function_results>\n<result>low</result>\n<result>noon</result>\n</function_results>\n\n";
        assertEquals("^[U]Tide?[A]</think>" + bars(CALL) + results + "</think>", written(talk));
        assertEquals("^[U]Tide?[A]<think>I need the tide.</think>" + bars(CALL) + results + "<think>",
                written(talk.with("thinking", true)));
        Conversation half = Conversation.of(messages.subList(0, 3));
        assertTrue(written(half).endsWith("$\n\n<function_results>\n<result>low</result>"), written(half));
    }

    @Test
    void toolsStandInTheSystemMessage() throws IOException {
        List<JsonNode> tools = List.of(json(
                "{\"type\": \"function\", \"function\": {\"name\": \"now\", \"description\": \"Uhrzeit in Köln\"}}"),
                json("{\"type\": \"function\", \"function\": {\"name\": \"tide\", \"parameters\": {\"type\": \"object\"}}}"));
        String schemas = "<functions>\n{\"name\": \"now\", \"description\": \"Uhrzeit in Köln\"}\n"
                + "{\"name\": \"tide\", \"parameters\": {\"type\": \"object\"}}\n</functions>\n[U]Hi[A]</think>";
        String with = written(
                Conversation.of(List.of(ChatMessage.system("Be brief."), ChatMessage.user("Hi"))).withTools(tools));
        assertTrue(with.startsWith("^Be brief.\n\n## Tools\n\nYou have access to"), with);
        assertTrue(with.endsWith("in JSONSchema format:\n" + schemas), with);
        String alone = written(Conversation.of(List.of(ChatMessage.user("Hi"))).withTools(tools));
        assertEquals(with.replace("Be brief.", ""), alone);
    }

    @Test
    void developersAndForms() throws IOException {
        ChatMessage developer = new ChatMessage("developer", "Find it.").with("response_format",
                json("{\"type\": \"object\"}"));
        assertEquals(
                "^[U]\n\n## Response Format:\n\nYou MUST strictly adhere to the following schema to reply:\n"
                        + "{\"type\": \"object\"}\n\n# The user's message is: Find it.[A]<think>",
                written(Conversation.of(List.of(developer)).with("thinking", true)));
    }

    private void refuses(String why, ChatMessage... messages) {
        TemplateException e = assertThrows(TemplateException.class,
                () -> template.render(Conversation.of(List.of(messages)).with("thinking", true)));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void whatTheProgramStopsAtIsRefused() throws IOException {
        ChatMessage user = ChatMessage.user("Hi");
        refuses("the role judge is unknown", new ChatMessage("judge", "Guilty."));
        refuses("answers no call", user, ChatMessage.tool("1", "low"));
        refuses("has reasoning_content or tool_calls", user, ChatMessage.assistant("Ho"));
        refuses("before the last one of the user", new ChatMessage("developer", "Find it."), user);
        refuses("no object of JSON", user, ChatMessage.assistant("").with("tool_calls",
                json("[{\"function\": {\"name\": \"now\", \"arguments\": \"{}\"}}]")));
    }

    /** What the model wrote is read as what the template writes. */
    @Test
    void answersAreTakenApart() {
        AnswerParser parser = new AnswerParser(template.answerForm(), "<｜Assistant｜><think>");
        StringBuilder read = new StringBuilder();
        String answer = "I need the tide.</think>" + bars(CALL);
        answer.chars().forEach(c -> parser.add(Character.toString(c)).forEach(part -> read.append(shown(part))));
        parser.end().forEach(part -> read.append(shown(part)));
        assertEquals("I need the tide.[tide {\"harbour\":\"Oban \\\"north\\\"\",\"days\":2,"
                + "\"also\":[\"wind\",{\"from\":null}]}][now {}]", read.toString());
    }

    private static String shown(AnswerPart part) {
        return switch (part) {
            case AnswerPart.Text text -> "text:" + text.text();
            case AnswerPart.Reasoning reasoning -> reasoning.text();
            case AnswerPart.Call call -> "[" + call.call().name() + " " + call.call().arguments() + "]";
        };
    }

    @Test
    void aTemplateOfTheCheckpointComesFirst() throws IOException {
        Files.writeString(directory.resolve("chat_template.jinja"), "own");
        assertEquals("own", ChatTemplate.of(TokenizerSettings.read(directory)).render(List.of()));
    }
}
