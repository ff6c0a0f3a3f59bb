package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.error.TokenizerException;

/**
 * Turns one token of the vocabulary into the bytes it adds to the text. Working on bytes and not on decoded text makes
 * it certain when a character is whole.
 */
interface PieceDecoder {

    /**
     * The bytes of a token.
     *
     * @param first whether the text starts with this token, so that the space which encoding put before it is taken off
     */
    byte[] bytes(String token, boolean first);

    /**
     * The decoder that the key {@code decoder} of a {@code tokenizer.json} describes.
     *
     * @throws TokenizerException when it has a type whose pieces do not add up to the text
     */
    static PieceDecoder of(JsonNode decoder) {
        if (decoder.isNull() || decoder.isMissingNode()) {
            return (token, first) -> token.getBytes(StandardCharsets.UTF_8);
        }
        List<JsonNode> steps = new ArrayList<>();
        if (decoder.path("type").asText().equals("Sequence")) {
            decoder.path("decoders").forEach(steps::add);
        } else {
            steps.add(decoder);
        }
        boolean byteLevel = steps.stream().anyMatch(step -> step.path("type").asText().equals("ByteLevel"));
        return byteLevel ? byteLevel(steps) : SpacedPieces.of(steps);
    }

    private static PieceDecoder byteLevel(List<JsonNode> steps) {
        for (JsonNode step : steps) {
            String type = step.path("type").asText();
            if (!type.equals("ByteLevel") && !type.equals("Fuse")) {
                throw new TokenizerException("decoder " + type + " beside ByteLevel is not supported");
            }
        }
        return (token, first) -> ByteLevelAlphabet.bytes(token);
    }
}
