package org.tornadomla.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.error.TokenizerException;

/** The tokens of a file by id, and the bytes that its decoder makes of them. */
class VocabularyTest {

    private static Vocabulary read(String json) {
        return Vocabulary.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "here");
    }

    private static String text(Vocabulary vocabulary, int id, boolean first) {
        return new String(vocabulary.bytes(id, first), StandardCharsets.UTF_8);
    }

    private static Vocabulary decoded(String token, String decoder) {
        return read("{'model': {'vocab': {'" + token + "': 0}}, 'decoder': " + decoder + "}");
    }

    @Test
    void idsMayHaveGapsAndAddedTokensStandAmongThem() {
        Vocabulary vocabulary = read(
                """
                        {'version': [1, 2], 'added_tokens': [{'id': 3, 'content': '<s>', 'special': true},
                          {'id': 1, 'content': 'word'}], 'model': {'type': 'BPE', 'merges': [['a', 'b']], 'vocab': {'a': 0}}}""");
        assertEquals(4, vocabulary.size());
        assertEquals(BitSet.valueOf(new long[]{0b1011}), vocabulary.knownIds());
        assertArrayEquals(new int[]{3}, vocabulary.specialIds());
        assertTrue(vocabulary.isSpecial(3));
        assertFalse(vocabulary.isSpecial(1), "added, and a part of the text");
        assertEquals(OptionalInt.of(1), vocabulary.addedId("word"));
        assertEquals(OptionalInt.empty(), vocabulary.addedId("a"));
        assertEquals("a", text(vocabulary, 0, true));
        for (int unknown : new int[]{-1, 2, 4}) {
            assertEquals("token id " + unknown + " is not in the vocabulary of 4 tokens",
                    assertThrows(IllegalArgumentException.class, () -> vocabulary.bytes(unknown, false)).getMessage());
        }
    }

    /** Unigram models list their tokens with scores. */
    @Test
    void aListHasItsIdsByPlace() {
        Vocabulary vocabulary = read("{'model': {'vocab': [['<unk>', 0.0], ['a', -1.5], ['b', -2]]}}");
        assertEquals(3, vocabulary.size());
        assertEquals("b", text(vocabulary, 2, false));
        assertEquals(3, vocabulary.knownIds().cardinality());
    }

    @Test
    void largeIdsArePlaced() {
        for (int id : new int[]{4095, 4096, 10_000, (1 << 24) - 1}) {
            Vocabulary vocabulary = read("{'model': {'vocab': {'a': 0, 'z': " + id + "}}}");
            assertEquals(id + 1, vocabulary.size());
            assertEquals("z", text(vocabulary, id, false));
            assertEquals(2, vocabulary.knownIds().cardinality());
        }
        assertEquals(5001, read("{'model': {'vocab': {'a': 4500, 'b': 5000}}}").size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"{'model': {'vocab': {}}}|no model.vocab found",
        "{'model': 3}|model must be an object", "[]|expected a JSON object",
        "{'model': {'vocab': {'a': 1.5}}}|the id of \"a\" must be an integer",
        "{'model': {'vocab': {'a': -1}}}|token id -1 is outside 0 to 16777215",
        "{'model': {'vocab': {'a': 16777216}}}|token id 16777216 is outside 0 to 16777215",
        "{'model': {'vocab': [[1, 2]]}}|token 0 of model.vocab must be a string",
        "{'model': {'vocab': [['a', 2], ['b', 2, 3]]}}|token 1 of model.vocab must be a pair",
        "{'added_tokens': [{'id': 1}], 'model': {'vocab': {'a': 0}}}|an added token needs id and content, found {\"id\":1}",
        "{'added_tokens': [{'id': '1', 'content': 'x'}]}|an added token needs id and content"})
    void damagedFilesAreRefusedByWhatIsWrong(String json, String reason) {
        String message = assertThrows(TokenizerException.class, () -> read(json)).getMessage();
        assertTrue(message.startsWith("here: " + reason), message);
    }

    @Test
    void aDifferenceNamesBothMeanings() {
        Vocabulary one = read("{'model': {'vocab': {'a': 0, 'b': 1}}}");
        assertEquals(Optional.empty(), one.difference(read("{'model': {'vocab': {'b': 1, 'a': 0}}}")));
        Vocabulary longer = read("{'model': {'vocab': {'a': 0, 'b': 1, 'c': 2}}}");
        assertEquals(Optional.of("token id 2 is no token and 'c'"), one.difference(longer));
        assertEquals(Optional.of("token id 2 is 'c' and no token"), longer.difference(one));
        Vocabulary special = read(
                "{'model': {'vocab': {'a': 0}}, 'added_tokens': [{'id': 1, 'content': 'b', 'special': true}]}");
        assertEquals(Optional.of("token id 1 is 'b' and the special token b"), one.difference(special));
    }

    /** The space that encoding puts before a text comes off its start, where the file says that one is put. */
    @Test
    void spacesAreWrittenAsAnotherCharacter() {
        String metaspace = "{'type': 'Metaspace', 'replacement': '_'%s}";
        Vocabulary plain = decoded("__a_", metaspace.formatted(""));
        assertEquals("  a ", text(plain, 0, false));
        assertEquals("a ", text(plain, 0, true), "all of them");
        for (String without : new String[]{", 'add_prefix_space': false", ", 'prepend_scheme': 'never'"}) {
            assertEquals("  a ", text(decoded("__a_", metaspace.formatted(without)), 0, true), without);
        }
        assertEquals("a", text(decoded("\u2581a", "{'type': 'Metaspace', 'prepend_scheme': 'always'}"), 0, true));
    }

    @Test
    void decodersOfStepsTakeThemInOrder() {
        String steps = "{'type': 'Sequence', 'decoders': [{'type': 'Replace', 'pattern': {'String': '_'}, 'content': '-'},"
                + " {'type': 'Strip', 'content': '-', 'start': 1, 'stop': 0}, {'type': 'ByteFallback'}, {'type': 'Fuse'}]}";
        assertEquals("-a", text(decoded("__a", steps), 0, true), "one is taken off");
        assertEquals("", text(decoded("_", steps), 0, true));
        assertArrayEquals(new byte[]{(byte) 0x0F}, decoded("<0x0F>", steps).bytes(0, false));
        assertArrayEquals(new byte[]{(byte) 0xF0}, decoded("<0xF0>", steps).bytes(0, false));
        assertEquals("<0xG0>", text(decoded("<0xG0>", steps), 0, false));
        assertEquals("<0x0G>", text(decoded("<0x0G>", steps), 0, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'type': 'Strip', 'content': ' ', 'stop': 1}|decoder Strip with stop 1 is not supported, only 0",
        "{'type': 'Replace', 'pattern': {'Regex': 'a'}}|decoder Replace needs a pattern of kind String",
        "{'type': 'Sequence', 'decoders': [{'type': 'ByteLevel'}, {'type': 'Strip'}]}|decoder Strip beside ByteLevel",
        "{'type': 'WordPiece'}|decoder WordPiece is not supported; supported are ByteLevel"})
    void decodersThatCannotBeStreamedAreRefused(String decoder, String reason) {
        String message = assertThrows(TokenizerException.class, () -> decoded("a", decoder)).getMessage();
        assertTrue(message.startsWith("here: " + reason), message);
    }

    @Test
    void bytesAreWrittenAsVisibleCharacters() {
        Vocabulary vocabulary = decoded("\u0120a\u0143",
                "{'type': 'Sequence', 'decoders': [{'type': 'ByteLevel'}, {'type': 'Fuse'}]}");
        assertArrayEquals(new byte[]{' ', 'a', (byte) 0xAD}, vocabulary.bytes(0, true), "U+0143 is the last");
        assertEquals("\u0144", text(decoded("\u0144", "{'type': 'ByteLevel'}"), 0, false), "plain text");
    }
}
