package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.TokenizerException;

/** Point 18: what ends the native library, and with it the process, is refused before it gets there. */
class NativeJsonTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    private String valid;

    @BeforeEach
    void readTheShippedOne() throws IOException {
        valid = Files.readString(TINY.resolve("tokenizer.json"));
    }

    private void refused(String part, UnaryOperator<String> change) throws IOException {
        String changed = change.apply(valid);
        assertTrue(!changed.equals(valid), "nothing was changed");
        Files.writeString(folder.resolve("tokenizer.json"), changed);
        String message = assertThrows(TokenizerException.class, () -> TextTokenizer.load(folder)).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void jsonThatTheNativeLibraryDoesNotRead() throws IOException {
        refused("half of a character, \\ud800", json -> json.replaceFirst("\\{", "{\"x\": \"\\\\ud800\", "));
        refused("low surrogate in field name", json -> json.replaceFirst("\\{", "{\"\\\\udc00x\": 1, "));
        refused("nested deeper than 127",
                json -> json.replaceFirst("\\{", "{\"x\": " + "[".repeat(200) + "]".repeat(200) + ", "));
        refused("a number that is too large", json -> json.replaceFirst("\\{", "{\"x\": 1e999, "));
    }

    @Test
    void aPrefixOfSubwordsBesideMerges() throws IOException {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(valid);
        ((ObjectNode) json.get("model")).put("continuing_subword_prefix", "longer than any token");
        refused("continuing_subword_prefix", text -> json.toString());
    }

    /** The prefix does no harm where nothing is merged, and an empty one none at all. */
    @Test
    void aPrefixAloneAndMergesAlonePass() {
        for (String json : new String[]{"{'merges': {}, 'continuing_subword_prefix': '##'}",
            "{'merges': [1], 'continuing_subword_prefix': ''}", "{'merges': [1], 'continuing_subword_prefix': null}",
            "{'x': [1], 'continuing_subword_prefix': '##'}"}) {
            NativeJson.check(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "here");
        }
    }

    @Test
    void levelsAreCounted() {
        NativeJson.check(("[" + "[]".repeat(300).replace("][", "],[") + "]").getBytes(StandardCharsets.UTF_8), "here");
        NativeJson.check(nested(127), "here");
        assertEquals("here is nested deeper than 127 levels",
                assertThrows(TokenizerException.class, () -> NativeJson.check(nested(128), "here")).getMessage());
    }

    private static byte[] nested(int levels) {
        return ("[".repeat(levels) + "]".repeat(levels)).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void wholePairsAndDeepListsPass() {
        NativeJson.check(("{\"\\ud83d\\ude00\": " + "[".repeat(100) + "1.5e300" + "]".repeat(100) + "}")
                .getBytes(StandardCharsets.UTF_8), "here");
        assertEquals("here is not json",
                assertThrows(TokenizerException.class,
                        () -> NativeJson.check("{\"a\": nul}".getBytes(StandardCharsets.UTF_8), "here")).getMessage()
                        .substring(0, 16));
    }
}
