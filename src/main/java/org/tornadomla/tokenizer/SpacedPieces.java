package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.LinkedHashMap;

import org.tornadomla.error.TokenizerException;

/**
 * SentencePiece-like tokens: spaces are written as another character, unknown bytes as {@code <0xE2>}, and encoding
 * puts a space before the text. Covers the decoders Metaspace, Replace, ByteFallback, Fuse and a Strip at the start.
 *
 * @param replacements texts that stand for others in every token, in order of application
 * @param byteFallback whether {@code <0xHH>} stands for a byte
 * @param leading      text that is taken off the start, at most {@code leadingCount} times
 * @param leadingCount how often {@code leading} is taken off
 */
record SpacedPieces(Map<String, String> replacements, boolean byteFallback, String leading,
        int leadingCount) implements PieceDecoder {

    /** Length of {@code <0xHH>}. */
    private static final int BYTE_TOKEN_LENGTH = 6;

    /** Reads the steps of a decoder. */
    static SpacedPieces of(List<JsonNode> steps) {
        Map<String, String> replacements = new LinkedHashMap<>();
        boolean byteFallback = false;
        String leading = " ";
        int leadingCount = 0;
        for (JsonNode step : steps) {
            String type = step.path("type").asText();
            switch (type) {
                case "Metaspace" -> {
                    replacements.put(step.path("replacement").asText("\u2581"), " ");
                    boolean prepends = step.path("add_prefix_space").asBoolean(true)
                            && !step.path("prepend_scheme").asText().equals("never");
                    leadingCount = prepends ? Integer.MAX_VALUE : 0;
                }
                case "Replace" -> replacements.put(literal(step), step.path("content").asText());
                case "ByteFallback" -> byteFallback = true;
                case "Fuse" -> {
                    // Joining the pieces is what every caller does.
                }
                case "Strip" -> {
                    if (step.path("stop").asInt() != 0) {
                        throw new TokenizerException(
                                "decoder Strip with stop " + step.path("stop") + " is not supported, only 0");
                    }
                    leading = step.path("content").asText();
                    leadingCount = step.path("start").asInt();
                }
                default ->
                    throw new TokenizerException("decoder " + type + " is not supported; supported are ByteLevel, "
                            + "Metaspace, Replace, ByteFallback, Fuse and Strip");
            }
        }
        return new SpacedPieces(replacements, byteFallback, leading, leadingCount);
    }

    private static String literal(JsonNode step) {
        JsonNode pattern = step.path("pattern").path("String");
        if (!pattern.isTextual()) {
            throw new TokenizerException(
                    "decoder Replace needs a pattern of kind String, found " + step.path("pattern"));
        }
        return pattern.textValue();
    }

    @Override
    public byte[] bytes(String token, boolean first) {
        if (byteFallback && token.length() == BYTE_TOKEN_LENGTH && token.startsWith("<0x") && token.endsWith(">")) {
            int high = Character.digit(token.charAt(3), 16);
            int low = Character.digit(token.charAt(4), 16);
            if (high >= 0 && low >= 0) {
                return new byte[]{(byte) (high * 16 + low)};
            }
        }
        String text = token;
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        return (first ? withoutLeading(text) : text).getBytes(StandardCharsets.UTF_8);
    }

    private String withoutLeading(String text) {
        int start = 0;
        for (int i = 0; i < leadingCount && !leading.isEmpty() && text.startsWith(leading, start); i++) {
            start += leading.length();
        }
        return text.substring(start);
    }
}
