package org.tornadomla.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;

import org.tornadomla.error.TokenizerException;

/**
 * What the native library under the tokenizer can read. Where it meets json that its own parser refuses, it may end the
 * whole process, so everything that other parsers let pass and it does not is refused before.
 */
final class NativeJson {

    /** Deepest nesting that its parser follows. */
    private static final int DEEPEST = 127;

    private static final String MERGES = "merges";
    private static final String PREFIX = "continuing_subword_prefix";

    private NativeJson() {
    }

    /**
     * Reads a text from its begin to its end.
     *
     * @param json  of any content
     * @param where where it comes from, for messages
     * @throws TokenizerException naming what the native library could not read
     */
    static void check(byte[] json, String where) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            int depth = 0;
            boolean merges = false;
            boolean prefixed = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth > DEEPEST) {
                    throw new TokenizerException(where + " is nested deeper than " + DEEPEST + " levels");
                }
                String name = parser.currentName();
                merges |= MERGES.equals(name) && token == JsonToken.START_ARRAY;
                prefixed |= PREFIX.equals(name) && token == JsonToken.VALUE_STRING && !parser.getText().isEmpty();
                switch (token) {
                    case FIELD_NAME, VALUE_STRING -> requireWhole(parser.getText(), where);
                    case VALUE_NUMBER_FLOAT -> requireFinite(parser.getText(), where);
                    default -> {
                    }
                }
            }
            if (merges && prefixed) {
                throw new TokenizerException(where + " has " + PREFIX + " beside " + MERGES
                        + ", supported: none; the native library cuts it off tokens that may be shorter");
            }
        } catch (IOException e) {
            throw new TokenizerException(where + " is not json: " + e.getMessage(), e);
        }
    }

    private static void requireWhole(String text, String where) {
        int half = text.codePoints().filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .findFirst().orElse(-1);
        if (half >= 0) {
            throw new TokenizerException(where + String.format(Locale.ROOT,
                    " holds half of a character, \\u%04x, in a text of %d characters", half, text.length()));
        }
    }

    private static void requireFinite(String number, String where) {
        if (Double.isInfinite(Double.parseDouble(number))) {
            throw new TokenizerException(where + " holds a number that is too large");
        }
    }
}
