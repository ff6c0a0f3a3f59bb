package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamingDetokenizerTest {

    @TempDir
    static Path directory;

    @AutoClose
    private static TextTokenizer byteLevel;
    @AutoClose
    private static TextTokenizer byteFallback;

    @BeforeAll
    static void load() throws Exception {
        byteLevel = TextTokenizer.load(TokenizerFixtures.byteLevel(Files.createDirectory(directory.resolve("level"))));
        Path fallback = Files.createDirectory(directory.resolve("fallback"));
        byteFallback = TextTokenizer.load(TokenizerFixtures.byteFallback(fallback));
    }

    private static List<String> pieces(StreamingDetokenizer detokenizer, int... ids) {
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            pieces.add(detokenizer.accept(id));
        }
        pieces.add(detokenizer.finish());
        return pieces;
    }

    @Test
    void characterOverFourTokensComesWhole() {
        assertEquals(List.of("", "", "", "\uD83D\uDE00", "!", ""),
                pieces(byteLevel.detokenizer(), 0xF0, 0x9F, 0x98, 0x80, '!'));
    }

    @Test
    void charactersBeforeTheIncompleteOneAreNotHeldBack() {
        assertEquals(List.of("a", "", "\u00E9", "b", ""), pieces(byteLevel.detokenizer(), 'a', 0xC3, 0xA9, 'b'));
    }

    @Test
    void byteThatStartsNoCharacterIsReplacedAtOnce() {
        assertEquals(List.of("\uFFFD", "a", "\uFFFD", ""), pieces(byteLevel.detokenizer(), 0xFF, 'a', 0x80));
    }

    @Test
    void brokenCharacterIsReplacedWhenTheNextByteBreaksIt() {
        assertEquals(List.of("", "", "\uFFFDa", ""), pieces(byteLevel.detokenizer(), 0xE2, 0x82, 'a'));
    }

    @Test
    void replacementCharacterOfTheTextItselfIsAWholeCharacter() {
        assertEquals(List.of("", "", "\uFFFD", ""), pieces(byteLevel.detokenizer(), 0xEF, 0xBF, 0xBD));
    }

    @Test
    void incompleteCharacterIsFlushedAtTheEnd() {
        assertEquals(List.of("", "", "", "\uFFFD"), pieces(byteLevel.detokenizer(), 0xF0, 0x9F, 0x98));
    }

    @Test
    void finishedStreamStartsAfresh() {
        StreamingDetokenizer detokenizer = byteLevel.detokenizer();
        pieces(detokenizer, 0xF0, 0x9F);
        assertEquals(List.of("a", ""), pieces(detokenizer, 'a'));
    }

    @Test
    void specialTokensAreNoText() {
        assertEquals(List.of("", "", "", "\u00E9", ""),
                pieces(byteLevel.detokenizer(), TokenizerFixtures.BEGIN_ID, 0xC3, TokenizerFixtures.END_ID, 0xA9));
    }

    @Test
    void unknownIdIsRefused() {
        StreamingDetokenizer detokenizer = byteLevel.detokenizer();
        assertThrows(IllegalArgumentException.class, () -> detokenizer.accept(258));
        assertThrows(IllegalArgumentException.class, () -> detokenizer.accept(-1));
    }

    @Test
    void byteFallbackTokensMakeOneCharacter() {
        int base = TokenizerFixtures.FIRST_BYTE_ID;
        assertEquals(List.of("b", "", "", "\u20AC", ""), pieces(byteFallback.continuationDetokenizer(),
                TokenizerFixtures.B_ID, base + 0xE2, base + 0x82, base + 0xAC));
    }

    @Test
    void spaceThatEncodingPutInFrontIsTakenOffTheStartOnly() {
        int word = TokenizerFixtures.SPACE_A_ID;
        assertEquals(List.of("", "a", " a", ""),
                pieces(byteFallback.detokenizer(), TokenizerFixtures.FALLBACK_BEGIN_ID, word, word));
        assertEquals(List.of(" a", " a", ""), pieces(byteFallback.continuationDetokenizer(), word, word));
    }

    @Test
    void secondByteThatRulesTheCharacterOutIsNotWaitedFor() {
        assertEquals(List.of("", "\uFFFD\uFFFD", ""), pieces(byteLevel.detokenizer(), 0xED, 0xA0));
        assertEquals(List.of("", "\uFFFD\uFFFD", ""), pieces(byteLevel.detokenizer(), 0xF4, 0x90));
    }

    /**
     * 400 random byte strings: the joined pieces are what Hugging Face makes of all bytes, and no piece cuts a
     * character.
     */
    @Test
    void joinedPiecesAreTheTextOfAllBytes() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(23);
        int[] starts = {0x41, 0x80, 0xBF, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xFF};
        for (int run = 0; run < 400; run++) {
            int[] ids = random.ints(random.nextInt(12), 0, 2 * starts.length)
                    .map(n -> n < starts.length ? starts[n] : 0x80 + (n - starts.length) * 5).toArray();
            List<String> pieces = pieces(byteLevel.detokenizer(), ids);
            assertEquals(byteLevel.decode(ids), String.join("", pieces));
            assertTrue(pieces.stream().noneMatch(p -> p.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)));
        }
    }

    /** Every character there is, a byte a token: nothing before its last byte, then the character. */
    @Test
    void everyCharacterComesWithItsLastByte() {
        StreamingDetokenizer detokenizer = byteLevel.detokenizer();
        for (int character = 0; character <= Character.MAX_CODE_POINT; character += character < 0x800 ? 1 : 37) {
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                continue;
            }
            String expected = Character.toString(character);
            byte[] bytes = expected.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length - 1; i++) {
                assertEquals("", detokenizer.accept(bytes[i] & 0xFF));
            }
            assertEquals(expected, detokenizer.accept(bytes[bytes.length - 1] & 0xFF));
        }
    }
}
