package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** What messages show of texts from elsewhere, and the file of defaults beside a configuration. */
class ShortenedTest {

    @Test
    void longTextsAreCut() {
        String just = "x".repeat(200);
        assertEquals(just, Shortened.text(just));
        assertEquals(just + "... (201 characters)", Shortened.text(just + "y"));
        assertEquals("a;b", Shortened.list(List.of("a", "b"), ";"));
        assertEquals(String.join(" ", Collections.nCopies(10, "a")), Shortened.list(Collections.nCopies(10, "a"), " "));
        assertEquals(String.join(" ", Collections.nCopies(10, "a")) + " ... (11 in all)",
                Shortened.list(Collections.nCopies(11, "a"), " "));
    }

    /** A terminal obeys control characters, and no output encodes half a pair. */
    @Test
    void whatATerminalWouldObeyIsWritten() {
        assertEquals("a\tb\r\nc", Shortened.visible("a\tb\r\nc"));
        assertEquals("\\u001b[31m\\u0007\\u009b", Shortened.visible("\u001b[31m\u0007\u009b"));
        assertEquals("\\ud800 \\udfff", Shortened.visible("\ud800 \udfff"));
        assertEquals("\ud7ff\ue000 \ud83d\ude00", Shortened.visible("\ud7ff\ue000 \ud83d\ude00"));
    }

    @Test
    void defaultsOfGenerationAreReadWhereThereAreAny(@TempDir Path folder) throws IOException {
        assertEquals(GenerationDefaults.NONE, GenerationDefaults.read(folder));
        Path file = folder.resolve(GenerationDefaults.FILE);
        Files.writeString(file, """
                {"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.95, "min_p": 0.1,
                 "repetition_penalty": 1.05, "eos_token_id": [1, 7], "max_length": 3}""");
        assertEquals(
                new GenerationDefaults(true, OptionalDouble.of(0.6), OptionalInt.of(20), OptionalDouble.of(0.95),
                        OptionalDouble.of(0.1), OptionalDouble.of(1.05), List.of(1, 7)),
                GenerationDefaults.read(folder));
        Files.writeString(file, "{\"top_k\": 0.5}");
        assertEquals(file + ": top_k is 0.5, must be a whole number of 32 bits",
                assertThrows(ConfigurationException.class, () -> GenerationDefaults.read(folder)).getMessage());
    }
}
