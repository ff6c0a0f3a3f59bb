package org.tornadomla.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.error.MlaException;
import org.tornadomla.testing.Goldens;
import org.tornadomla.tokenizer.ChatMessage;
import org.tornadomla.tokenizer.ChatTemplate;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.tokenizer.TokenizerSettings;

/** Tokenizers out of GGUF files. */
class GgufTokenizerTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final String TEXT = "In the beginning God created the heaven and the earth.\n\n  <|end|>And it's "
            + "\u00e9\u4e2d\ud83d\ude00 1234 'tis  so;\tamen  ";

    @TempDir
    private Path folder;

    /** The golden file was made by others from the shipped checkpoint. */
    @Test
    void idsOfTheGoldenFileAreThoseOfTheCheckpoint() {
        try (GgufModel model = GgufModel.open(Goldens.folder("gguf").resolve("tiny-kjv-Q8_0.gguf"));
                TextTokenizer found = GgufTokenizer.load(model);
                TextTokenizer expected = TextTokenizer.load(TINY)) {
            for (boolean special : new boolean[]{false, true}) {
                assertArrayEquals(expected.encode(TEXT, special), found.encode(TEXT, special));
            }
            assertEquals(expected.beginId(), found.beginId());
            assertEquals(expected.endId(), found.endId());
            assertEquals(expected.vocabularySize(), found.vocabularySize());
            assertArrayEquals(expected.specialIds(), found.specialIds());
            int[] ids = expected.encode(TEXT, true);
            assertEquals(expected.decode(ids), found.decode(ids));
            assertEquals(OptionalInt.of(0), model.config().bosTokenId());
            assertEquals(List.of(1), model.config().eosTokenIds());
        }
    }

    /** What each name cuts a text into, worked out by hand from the published expressions. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '"', value = {"gpt-2 # don't 12345  x # don|'t| 12345| | x",
        "gpt-2 # (Hi), \u4e2d\u65871 # (|Hi|),| \u4e2d\u6587|1",
        "deepseek-llm # don't 12345  x # don|'|t| |1|2|3|4|5| | x",
        "deepseek-llm # (Hi), \u4e2d\u65871 # (|Hi|),| |\u4e2d\u6587|1", "deepseek-coder # don't 12x # don|'|t| |1|2|x",
        "deepseek-v3 # don't 12345  x # don|'t| |123|45| | x",
        "deepseek-v3 # (Hi), \u4e2d\u65871 # (Hi|),| |\u4e2d\u6587|1", "kimi-k2 # don't 12345  x # don't| |123|45| | x",
        "kimi-k2 # (Hi), \u4e2d\u6587ab # (Hi|),| |\u4e2d\u6587|ab"})
    void textsAreCut(String name, String text, String pieces) {
        List<String> found = pieces(PreTokenizer.named(name).orElseThrow(), text);
        assertEquals(Arrays.asList(pieces.split("\\|")), found);
    }

    /**
     * The pieces of a text: every part of it is made a token, and a piece that is a token is taken whole, so the tokens
     * of the text are its pieces.
     */
    private static List<String> pieces(PreTokenizer pre, String text) {
        List<String> tokens = new ArrayList<>(bytes());
        List<String> all = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        for (int from = 0; from < points.length; from++) {
            for (int to = from + 1; to <= points.length; to++) {
                all.add(new String(points, from, to - from));
            }
        }
        all.stream().map(GgufTokenizerTest::alphabet).distinct().filter(token -> !tokens.contains(token))
                .forEach(tokens::add);
        int[] types = new int[tokens.size()];
        Arrays.fill(types, GgufTokenizer.NORMAL);
        String json = new String(new TokenizerJson(pre, tokens, types, List.of(), "test").write(List.of()),
                StandardCharsets.UTF_8).replace("\"ignore_merges\":false", "\"ignore_merges\":true");
        try (TextTokenizer tokenizer = TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), new TokenizerSettings(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Map.of()), "test")) {
            return IntStream.of(tokenizer.encode(text, false)).mapToObj(id -> tokenizer.decode(new int[]{id})).toList();
        }
    }

    private static List<String> bytes() {
        return IntStream.range(0, 256).mapToObj(GgufTokenizerTest::letter).toList();
    }

    private static String alphabet(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length).mapToObj(i -> letter(bytes[i] & 0xFF)).collect(Collectors.joining());
    }

    /** The letter of a byte in GPT-2's alphabet: itself where it prints, else one behind 255 in order. */
    private static String letter(int value) {
        if (prints(value)) {
            return Character.toString(value);
        }
        return Character.toString(256 + (int) IntStream.range(0, value).filter(other -> !prints(other)).count());
    }

    private static boolean prints(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE && value <= 0xFF;
    }

    /** The long list of letters is right when each is a letter with cases, and when it misses none of Unicode 6. */
    @Test
    void casedLettersOfDeepSeekLlm() {
        Pattern words = Pattern.compile(PreTokenizer.DEEPSEEK_LLM.splits().get(1).replace("\\s?", ""));
        for (int point = 0; point < 0x1F000; point++) {
            int type = Character.getType(point);
            boolean cased = type == Character.UPPERCASE_LETTER || type == Character.LOWERCASE_LETTER
                    || type == Character.TITLECASE_LETTER;
            boolean matched = words.matcher(Character.toString(point)).matches();
            assertTrue(cased || !matched, "U+" + Integer.toHexString(point) + " has no case");
            if (cased && point < 0x530) {
                assertTrue(matched, "U+" + Integer.toHexString(point) + " is missing");
            }
        }
    }

    @Test
    void settingsAndTemplate() throws IOException {
        GgufBuilder builder = small().key(GgufTokenizer.ADD_BEGIN, true)
                .key(GgufTokenizer.TEMPLATE, "{{ bos_token }}{% for m in messages %}{{ m['content'] }}{% endfor %}")
                .key("tokenizer.chat_templates", List.of("tool_use")).key("tokenizer.chat_template.tool_use", "tools");
        try (GgufModel model = open(builder); TextTokenizer tokenizer = GgufTokenizer.load(model)) {
            assertArrayEquals(new int[]{3, 2}, tokenizer.encode("ab", true));
            assertEquals("<s>ab", ChatTemplate.of(tokenizer.settings()).render(List.of(ChatMessage.user("ab"))));
            assertEquals("tools", tokenizer.settings().chatTemplates().get("tool_use"));
        }
    }

    /** A turn may end with a token of its own; texts end there too. */
    @Test
    void severalEnds() throws IOException {
        GgufBuilder builder = small().key(GgufTokenizer.END, 3).key("tokenizer.ggml.eot_token_id", 2);
        try (GgufModel model = open(builder)) {
            assertEquals(List.of(3, 2), model.config().eosTokenIds());
        }
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByName() throws IOException {
        refused(b -> b.key(GgufTokenizer.MODEL, "llama"), "tokenizer.ggml.model is llama, supported: gpt2");
        refused(b -> b.key(GgufTokenizer.PRE, "qwen2"),
                "tokenizer.ggml.pre is qwen2, supported: gpt-2, deepseek-llm, deepseek-coder, deepseek-v3, kimi-k2");
        refused(b -> b.keys.remove(GgufTokenizer.MERGES), "metadata has no tokenizer.ggml.merges");
        refused(b -> b.key(GgufTokenizer.MERGES, List.of("ab")), "holds \"ab\", must be two tokens");
        refused(b -> b.key(GgufTokenizer.MERGES, List.of("a c")), "holds \"a c\", must be two tokens");
        refused(b -> b.key(GgufTokenizer.TYPES, new int[]{1}), "tokenizer.ggml.token_type has 1 elements");
        refused(b -> change(b, 1, 6), "token_type of token 1 is 6, supported");
        refused(b -> b.key(GgufTokenizer.BEGIN, 2_000), "bos_token_id is 2000");
        refused(b -> rename(b, 1, "a"), "holds \"a\" twice, id 1 is the second");
        refused(b -> b.key("tokenizer.ggml.add_space_prefix", true), "add_space_prefix is true");
    }

    private static void change(GgufBuilder builder, int id, int type) {
        ((int[]) builder.keys.get(GgufTokenizer.TYPES))[id] = type;
    }

    private static void rename(GgufBuilder builder, int id, String text) {
        List<String> tokens = new ArrayList<>();
        ((List<?>) builder.keys.get(GgufTokenizer.TOKENS)).forEach(token -> tokens.add((String) token));
        tokens.set(id, text);
        builder.key(GgufTokenizer.TOKENS, tokens);
    }

    private void refused(Consumer<GgufBuilder> change, String reason) throws IOException {
        GgufBuilder builder = small();
        change.accept(builder);
        MlaException refusal = assertThrows(MlaException.class, () -> {
            try (GgufModel model = open(builder)) {
                GgufTokenizer.load(model).close();
            }
        });
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private GgufBuilder small() {
        return GgufBuilder
                .copy(SmallModels.convert(Goldens.folder("models").resolve("v2-lite-greedy"), folder, FileType.F32));
    }

    private GgufModel open(GgufBuilder builder) throws IOException {
        return GgufModel.open(Files.write(folder.resolve("changed.gguf"), builder.bytes()));
    }

    /** Ids that the model has and the tokenizer does not are no text. */
    @Test
    void padding() throws IOException {
        try (GgufModel model = open(small()); TextTokenizer tokenizer = GgufTokenizer.load(model)) {
            assertEquals(4, tokenizer.vocabularySize());
            assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(new int[]{4}));
        }
    }
}
