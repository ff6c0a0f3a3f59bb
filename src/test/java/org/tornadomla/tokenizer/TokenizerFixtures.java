package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small tokenizers in Hugging Face's format: every byte is a token, as are a begin and an end token. */
final class TokenizerFixtures {

    static final String BEGIN = "<\uFF5Cbegin\u2581of\u2581sentence\uFF5C>";
    static final String END = "<\uFF5Cend\u2581of\u2581sentence\uFF5C>";
    static final String BOTH_TOKENS = "\"bos_token\": \"" + BEGIN + "\", \"eos_token\": {\"content\": \"" + END + "\"}";

    /** Ids of the byte-level tokenizer: a byte is its own id. */
    static final int BEGIN_ID = 256;
    static final int END_ID = 257;

    /** Ids of the byte-fallback tokenizer: {@code <0xHH>} is 3 + its byte, words come behind. */
    static final int FIRST_BYTE_ID = 3;
    static final int SPACE_A_ID = 259;
    static final int B_ID = 260;
    static final int FALLBACK_BEGIN_ID = 1;

    private TokenizerFixtures() {
    }

    /** A byte-level tokenizer without merges, whose token ids are the bytes. */
    static Path byteLevel(Path directory) throws IOException {
        return writeTokenizer(directory, byteLevelTree());
    }

    /** The tree of {@link #byteLevel}, for a test to change. */
    static ObjectNode byteLevelTree() {
        ObjectNode vocabulary = Json.MAPPER.createObjectNode();
        int next = 256;
        for (int value = 0; value < 256; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
            vocabulary.put(Character.toString(printable ? value : next++), value);
        }
        ObjectNode root = tree(vocabulary, false);
        ((ObjectNode) root.get("model")).putArray("merges");
        addSpecial(root, BEGIN_ID, BEGIN);
        addSpecial(root, END_ID, END);
        putByteLevel(root, "pre_tokenizer");
        putByteLevel(root, "decoder");
        return root;
    }

    /** A tokenizer of the Llama kind: a space before the text, spaces as U+2581, unknown characters as bytes. */
    static Path byteFallback(Path directory) throws IOException {
        ObjectNode vocabulary = Json.MAPPER.createObjectNode();
        vocabulary.put("<unk>", 0);
        for (int value = 0; value < 256; value++) {
            vocabulary.put(String.format("<0x%02X>", value), FIRST_BYTE_ID + value);
        }
        vocabulary.put("\u2581a", SPACE_A_ID).put("b", B_ID).put("\u2581", 261).put("a", 262);
        ObjectNode root = tree(vocabulary, true);
        ((ObjectNode) root.get("model")).putArray("merges").addArray().add("\u2581").add("a");
        addSpecial(root, FALLBACK_BEGIN_ID, BEGIN);
        addSpecial(root, 2, END);
        ArrayNode normalizers = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
        normalizers.addObject().put("type", "Replace").put("content", "\u2581").putObject("pattern").put("String", " ");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject().put("type", "Replace").put("content", " ").putObject("pattern").put("String", "\u2581");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
        return writeTokenizer(directory, root);
    }

    /** Writes a tokenizer.json. */
    static Path writeTokenizer(Path directory, ObjectNode root) throws IOException {
        Json.MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), root);
        return directory;
    }

    /** Writes a tokenizer_config.json with the given members. */
    static void writeConfig(Path directory, String members) throws IOException {
        Files.writeString(directory.resolve("tokenizer_config.json"), "{" + members + "}");
    }

    private static ObjectNode tree(ObjectNode vocabulary, boolean byteFallback) {
        ObjectNode root = Json.MAPPER.createObjectNode().put("version", "1.0");
        root.putArray("added_tokens");
        ObjectNode model = root.putObject("model").put("type", "BPE").put("byte_fallback", byteFallback);
        model.set("vocab", vocabulary);
        return root;
    }

    private static void putByteLevel(ObjectNode root, String key) {
        root.putObject(key).put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", false)
                .put("use_regex", false);
    }

    private static void addSpecial(ObjectNode root, int id, String content) {
        ((ArrayNode) root.get("added_tokens")).addObject().put("id", id).put("content", content).put("special", true)
                .put("single_word", false).put("lstrip", false).put("rstrip", false).put("normalized", false);
    }
}
