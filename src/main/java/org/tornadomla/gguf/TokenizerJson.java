package org.tornadomla.gguf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tornadomla.error.CheckpointException;

/**
 * A {@code tokenizer.json} of what a GGUF file says.
 *
 * @param pre    how texts are cut
 * @param tokens texts by id
 * @param types  types by id
 * @param merges pairs with a space between, the first to be merged first
 * @param where  where it comes from, for messages
 */
record TokenizerJson(PreTokenizer pre, List<String> tokens, int[] types, List<String> merges, String where) {

    private static final Set<Integer> TOKEN_TYPES = Set.of(GgufTokenizer.NORMAL, GgufTokenizer.CONTROL,
            GgufTokenizer.USER_DEFINED, GgufTokenizer.UNUSED);

    private CheckpointException bad(String what) {
        return new CheckpointException(where + ": " + what);
    }

    /**
     * Writes the text.
     *
     * @param named ids of the tokens that begin or end texts, which are special whatever their types say
     * @return JSON in UTF-8
     * @throws CheckpointException naming a token or pair that does not fit the others
     */
    byte[] write(Collection<Integer> named) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            json.writeNullField("truncation");
            json.writeNullField("padding");
            addedTokens(json, named);
            json.writeNullField("normalizer");
            preTokenizer(json);
            json.writeNullField("post_processor");
            json.writeFieldName("decoder");
            byteLevel(json, true);
            model(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void addedTokens(JsonGenerator json, Collection<Integer> named) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        for (int id = 0; id < types.length; id++) {
            if (!TOKEN_TYPES.contains(types[id])) {
                throw bad(GgufTokenizer.TYPES + " of token " + id + " is " + types[id] + ", supported with "
                        + GgufTokenizer.GPT2 + ": 1 (normal), 3 (control), 4 (user-defined), 5 (unused)");
            }
            boolean control = types[id] == GgufTokenizer.CONTROL || named.contains(id);
            if (control || types[id] == GgufTokenizer.USER_DEFINED) {
                json.writeStartObject();
                json.writeNumberField("id", id);
                json.writeStringField("content", tokens.get(id));
                for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                    json.writeBooleanField(flag, false);
                }
                json.writeBooleanField("special", control);
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private void preTokenizer(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("pre_tokenizer");
        json.writeStringField("type", "Sequence");
        json.writeArrayFieldStart("pretokenizers");
        for (String expression : pre.splits()) {
            json.writeStartObject();
            json.writeStringField("type", "Split");
            json.writeObjectFieldStart("pattern");
            json.writeStringField("Regex", expression);
            json.writeEndObject();
            json.writeStringField("behavior", "Isolated");
            json.writeBooleanField("invert", false);
            json.writeEndObject();
        }
        byteLevel(json, pre.gpt2Expression());
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void byteLevel(JsonGenerator json, boolean expression) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "ByteLevel");
        json.writeBooleanField("add_prefix_space", false);
        json.writeBooleanField("trim_offsets", true);
        json.writeBooleanField("use_regex", expression);
        json.writeEndObject();
    }

    private void model(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        for (String absent : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            json.writeNullField(absent);
        }
        json.writeBooleanField("fuse_unk", false);
        json.writeBooleanField("byte_fallback", false);
        json.writeBooleanField("ignore_merges", pre.wholePieces());
        json.writeObjectFieldStart("vocab");
        Set<String> seen = new HashSet<>();
        for (int id = 0; id < types.length; id++) {
            // Unused ids pad the vocabulary to the size of the embedding; no text has them.
            if (types[id] != GgufTokenizer.UNUSED) {
                if (!seen.add(tokens.get(id))) {
                    throw bad(GgufTokenizer.TOKENS + " holds \"" + tokens.get(id) + "\" twice, id " + id
                            + " is the second");
                }
                json.writeNumberField(tokens.get(id), id);
            }
        }
        json.writeEndObject();
        merges(json, seen);
        json.writeEndObject();
    }

    private void merges(JsonGenerator json, Set<String> known) throws IOException {
        json.writeArrayFieldStart("merges");
        for (String merge : merges) {
            // A token may be a space itself only in front, which byte-level alphabets have no use for.
            int space = merge.indexOf(' ', 1);
            String left = space < 0 ? "" : merge.substring(0, space);
            String right = space < 0 ? "" : merge.substring(space + 1);
            if (!known.contains(left) || !known.contains(right) || !known.contains(left + right)) {
                throw bad(GgufTokenizer.MERGES + " holds \"" + merge
                        + "\", must be two tokens with a space between whose" + " union is a token");
            }
            json.writeStartArray();
            json.writeString(left);
            json.writeString(right);
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
