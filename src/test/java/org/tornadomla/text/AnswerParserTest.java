package org.tornadomla.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Answers of several families, whole and in pieces; {@code [name {arguments}]} stands for a call, {@code (...)} for
 * reasoning.
 */
class AnswerParserTest {

    private static final String V3 = "<｜tool▁calls▁begin｜> ```json </think>";
    private static final String V31 = "<｜tool▁calls▁begin｜> </think>";
    private static final String KIMI = "<|tool_calls_section_begin|> </think>";
    private static final String GLM = "<tool_call> <arg_key> <think>";
    private static final String DSML = "<｜DSML｜function_calls> </think>";
    private static final String HERMES = "<tool_call> <think>";

    private record Case(String template, String prompt, String answer, String expected) {
    }

    private static final String DS_CALL = "<｜tool▁call▁begin｜>get<｜tool▁sep｜>{\"a\": 1}<｜tool▁call▁end｜>";
    private static final String K_CALL = "<|tool_call_begin|>functions.get:0<|tool_call_argument_begin|>{\"a\": 1}<|tool_call_end|>";
    private static final String D_CALL = "<｜DSML｜invoke name=\"get\">\n<｜DSML｜parameter name=\"a\" string=\"false\">1"
            + "</｜DSML｜parameter>\n</｜DSML｜invoke>\n";
    private static final String H_CALL = "<tool_call>\n{\"name\": \"get\", \"arguments\": {\"a\": 1}}\n</tool_call>";

    private static final List<Case> CASES = List.of(
            new Case("", "", "<think>a</think> <tool_call>", "<think>a</think> <tool_call>"),
            new Case(HERMES, "", "<think>\nWhy\n</think>\n\nBecause ", "(Why)Because "),
            new Case(HERMES, "<think>\n", "Why\n</think>\n\nBecause", "(Why)Because"),
            new Case(HERMES, "<think>", "never ends ", "(never ends )"),
            new Case(HERMES, "<think>\n\n</think>\n\n", " <think>a</think>", " <think>a</think>"),
            new Case(HERMES, "", "No <think>a</think> </think", "No <think>a</think> </think"),
            new Case(HERMES, "", " <thin", " <thin"), new Case(HERMES, "", "  ", "  "),
            new Case(HERMES, "", "I look.\n" + H_CALL + "\n" + H_CALL + "\n", "I look.[get {\"a\":1}][get {\"a\":1}]"),
            new Case(HERMES, "", "<think>x</think>" + H_CALL + " done ", "(x)[get {\"a\":1}]done "),
            new Case(HERMES, "",
                    "<tool_call>{\"name\": \"f\", \"arguments\": {\"t\": \"</tool_call> \\\"\"}}</tool_call>",
                    "[f {\"t\":\"</tool_call> \\\"\"}]"),
            new Case(HERMES, "", "a <tool_call>no json</tool_call> " + H_CALL,
                    "a <tool_call>no json</tool_call>[get {\"a\":1}]"),
            new Case(HERMES, "", "<tool_call>{\"name\": 1, \"arguments\": {}}</tool_call>",
                    "<tool_call>{\"name\": 1, \"arguments\": {}}</tool_call>"),
            new Case(HERMES, "", "<tool_call>{\"name\": \"f\", \"argum", "<tool_call>{\"name\": \"f\", \"argum"),
            new Case(HERMES, "", "a < b <tool_ca", "a < b <tool_ca"),
            new Case(HERMES, "", "<tool_call>" + H_CALL, "<tool_call>[get {\"a\":1}]"),
            new Case(GLM, "",
                    "<tool_call>get\n<arg_key>city</arg_key>\n<arg_value>Bern </tool_call></arg_value>\n<arg_key>n</arg_key>"
                            + "<arg_value>2</arg_value>\n<arg_key>l</arg_key><arg_value>[1, {\"x\": null}]</arg_value></tool_call>",
                    "[get {\"city\":\"Bern </tool_call>\",\"n\":2,\"l\":[1,{\"x\":null}]}]"),
            new Case(GLM, "", "<tool_call>now</tool_call>", "[now {}]"),
            new Case(GLM, "", "<tool_call>two words</tool_call>", "<tool_call>two words</tool_call>"),
            new Case(V31, "</think>", "Text\n<｜tool▁calls▁begin｜>" + DS_CALL + DS_CALL + "<｜tool▁calls▁end｜>",
                    "Text[get {\"a\":1}][get {\"a\":1}]"),
            new Case(V31, "<think>", "r</think><｜tool▁calls▁begin｜>" + DS_CALL, "(r)[get {\"a\":1}]"),
            new Case(V31, "</think>", "<｜tool▁calls▁begin｜> x", "<｜tool▁calls▁begin｜> x"),
            new Case(V31, "</think>", "<｜tool▁calls▁begin｜><｜tool▁calls▁end｜>",
                    "<｜tool▁calls▁begin｜><｜tool▁calls▁end｜>"),
            new Case(V31, "</think>", "<｜tool▁calls▁begin｜>" + DS_CALL + " and text", "[get {\"a\":1}]and text"),
            new Case(V31, "</think>", "<｜tool▁calls▁begin｜>" + DS_CALL + "<｜tool▁call▁begin｜>bad<｜tool▁call▁end｜>",
                    "[get {\"a\":1}]<｜tool▁call▁begin｜>bad<｜tool▁call▁end｜>"),
            new Case(V31, "</think>", DS_CALL, DS_CALL),
            new Case(V3, "",
                    "<think>\n\n</think>\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get\n```json\n{\"a\": \"```\"}\n```"
                            + "<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>b\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
                    "[get {\"a\":\"```\"}][b {}]"),
            new Case(DSML, "</think>", "So:\n\n<｜DSML｜function_calls>\n" + D_CALL
                    + D_CALL.replace("1<", "</｜DSML｜invoke> <").replace("false", "true") + "</｜DSML｜function_calls>",
                    "So:[get {\"a\":1}][get {\"a\":\"</｜DSML｜invoke> \"}]"),
            new Case(DSML, "</think>", "<｜DSML｜function_calls>\n" + D_CALL.replace("1<", "one<"),
                    "<｜DSML｜function_calls>\n" + D_CALL.replace("1<", "one<")),
            new Case(KIMI, "",
                    "<|tool_calls_section_begin|>" + K_CALL + K_CALL.replace("get:0", "other.name:1")
                            + "<|tool_calls_section_end|>",
                    "[functions.get:0 get {\"a\":1}][functions.other.name:1 other.name {\"a\":1}]"),
            new Case(KIMI, "", "<|tool_calls_section_begin|>" + K_CALL.replace("1}", "1"),
                    "<|tool_calls_section_begin|>" + K_CALL.replace("1}", "1")));

