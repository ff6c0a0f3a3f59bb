package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The tokenizer of the shipped checkpoint against ids and texts that transformers wrote down. */
class TinyKjvTextTest {

    private static final Path DIRECTORY = Path.of("models", "tiny-kjv");

    @Test
    void idsAndTextsAreThoseOfTransformers() throws Exception {
        JsonNode cases = Json.MAPPER.readTree(DIRECTORY.resolve("expected.json").toFile()).get("cases");
        assertTrue(cases.size() > 0);
        try (TextTokenizer tokenizer = TextTokenizer.load(DIRECTORY)) {
            for (JsonNode one : cases) {
                int[] promptIds = Json.MAPPER.convertValue(one.get("prompt_ids"), int[].class);
                int[] greedyIds = Json.MAPPER.convertValue(one.get("greedy_ids"), int[].class);
                String text = one.get("text").textValue();
                assertArrayEquals(promptIds, tokenizer.encode(one.get("prompt").textValue(), true));
                assertEquals(text, tokenizer.decode(greedyIds));
                assertEquals(text, streamed(tokenizer.continuationDetokenizer(), greedyIds));
            }
        }
    }

    @Test
    void specialTokensAreThoseOfTheSettings() {
        try (TextTokenizer tokenizer = TextTokenizer.load(DIRECTORY)) {
            assertEquals(OptionalInt.of(0), tokenizer.beginId());
            assertEquals(OptionalInt.of(1), tokenizer.endId());
            assertEquals(2048, tokenizer.vocabularySize());
        }
    }

    private static String streamed(StreamingDetokenizer detokenizer, int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(detokenizer.accept(id));
        }
        return text.append(detokenizer.finish()).toString();
    }
}
