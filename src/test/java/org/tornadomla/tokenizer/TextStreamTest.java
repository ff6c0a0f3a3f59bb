package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextStreamTest {

    @TempDir
    Path directory;

    @Test
    void stopStringMayEndInsideACharactersTokens() throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.load(TokenizerFixtures.byteLevel(directory))) {
            TextStream stream = new TextStream(tokenizer, List.of("\u00E9!"));
            StringBuilder text = new StringBuilder();
            for (int id : tokenizer.encode("a\u00E9?\u00E9!b", false)) {
                text.append(stream.accept(id));
            }
            assertTrue(stream.stopped());
            assertEquals("a\u00E9?", text.append(stream.finish()).toString());
        }
    }

    @Test
    void incompleteCharacterAndHeldTextComeAtTheEnd() throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.load(TokenizerFixtures.byteLevel(directory))) {
            TextStream stream = new TextStream(tokenizer, List.of("xyz", "y\uFFFD"));
            assertEquals("", stream.accept('x') + stream.accept('y') + stream.accept(0xC3));
            assertEquals("x", stream.finish(), "the replacement completes a stop string");
            TextStream other = new TextStream(tokenizer, List.of("xyz"));
            assertEquals("", other.accept('x') + other.accept('y') + other.accept(0xC3));
            assertEquals("xy\uFFFD", other.finish());
        }
    }
}