    private static String parts(Case example, List<String> pieces) {
        AnswerParser parser = new AnswerParser(AnswerForm.of(example.template), example.prompt);
        List<AnswerPart> parts = new ArrayList<>();
        pieces.forEach(piece -> parts.addAll(parser.add(piece)));
        parts.addAll(parser.end());
        StringBuilder shown = new StringBuilder();
        for (AnswerPart part : parts) {
            switch (part) {
                case AnswerPart.Text text -> shown.append(text.text());
                case AnswerPart.Reasoning reasoning -> shown.append('(').append(reasoning.text()).append(')');
                case AnswerPart.Call call -> shown.append('[').append(call.call().id().map(id -> id + " ").orElse(""))
                        .append(call.call().name()).append(' ').append(call.call().arguments()).append(']');
            }
        }
        return shown.toString().replace(")(", "");
    }

    @Test
    void wholeAnswersAreTakenApart() {
        for (Case example : CASES) {
            assertEquals(example.expected, parts(example, List.of(example.answer)), example.answer);
        }
    }

    /** What is to be forced is written as it is read; GLM's tags hold no object of JSON. */
    @Test
    void framesAreReadAsCalls() {
        for (String template : List.of(V3, V31, KIMI, HERMES)) {
            CallFrame frame = AnswerForm.of(template).frame("get").orElseThrow();
            Case call = new Case(template, "</think>", frame.before() + "{\"a\": 1}" + frame.after(), "");
            String expected = template.equals(KIMI) ? "[functions.get:0 get {\"a\":1}]" : "[get {\"a\":1}]";
            assertEquals(expected, parts(call, List.of(call.answer)));
        }
        assertEquals(Optional.empty(), AnswerForm.of(GLM).frame("get"));
        assertEquals(Optional.empty(), AnswerForm.of(DSML).frame("get"));
        assertEquals(Optional.empty(), AnswerForm.of("").frame("get"));
        assertEquals(Optional.empty(), AnswerForm.of(V31).frame("two words"));
        assertTrue(AnswerForm.of(HERMES).frame("a \"word\"").orElseThrow().before().contains("a \\\"word\\\""));
    }

    @Test
    void piecesOfOneLetterChangeNothing() {
        for (Case example : CASES) {
            assertEquals(example.expected,
                    parts(example, example.answer.chars().mapToObj(Character::toString).toList()), example.answer);
        }
    }

    /** Texts made of marks and bits of calls, so that nearly everything looks like something. */
    @Test
    void anyPiecesGiveTheSame() {
        SplittableRandom random = new SplittableRandom(16);
        List<String> templates = List.of("", V3, V31, KIMI, GLM, HERMES, DSML);
        List<String> bits = List.of("<think>", "</think>", "a", " ", "\n", "<", DS_CALL, K_CALL, H_CALL, "<tool_call>",
                "</tool_call>", "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<|tool_calls_section_begin|>",
                "<|tool_calls_section_end|>", "{\"name\":", "\"", "<arg_key>k</arg_key><arg_value>v</arg_value>",
                "<｜tool▁call▁begin｜>", "<|tool_call_end|>", "<tool_call>f", D_CALL, "<｜DSML｜function_calls>",
                "<｜DSML｜invoke name=\"", "</｜DSML｜function_calls>");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder answer = new StringBuilder();
            for (int bit = random.nextInt(8); bit >= 0; bit--) {
                answer.append(bits.get(random.nextInt(bits.size())));
            }
            String text = answer.toString();
            Case example = new Case(templates.get(random.nextInt(templates.size())),
                    random.nextBoolean() ? "" : "<think>", text, "");
            List<String> pieces = new ArrayList<>();
            int at = 0;
            while (at < text.length()) {
                int end = Math.min(text.length(), at + 1 + random.nextInt(9));
                pieces.add(text.substring(at, end));
                at = end;
            }
            assertEquals(parts(example, List.of(text)), parts(example, pieces), example.template + " | " + text);
        }
    }
}
