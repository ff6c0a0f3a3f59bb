package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.TokenizerException;

/** Ranks and special tokens as Kimi and Moonlight publish them. */
class TiktokenFilesTest {

    private static final List<String> WORDS = List.of("th", "he", "the", " t", " the", "in", "ing", "ng", "aa", "aaa",
            "aaaa", "ab", "ba", "bab", "\u6c49", "\u6c49\u5b57", "12", "123", "  ", "\n\n", "'s");

    @TempDir
    Path folder;

    private static Map<String, Integer> ranks() {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (int i = 0; i < 256; i++) {
            ranks.put(new String(new byte[]{(byte) i}, StandardCharsets.ISO_8859_1), i);
        }
        for (String word : WORDS) {
            ranks.putIfAbsent(latin(word), ranks.size());
        }
        return ranks;
    }

    /** Bytes as characters. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static void write(Path folder, String config) throws IOException {
        StringBuilder lines = new StringBuilder();
        ranks().forEach((token, rank) -> lines
                .append(Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.ISO_8859_1))).append(' ')
                .append(rank).append('\n'));
        Files.writeString(folder.resolve("tiktoken.model"), lines);
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
    }

    private TextTokenizer tokenizer() throws IOException {
        int first = ranks().size();
        write(folder, """
                {"tokenizer_class": "TikTokenTokenizer", "bos_token": "[BOS]", "eos_token": "[EOS]",
                 "added_tokens_decoder": {"%d": {"content": "[BOS]"}, "%d": {"content": "[EOS]"}}}
                """.formatted(first, first + 1));
        return TextTokenizer.load(folder);
    }

    /** Byte-pair merging as tiktoken's own description has it: the lowest rank first, of equal ones the leftmost. */
    private static List<Integer> merged(String piece) {
        Map<String, Integer> ranks = ranks();
        List<String> parts = new ArrayList<>(List.of(latin(piece).split("")));
        while (!ranks.containsKey(String.join("", parts))) {
            int best = -1;
            int lowest = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = ranks.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
                if (rank < lowest) {
                    best = i;
                    lowest = rank;
                }
            }
            if (best < 0) {
                break;
            }
            parts.set(best, parts.get(best) + parts.remove(best + 1));
        }
        String whole = String.join("", parts);
        return ranks.containsKey(whole) ? List.of(ranks.get(whole)) : parts.stream().map(ranks::get).toList();
    }

    @Test
    void cutsAsTheClassDoes() throws IOException {
        List<List<String>> cases = List.of(List.of("Hello", " the", " World", "'s"), List.of("\u6c49\u5b57", "abc"),
                List.of("123", "456", "7"), List.of("a", "  ", " b"), List.of("x", " !?\n\n", "y"), List.of("ab", "Cd"),
                List.of("q", "\u00a0the"), List.of(" \n\n", "  "), List.of("it", "'S", " ", "\u6c49"));
        try (TextTokenizer tokenizer = tokenizer()) {
            for (List<String> pieces : cases) {
                int[] expected = pieces.stream().flatMap(piece -> merged(piece).stream()).mapToInt(id -> id).toArray();
                String text = String.join("", pieces);
                assertArrayEquals(expected, tokenizer.encode(text, false), text);
                assertEquals(text, tokenizer.decode(expected));
            }
        }
    }

    /** Letters of one case are one piece, short or of many thousand bytes, for which jtokkit has another algorithm. */
    @Test
    void mergesByRank() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        try (TextTokenizer tokenizer = tokenizer()) {
            for (int length : IntStream.rangeClosed(1, 60).toArray()) {
                String text = letters(random, length);
                assertEquals(merged(text), IntStream.of(tokenizer.encode(text, false)).boxed().toList(), text);
            }
            String text = letters(random, 1500);
            assertEquals(merged(text), IntStream.of(tokenizer.encode(text, false)).boxed().toList());
        }
    }

    private static String letters(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        random.ints(length, 0, 7).forEach(i -> text.append("abthing".charAt(i)));
        return text.toString();
    }

    @Test
    void specialTokensStandAlone() throws IOException {
        int first = ranks().size();
        try (TextTokenizer tokenizer = tokenizer()) {
            assertArrayEquals(new int[]{first, ranks().get("the"), first + 1, first + 2},
                    tokenizer.encode("[BOS]the[EOS]<|reserved_token_" + (first + 2) + "|>", false));
            assertEquals(first + 1, tokenizer.endId().getAsInt());
            assertEquals("the", tokenizer.decode(new int[]{first, ranks().get("the"), first + 1}));
            assertEquals(first + 256, tokenizer.vocabularySize());
            StreamingDetokenizer stream = tokenizer.detokenizer();
            StringBuilder text = new StringBuilder();
            for (int id : tokenizer.encode("[BOS]\u6c49\u00e9 the", false)) {
                text.append(stream.accept(id));
            }
            assertEquals("\u6c49\u00e9 the", text + stream.finish());
        }
    }

    @Test
    void refusesWhatItCannotUse() throws IOException {
        write(folder, "{\"tokenizer_class\": \"Other\"}");
        assertRefused("tokenizer_class is Other");
        write(folder, "{\"added_tokens_decoder\": {\"3\": {\"content\": \"x\"}}}");
        assertRefused("must be ids from ");
        Files.delete(folder.resolve("tokenizer_config.json"));
        assertRefused("no tokenizer_config.json");
        write(folder, "{}");
        Path ranks = folder.resolve("tiktoken.model");
        String whole = Files.readString(ranks);
        for (String damaged : List.of(whole + "YQ== 5\n", whole + "eHh4 9999\n", whole + "eHh4\n", whole + "?? 300\n",
                whole.substring(whole.indexOf('\n') + 1))) {
            Files.writeString(ranks, damaged);
            assertRefused("tiktoken.model");
        }
    }

    @Test
    void namesTheLineAndTheIdsThatMayBeGiven() throws IOException {
        int first = ranks().size();
        assertFalse(TextTokenizer.isIn(folder));
        write(folder, "{}");
        assertTrue(TextTokenizer.isIn(folder));
        for (int outside : new int[]{first - 1, first + 256}) {
            write(folder, "{\"added_tokens_decoder\": {\"%d\": {\"content\": \"x\"}}}".formatted(outside));
            assertRefused("added_tokens_decoder has " + outside + " {\"content\":\"x\"}, must be ids from " + first
                    + " to " + (first + 255) + " with their content");
        }
        write(folder, "{\"added_tokens_decoder\": {\"word\": {\"content\": \"x\"}}}");
        assertRefused("added_tokens_decoder has word");
        write(folder, "{\"added_tokens_decoder\": {\"%d\": {\"content\": \"x\"}}}".formatted(first + 255));
        try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
            assertArrayEquals(new int[]{first + 255}, tokenizer.encode("x", false));
        }
        Path file = folder.resolve("tiktoken.model");
        Files.writeString(file, Files.readString(file) + "\nYQ== 5\n");
        assertRefused("tiktoken.model, line " + (first + 2) + ": must be a token in base 64");
    }

    /** Every byte has a token, or some texts have none; a longer token that begins with it does not help. */
    @Test
    void aByteWithoutATokenIsMissed() throws IOException {
        write(folder, "{}");
        Path file = folder.resolve("tiktoken.model");
        Files.writeString(file, Files.readString(file).replaceFirst("^AA== 0\n", "AAAA 0\n"));
        assertRefused("tiktoken.model has tokens of 255 single bytes, must have all 256");
    }

    private void assertRefused(String reason) {
        TokenizerException refusal = assertThrows(TokenizerException.class, () -> TextTokenizer.load(folder));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }
}
