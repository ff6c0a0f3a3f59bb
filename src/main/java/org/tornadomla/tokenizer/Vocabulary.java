package org.tornadomla.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.tornadomla.error.TokenizerException;

/**
 * The tokens of a {@code tokenizer.json} by id, with the decoder that turns them into bytes. The file is read as a
 * stream, so that the merge table, its largest part, is never held.
 */
final class Vocabulary {

    /** Far above any published vocabulary; keeps a damaged file from claiming memory. */
    private static final int MAXIMUM_ID = (1 << 24) - 1;

    private final String[] tokens;
    private final BitSet special;
    private final Map<String, Integer> addedIds;
    private final PieceDecoder decoder;

    private Vocabulary(String[] tokens, BitSet special, Map<String, Integer> addedIds, PieceDecoder decoder) {
        this.tokens = tokens;
        this.special = special;
        this.addedIds = addedIds;
        this.decoder = decoder;
    }

    /**
     * Reads the vocabulary, the added tokens and the decoder.
     *
     * @param json  a {@code tokenizer.json} in UTF-8
     * @param where where it comes from, for messages
     * @throws TokenizerException when the file is not a tokenizer, or has a decoder that cannot be streamed
     */
    static Vocabulary read(byte[] json, String where) {
        Reader reader = new Reader();
        try (JsonParser parser = Json.MAPPER.createParser(json)) {
            reader.readFile(parser);
            return reader.build();
        } catch (IOException | TokenizerException e) {
            throw new TokenizerException(where + ": " + e.getMessage(), e);
        }
    }

    /**
     * A vocabulary of bytes.
     *
     * @param tokens  bytes of the tokens by id; no id is missing
     * @param special texts of the tokens with a meaning of their own, by id
     */
    static Vocabulary ofBytes(Map<Integer, byte[]> tokens, Map<Integer, String> special) {
        int size = Stream.concat(tokens.keySet().stream(), special.keySet().stream()).mapToInt(id -> id + 1).max()
                .orElse(0);
        String[] texts = new String[size];
        tokens.forEach((id, bytes) -> texts[id] = ByteLevelAlphabet.token(bytes));
        BitSet specialIds = new BitSet();
        Map<String, Integer> addedIds = new HashMap<>();
        special.forEach((id, text) -> {
            texts[id] = text;
            specialIds.set(id);
            addedIds.put(text, id);
        });
        return new Vocabulary(texts, specialIds, addedIds, (token, first) -> ByteLevelAlphabet.bytes(token));
    }

    /** Largest id plus one. */
    int size() {
        return tokens.length;
    }

    /** Whether the id stands for a token with a meaning of its own, which is no part of the text. */
    boolean isSpecial(int id) {
        return special.get(id);
    }

    /** Ids of all special tokens, ascending. */
    int[] specialIds() {
        return special.stream().toArray();
    }

    /** The id of an added token, which the special ones are. */
    OptionalInt addedId(String text) {
        Integer id = addedIds.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The bytes that a token adds to the text.
     *
     * @param first whether no token that shows came before it in this text
     * @throws IllegalArgumentException when no token has that id
     */
    byte[] bytes(int id, boolean first) {
        requireKnown(id);
        return decoder.bytes(tokens[id], first);
    }

    /** Ids with a token. */
    BitSet knownIds() {
        BitSet known = new BitSet(tokens.length);
        for (int id = 0; id < tokens.length; id++) {
            known.set(id, tokens[id] != null);
        }
        return known;
    }

    /** The lowest id that stands for something else in another vocabulary, and both meanings; empty for none. */
    Optional<String> difference(Vocabulary other) {
        for (int id = 0; id < Math.max(size(), other.size()); id++) {
            if (!meaning(id).equals(other.meaning(id))) {
                return Optional.of("token id " + id + " is " + meaning(id) + " and " + other.meaning(id));
            }
        }
        return Optional.empty();
    }

    private String meaning(int id) {
        if (id >= tokens.length || tokens[id] == null) {
            return "no token";
        }
        return isSpecial(id)
                ? "the special token " + tokens[id]
                : "'" + new String(bytes(id, false), StandardCharsets.ISO_8859_1) + "'";
    }

    /** Refuses an id without a token. */
    void requireKnown(int id) {
        if (id < 0 || id >= tokens.length || tokens[id] == null) {
            throw new IllegalArgumentException(
                    "token id " + id + " is not in the vocabulary of " + tokens.length + " tokens");
        }
    }

    /** State of one pass over the file. */
    private static final class Reader {

        private String[] tokens = new String[1 << 12];
        private int size;
        private final BitSet special = new BitSet();
        private final Map<String, Integer> addedIds = new HashMap<>();
        private JsonNode decoder = Json.MAPPER.nullNode();

        void readFile(JsonParser parser) throws IOException {
            require(parser.nextToken() == JsonToken.START_OBJECT, "expected a JSON object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "added_tokens" -> readAdded(parser.readValueAsTree());
                    case "decoder" -> decoder = parser.readValueAsTree();
                    case "model" -> readModel(parser);
                    default -> parser.skipChildren();
                }
            }
        }

        Vocabulary build() {
            require(size > 0, "no model.vocab found");
            return new Vocabulary(Arrays.copyOf(tokens, size), special, addedIds, PieceDecoder.of(decoder));
        }

        private void readModel(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "model must be an object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("vocab") && value == JsonToken.START_OBJECT) {
                    readIdsByToken(parser);
                } else if (key.equals("vocab") && value == JsonToken.START_ARRAY) {
                    readTokensInOrder(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }

        /** Byte-pair and word models: an object from token to id. */
        private void readIdsByToken(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String token = parser.currentName();
                require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT,
                        "the id of \"" + token + "\" must be an integer");
                put(parser.getIntValue(), token);
            }
        }

        /** Unigram models: a list of [token, score] whose index is the id. */
        private void readTokensInOrder(JsonParser parser) throws IOException {
            for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
                require(parser.nextToken() == JsonToken.VALUE_STRING,
                        "token " + id + " of model.vocab must be a string");
                put(id, parser.getText());
                parser.nextToken();
                require(parser.nextToken() == JsonToken.END_ARRAY, "token " + id + " of model.vocab must be a pair");
            }
        }

        private void readAdded(JsonNode added) {
            for (JsonNode token : added) {
                require(token.path("id").isInt() && token.path("content").isTextual(),
                        "an added token needs id and content, found " + token);
                int id = token.get("id").intValue();
                put(id, token.get("content").textValue());
                addedIds.put(tokens[id], id);
                special.set(id, token.path("special").asBoolean());
            }
        }

        private void put(int id, String token) {
            require(id >= 0 && id <= MAXIMUM_ID, "token id " + id + " is outside 0 to " + MAXIMUM_ID);
            if (id >= tokens.length) {
                tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
            }
            tokens[id] = token;
            size = Math.max(size, id + 1);
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new TokenizerException(otherwise);
            }
        }
    }
}
