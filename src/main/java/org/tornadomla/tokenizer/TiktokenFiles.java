package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.tornadomla.error.TokenizerException;

/**
 * The files of a tokenizer that a model publishes as ranks and Python, Kimi's and Moonlight's: {@code tiktoken.model},
 * a token in base 64 and its rank a line, and {@code tokenizer_config.json}, which names the special tokens and the
 * class. The Python is not run; how its class cuts a text stands here.
 *
 * @param tokens  bytes by rank
 * @param special texts of special tokens by id
 */
record TiktokenFiles(Map<Integer, byte[]> tokens, Map<Integer, String> special) {

    /** Name of the file with the ranks. */
    static final String RANKS = "tiktoken.model";

    private static final String CONFIG = "tokenizer_config.json";
    private static final String CLASS = "tokenizer_class";
    private static final String KNOWN_CLASS = "TikTokenTokenizer";
    private static final String ADDED = "added_tokens_decoder";
    /** Special tokens behind the ranks, also those that the configuration does not name. */
    private static final int RESERVED = 256;
    /** Far above any published vocabulary. */
    private static final int MOST = 1 << 24;

    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{IsHan}]]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{IsHan}]]";
    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
    private static final String BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";
    /** White space as Unicode has it: what {@code \s} means to tiktoken. */
    private static final String SPACE = "\\p{IsWhite_Space}";

    /** How the class cuts a text: runs of Han, words by their cases, numbers of three digits, marks, space. */
    private static final Pattern SPLIT = Pattern.compile(String.join("|", "\\p{IsHan}+",
            BEFORE + UPPER + "*" + LOWER + "+" + CONTRACTION, BEFORE + UPPER + "+" + LOWER + "*" + CONTRACTION,
            "\\p{N}{1,3}", " ?[^" + SPACE + "\\p{L}\\p{N}]+[\\r\\n]*", SPACE + "*[\\r\\n]+",
            SPACE + "+(?!" + "[^" + SPACE + "])", SPACE + "+"), Pattern.UNICODE_CASE);

    /** Whether a folder holds such a tokenizer. */
    static boolean areIn(Path folder) {
        return Files.isRegularFile(folder.resolve(RANKS));
    }

    /**
     * Reads the files of a folder.
     *
     * @throws TokenizerException when one is missing or damaged, or the class is not known
     */
    static TiktokenFiles read(Path folder) {
        Path config = folder.resolve(CONFIG);
        if (!Files.isRegularFile(config)) {
            throw new TokenizerException("no " + CONFIG + " beside " + folder.resolve(RANKS)
                    + "; it names the special tokens, so put it there");
        }
        try {
            Map<Integer, byte[]> tokens = ranks(folder.resolve(RANKS));
            return new TiktokenFiles(tokens, special(Json.MAPPER.readTree(config.toFile()), config, tokens.size()));
        } catch (IOException e) {
            throw new TokenizerException(folder + ": " + e.getMessage(), e);
        }
    }

    private static Map<Integer, byte[]> ranks(Path file) throws IOException {
        Map<Integer, byte[]> tokens = new HashMap<>();
        Set<String> seen = new HashSet<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isEmpty()) {
                    continue;
                }
                String[] parts = line.split(" ", -1);
                try {
                    byte[] bytes = Base64.getDecoder().decode(parts[0]);
                    int rank = Integer.parseInt(parts[1]);
                    if (parts.length != 2 || bytes.length == 0 || rank < 0 || rank >= MOST || !seen.add(parts[0])
                            || tokens.put(rank, bytes) != null) {
                        throw new IllegalArgumentException("a token or rank comes twice, is empty, or out of range");
                    }
                } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                    throw new TokenizerException(file + ", line " + number
                            + ": must be a token in base 64, a space, and its rank, each once", e);
                }
            }
        }
        for (int rank = 0; rank < tokens.size(); rank++) {
            if (!tokens.containsKey(rank)) {
                throw new TokenizerException(
                        file + " has " + tokens.size() + " tokens and none of rank " + rank + "; ranks have no gaps");
            }
        }
        requireBytes(tokens, file);
        return tokens;
    }

    /** A text of any bytes must have tokens. */
    private static void requireBytes(Map<Integer, byte[]> tokens, Path file) {
        Set<Byte> single = new HashSet<>();
        tokens.values().stream().filter(bytes -> bytes.length == 1).forEach(bytes -> single.add(bytes[0]));
        if (single.size() != 1 << Byte.SIZE) {
            throw new TokenizerException(
                    file + " has tokens of " + single.size() + " single bytes, must have all " + (1 << Byte.SIZE));
        }
    }

    private static Map<Integer, String> special(JsonNode config, Path file, int ranks) {
        String name = config.path(CLASS).asText(KNOWN_CLASS);
        if (!name.equals(KNOWN_CLASS)) {
            throw new TokenizerException(
                    file + ": " + CLASS + " is " + name + ", supported with " + RANKS + ": " + KNOWN_CLASS);
        }
        Map<Integer, String> special = new TreeMap<>();
        for (int id = ranks; id < ranks + RESERVED; id++) {
            special.put(id, "<|reserved_token_" + id + "|>");
        }
        config.path(ADDED).properties().forEach(entry -> {
            JsonNode content = entry.getValue().path("content");
            int id = id(entry.getKey());
            if (id < ranks || id >= ranks + RESERVED || !content.isTextual() || content.textValue().isEmpty()) {
                throw new TokenizerException(file + ": " + ADDED + " has " + entry.getKey() + " " + entry.getValue()
                        + ", must be ids from " + ranks + " to " + (ranks + RESERVED - 1) + " with their content");
            }
            special.put(id, content.textValue());
        });
        return special;
    }

    private static int id(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    TextEncoder encoder() {
        return new TiktokenEncoder(SPLIT, tokens, special);
    }

    Vocabulary vocabulary() {
        return Vocabulary.ofBytes(tokens, special);
    }
}
