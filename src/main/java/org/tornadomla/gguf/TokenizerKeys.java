package org.tornadomla.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tornadomla.error.TokenizerException;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.tokenizer.TokenizerSettings;

/** Writes a {@code tokenizer.json} and the settings beside it as metadata of a GGUF file. */
final class TokenizerKeys {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FILE = "tokenizer.json";

    /** What the ways of cutting a text disagree about: numbers, scripts, contractions, punctuation, white space. */
    private static final String SAMPLE = "Hello, world! It's 1234567890 o'clock; we'LL see: f(x)=x**2+3.14e10\n\n\n  "
            + "def main():\n\treturn \"\u00e9t\u00e9\"   # \u00dcber\u00df \u4e2d\u6587\u5b57\u7b26123\u3002\u3053\u3093\u306b\u3061\u306f"
            + " \ud55c\uad6d\uc5b4 \u041f\u0440\u0438\u0432\u0435\u0442 \ud83d\ude00\ud83d\ude00 a1b2c3 don't DON'T...!!! \r\n \u00bd \u2160 end  ";

    private final TokenizerSettings settings;
    private final String[] tokens;
    private final int[] types;
    private final List<String> merges = new ArrayList<>();

    private TokenizerKeys(JsonNode root, TokenizerSettings settings, int size) {
        this.settings = settings;
        this.tokens = new String[size];
        this.types = new int[size];
        JsonNode model = root.path("model");
        if (!model.path("type").asText().equals("BPE") || !model.path("vocab").isObject()
                || !root.path("decoder").path("type").asText().equals("ByteLevel")) {
            throw new TokenizerException(FILE + " has model " + model.path("type").asText() + " and decoder "
                    + root.path("decoder").path("type").asText()
                    + "; a GGUF file of these models holds byte-level BPE only");
        }
        model.path("vocab").properties().forEach(token -> put(token.getValue().asInt(), token.getKey(), true, false));
        root.path("added_tokens").forEach(token -> put(token.path("id").asInt(), token.path("content").asText(), false,
                token.path("special").asBoolean()));
        for (int id = 0; id < size; id++) {
            if (tokens[id] == null) {
                tokens[id] = "[PAD" + id + "]";
                types[id] = GgufTokenizer.UNUSED;
            }
        }
        model.path("merges").forEach(this::merge);
    }

    /**
     * Writes the keys.
     *
     * @param directory folder with the tokenizer's files
     * @param size      ids that the model has
     * @throws TokenizerException when they are missing or of a kind that such a file cannot hold
     */
    static void write(Path directory, int size, GgufWriter writer) {
        try (TextTokenizer tokenizer = TextTokenizer.load(directory)) {
            if (tokenizer.vocabularySize() > size) {
                throw new TokenizerException(
                        directory.resolve(FILE) + " has " + tokenizer.vocabularySize() + " ids, the model " + size);
            }
            JsonNode root = MAPPER.readTree(directory.resolve(FILE).toFile());
            TokenizerKeys keys = new TokenizerKeys(root, tokenizer.settings(), size);
            keys.write(keys.preTokenizer(tokenizer, directory), tokenizer, writer);
        } catch (IOException e) {
            throw new TokenizerException(directory.resolve(FILE) + ": " + e.getMessage(), e);
        }
    }

    private void put(int id, String text, boolean normal, boolean special) {
        if (id < 0 || id >= tokens.length) {
            throw new TokenizerException(
                    FILE + ": id " + id + " of \"" + text + "\" is not below the model's " + tokens.length);
        }
        tokens[id] = text;
        if (normal) {
            types[id] = GgufTokenizer.NORMAL;
        } else {
            types[id] = special ? GgufTokenizer.CONTROL : GgufTokenizer.USER_DEFINED;
        }
    }

    /** Newer files write a pair as a list, older ones as a text with a space between. */
    private void merge(JsonNode pair) {
        merges.add(pair.isArray() ? pair.path(0).asText() + " " + pair.path(1).asText() : pair.asText());
    }

    /**
     * The name of the way of cutting texts: the first that gives the ids of the model's own tokenizer for a text on
     * which all of them differ. What the file says is compared by what it does, since one thing is written in several
     * ways.
     */
    private PreTokenizer preTokenizer(TextTokenizer own, Path directory) {
        int[] wanted = own.encode(SAMPLE, false);
        for (PreTokenizer candidate : PreTokenizer.values()) {
            byte[] json = new TokenizerJson(candidate, Arrays.asList(tokens), types, merges, directory.toString())
                    .write(List.of());
            TokenizerSettings plain = new TokenizerSettings(Optional.empty(), Optional.empty(), Optional.empty(),
                    Optional.empty(), Map.of(), Map.of());
            try (TextTokenizer rebuilt = TextTokenizer.of(json, plain, directory.toString())) {
                if (Arrays.equals(wanted, rebuilt.encode(SAMPLE, false))) {
                    return candidate;
                }
            }
        }
        throw new TokenizerException(directory.resolve(FILE) + " cuts texts in a way that has no name in a GGUF file;"
                + " supported: " + PreTokenizer.names());
    }

    private void write(PreTokenizer pre, TextTokenizer tokenizer, GgufWriter writer) {
        writer.text(GgufTokenizer.MODEL, GgufTokenizer.GPT2);
        writer.text(GgufTokenizer.PRE, pre.key());
        writer.texts(GgufTokenizer.TOKENS, Arrays.asList(tokens));
        writer.integers(GgufTokenizer.TYPES, types);
        writer.texts(GgufTokenizer.MERGES, merges);
        tokenizer.beginId().ifPresent(id -> writer.integer(GgufTokenizer.BEGIN, id));
        tokenizer.endId().ifPresent(id -> writer.integer(GgufTokenizer.END, id));
        writer.flag(GgufTokenizer.ADD_BEGIN, settings.addBegin().orElseGet(() -> addsBegin(tokenizer)));
        settings.addEnd().ifPresent(add -> writer.flag(GgufTokenizer.ADD_END, add));
        Map<String, String> templates = settings.chatTemplates();
        List<String> named = templates.keySet().stream()
                .filter(name -> !name.equals(TokenizerSettings.DEFAULT_TEMPLATE)).sorted().toList();
        if (!named.isEmpty()) {
            writer.texts(GgufTokenizer.TEMPLATE_NAMES, named);
            named.forEach(name -> writer.text(GgufTokenizer.TEMPLATE + "." + name, templates.get(name)));
        }
        if (templates.containsKey(TokenizerSettings.DEFAULT_TEMPLATE)) {
            writer.text(GgufTokenizer.TEMPLATE, templates.get(TokenizerSettings.DEFAULT_TEMPLATE));
        }
    }

    /** Settings that are silent leave it to the post-processor of the file. */
    private static boolean addsBegin(TextTokenizer tokenizer) {
        int[] ids = tokenizer.encode("", true);
        return ids.length > 0 && tokenizer.beginId().isPresent() && ids[0] == tokenizer.beginId().getAsInt();
    }
}
