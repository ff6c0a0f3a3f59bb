package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.tornadomla.error.TokenizerException;

class TextTokenizerTest {

    private static final int BEGIN = TokenizerFixtures.BEGIN_ID;
    private static final int END = TokenizerFixtures.END_ID;

    @TempDir
    Path directory;

    private TextTokenizer tokenizer(String configMembers) throws Exception {
        TokenizerFixtures.writeConfig(directory, configMembers);
        return TextTokenizer.load(TokenizerFixtures.byteLevel(directory));
    }

    private static int[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xFF;
        }
        return ids;
    }

    @Test
    void textOutsideTheBasicPlaneGoesThereAndBack() throws Exception {
        String text = "\u00E9 \u20AC \uD83D\uDE00 \u0000 end";
        try (TextTokenizer tokenizer = tokenizer("")) {
            assertArrayEquals(utf8(text), tokenizer.encode(text, false));
            assertEquals(text, tokenizer.decode(tokenizer.encode(text, false)));
            assertArrayEquals(new int[0], tokenizer.encode("", true));
            assertEquals(258, tokenizer.vocabularySize());
        }
    }

    @Test
    void halfOfASurrogatePairIsReplacedAndLeavesTheRestAlone() throws Exception {
        try (TextTokenizer tokenizer = tokenizer("")) {
            assertArrayEquals(utf8("\uD83D\uDE00 x\uFFFDy"), tokenizer.encode("\uD83D\uDE00 x\uD83Dy", false));
        }
    }

    @Test
    void settingsPutBeginAndEnd() throws Exception {
        try (TextTokenizer tokenizer = tokenizer(
                TokenizerFixtures.BOTH_TOKENS + ", \"add_bos_token\": true, \"add_eos_token\": true")) {
            assertArrayEquals(new int[]{BEGIN, 'a', END}, tokenizer.encode("a", true));
            assertArrayEquals(new int[]{'a'}, tokenizer.encode("a", false));
            assertEquals(OptionalInt.of(BEGIN), tokenizer.beginId());
            assertEquals(OptionalInt.of(END), tokenizer.endId());
            assertArrayEquals(new int[]{BEGIN, END}, tokenizer.specialIds());
        }
    }

    @Test
    void settingsForbidBegin() throws Exception {
        TokenizerFixtures.writeTokenizer(directory, withBeginTemplate());
        TokenizerFixtures.writeConfig(directory, TokenizerFixtures.BOTH_TOKENS + ", \"add_bos_token\": false");
        try (TextTokenizer tokenizer = TextTokenizer.load(directory)) {
            assertArrayEquals(new int[]{'a'}, tokenizer.encode("a", true));
        }
    }

    @Test
    void postProcessorPutsBeginWhereTheSettingsAreSilent() throws Exception {
        TokenizerFixtures.writeTokenizer(directory, withBeginTemplate());
        TokenizerFixtures.writeConfig(directory, TokenizerFixtures.BOTH_TOKENS);
        try (TextTokenizer tokenizer = TextTokenizer.load(directory)) {
            assertArrayEquals(new int[]{BEGIN, 'a'}, tokenizer.encode("a", true));
            assertArrayEquals(new int[]{BEGIN, 'a'}, tokenizer.encode(TokenizerFixtures.BEGIN + "a", true));
        }
    }

    @Test
    void textThatStartsWithTheBeginTokenGetsNoSecondOne() throws Exception {
        try (TextTokenizer tokenizer = tokenizer(TokenizerFixtures.BOTH_TOKENS + ", \"add_bos_token\": true")) {
            String written = TokenizerFixtures.BEGIN + "User: a";
            int[] ids = tokenizer.encode(written, true);
            assertEquals(BEGIN, ids[0]);
            assertArrayEquals(tokenizer.encode("User: a", true), ids);
            assertArrayEquals(ids, tokenizer.encode(written, false));
        }
    }

    @Test
    void lengthLimitOfTheFileDoesNotCutTheText() throws Exception {
        ObjectNode root = TokenizerFixtures.byteLevelTree();
        root.putObject("truncation").put("direction", "Right").put("max_length", 4).put("strategy", "LongestFirst")
                .put("stride", 0);
        ObjectNode padding = root.putObject("padding").put("direction", "Right").put("pad_id", 0).put("pad_type_id", 0)
                .put("pad_token", "!");
        padding.putObject("strategy").put("Fixed", 600);
        padding.putNull("pad_to_multiple_of");
        String text = "x".repeat(700);
        try (TextTokenizer tokenizer = TextTokenizer.load(TokenizerFixtures.writeTokenizer(directory, root))) {
            assertEquals(700, tokenizer.encode(text, true).length);
            assertEquals(3, tokenizer.encode("xxx", true).length);
        }
    }

    @Test
    void loadingForbidsDownloads() throws Exception {
        try (TextTokenizer tokenizer = tokenizer("")) {
            assertEquals("true", System.getProperty("ai.djl.offline"), "of " + tokenizer);
        }
    }

    @Test
    void unknownIdIsRefused() throws Exception {
        try (TextTokenizer tokenizer = tokenizer("")) {
            var e = assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(new int[]{'a', 258}));
            assertTrue(e.getMessage().contains("258"), e.getMessage());
        }
    }

    @Test
    void unusableFilesAreRefusedByName() throws Exception {
        assertRefused("no tokenizer.json in");
        Files.writeString(directory.resolve("tokenizer.json"), "[1, 2]");
        assertRefused("expected a JSON object");
        Files.writeString(directory.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"a\": 99999999}}}");
        assertRefused("outside 0 to");
        Files.writeString(directory.resolve("tokenizer.json"),
                "{\"model\": {\"vocab\": {\"a\": 0}}, \"decoder\": {\"type\": \"CTC\"}}");
        assertRefused("decoder CTC is not supported");
        TokenizerFixtures.byteLevel(directory);
        TokenizerFixtures.writeConfig(directory, "\"bos_token\": \"<s>\"");
        assertRefused("bos_token \"<s>\" is not a token");
        TokenizerFixtures.writeConfig(directory, "\"add_bos_token\": true");
        assertRefused("names none");
        TokenizerFixtures.writeConfig(directory, "\"add_bos_token\": \"yes\"");
        assertRefused("add_bos_token must be true or false");
    }

    private void assertRefused(String reason) {
        var e = assertThrows(TokenizerException.class, () -> TextTokenizer.load(directory));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    private static ObjectNode withBeginTemplate() {
        ObjectNode root = TokenizerFixtures.byteLevelTree();
        ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", TokenizerFixtures.BEGIN).put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        processor.putArray("pair").addAll(single);
        ObjectNode token = processor.putObject("special_tokens").putObject(TokenizerFixtures.BEGIN).put("id",
                TokenizerFixtures.BEGIN);
        token.putArray("ids").add(BEGIN);
        token.putArray("tokens").add(TokenizerFixtures.BEGIN);
        return root;
    }

    /** A template may ask for any of them. */
    @Test
    void furtherSpecialTokensAreRead() throws Exception {
        try (TextTokenizer tokenizer = tokenizer(TokenizerFixtures.BOTH_TOKENS
                + ", \"pad_token\": \"<pad>\", \"unk_token\": {\"content\": \"<unk>\"}, \"cls_token\": null")) {
            assertEquals(Map.of("bos_token", TokenizerFixtures.BEGIN, "eos_token", TokenizerFixtures.END, "pad_token",
                    "<pad>", "unk_token", "<unk>"), tokenizer.settings().specialTokens());
        }
    }

    @Test
    void aFolderWithoutFilesHasNone() throws Exception {
        assertFalse(TextTokenizer.isIn(directory));
        TokenizerFixtures.byteLevel(directory);
        assertTrue(TextTokenizer.isIn(directory));
    }

    /** The first and the last of the codes that are halves of pairs, and their neighbours. */
    @Test
    void halvesAreThoseOfTheSurrogates() throws Exception {
        try (TextTokenizer tokenizer = tokenizer("")) {
            assertArrayEquals(utf8("\uD7FF\uFFFD \uFFFD\uE000"), tokenizer.encode("\uD7FF\uD800 \uDFFF\uE000", false));
        }
    }

    @Test
    void namesTheFirstTokenThatIsAnother(@TempDir Path one, @TempDir Path two) throws IOException {
        try (TextTokenizer bytes = TextTokenizer.load(TokenizerFixtures.byteLevel(one));
                TextTokenizer fallback = TextTokenizer.load(TokenizerFixtures.byteFallback(two))) {
            assertEquals(Optional.empty(), bytes.difference(bytes));
            String difference = bytes.difference(fallback).orElseThrow();
            assertTrue(difference.matches("token id 0 is '\\x00' and .*"), difference);
        }
    }
}
