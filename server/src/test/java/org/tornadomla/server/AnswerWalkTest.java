package org.tornadomla.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.text.AnswerForm;
import org.tornadomla.text.CallFrame;
import org.tornadomla.tokenizer.TextTokenizer;

/** Calls that are forced, token by token, over the shipped model's vocabulary. */
class AnswerWalkTest {

    private static final AnswerForm HERMES = AnswerForm.of("<tool_call> <think>");
    private static final JsonNode GO = ServedModel.parse(
            "{\"function\":{\"name\":\"go\",\"parameters\":{\"properties\":{\"far\":{\"type\":\"boolean\"}},\"required\":[\"far\"]}}}");
    private static final JsonNode STAY = ServedModel
            .parse("{\"function\":{\"name\":\"stay\",\"parameters\":{\"additionalProperties\":false}}}");

    private static TextTokenizer tokenizer;
    private static Forms forms;

    @BeforeAll
    static void load() {
        tokenizer = TextTokenizer.load(Path.of("models/tiny-kjv"));
        forms = new Forms(tokenizer);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static AnswerWalk walk(AnswerForm form, String prompt, JsonNode... tools) {
        return forms.walk(AnswerFormat.call(List.of(tools)), Optional.of(form), prompt);
    }

    private static void write(AnswerWalk walk, String text) {
        for (int id : tokenizer.encode(text, false)) {
            assertTrue(walk.allowed().get(id), text + ": " + tokenizer.decode(new int[]{id}));
            walk.accept(id);
        }
    }

    @Test
    void aCallIsWrittenInItsFrame() {
        for (String arguments : List.of("{\"far\": true}", "{\"far\":false}")) {
            AnswerWalk walk = walk(HERMES, "</think>", GO, STAY);
            CallFrame frame = HERMES.frame("go").orElseThrow();
            write(walk, frame.before());
            write(walk, arguments);
            assertFalse(walk.isComplete());
            write(walk, frame.after());
            assertTrue(walk.isComplete());
            assertEquals(new BitSet(), walk.allowed(), "the end is all that may follow");
        }
    }

    @Test
    void eachFunctionHasItsOwnArguments() {
        AnswerWalk walk = walk(HERMES, "", GO, STAY);
        assertEquals(1, walk.allowed().cardinality(), "both begin alike");
        write(walk, HERMES.frame("stay").orElseThrow().before());
        write(walk, "{");
        assertFalse(walk.allowed().get(tokenizer.encode("\"", false)[0]), "it has no arguments");
        write(walk, "}");
    }

    @Test
    void reasoningThatThePromptBeganIsFree() {
        AnswerWalk walk = walk(HERMES, "assistant:<think>\n", STAY);
        assertEquals(tokenizer.knownIds(), walk.allowed());
        write(walk, "It is late. </thin");
        assertEquals(tokenizer.knownIds(), walk.allowed());
        assertFalse(walk.isComplete());
        write(walk, "g> so </think>");
        assertEquals(1, walk.allowed().cardinality());
        CallFrame frame = HERMES.frame("stay").orElseThrow();
        write(walk, frame.before() + "{");
        write(walk, "}");
        write(walk, frame.after());
        assertTrue(walk.isComplete());
    }

    @Test
    void whatCannotBeForcedIsRefusedByName() {
        for (String template : List.of("", "<tool_call> <arg_key>")) {
            ApiException refused = assertThrows(ApiException.class, () -> walk(AnswerForm.of(template), "", GO));
            assertEquals("tool_choice", refused.field());
            assertTrue(refused.getMessage().startsWith("a call of go cannot be forced"), refused.getMessage());
        }
        JsonNode list = ServedModel.parse("{\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"array\"}}}");
        assertEquals("tools", assertThrows(ApiException.class, () -> walk(HERMES, "", list)).field());
        JsonNode odd = ServedModel
                .parse("{\"function\":{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":{\"not\":{}}}}}}");
        assertEquals("tools", assertThrows(ApiException.class, () -> walk(HERMES, "", odd)).field());
    }
}
