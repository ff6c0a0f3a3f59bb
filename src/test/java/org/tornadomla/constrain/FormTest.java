package org.tornadomla.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms against another implementation of JSON Schema, and against plain JSON. */
class FormTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final TokenTrie VOCABULARY = new TokenTrie(tokens());

    /** All bytes, and pieces as a tokenizer has them; the last has no text. */
    private static List<byte[]> tokens() {
        List<byte[]> tokens = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            tokens.add(new byte[]{(byte) value});
        }
        for (String piece : List.of("{\"", "\":", "\": ", "\",\"", "\", \"", "},", "}]", "]}", "[[", "true", "false",
                "null", "nam", "name", "\"name\"", "e\"", "12", "345", ".5", "e1", "-1", " ", "  ", "\n  ", "ab", "abc",
                "äö", "\\n", "\\u00", "😀", "\"a\"", "a\":", "},{\"", ",\"b", "\"]", "\"}")) {
            tokens.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        tokens.add(new byte[0]);
        return tokens;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static boolean allows(Form form, String text) {
        Form.Walk walk = form.walk();
        try {
            walk.accept(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return false;
        }
        return walk.isComplete();
    }

    /** Draws tokens until the answer may end and a draw says so, or nothing else may follow. */
    private static String draw(Form form, SplittableRandom random) {
        Form.Walk walk = form.walk();
        List<byte[]> tokens = tokens();
        java.io.ByteArrayOutputStream text = new java.io.ByteArrayOutputStream();
        for (int step = 0; !walk.isEnd() && !(walk.isComplete() && random.nextInt(3) == 0); step++) {
            assertTrue(step < 20_000, "no end after " + step + " tokens");
            BitSet allowed = walk.allowed();
            assertFalse(allowed.isEmpty(), "nothing may follow " + text);
            int id = choose(allowed, random, step);
            walk.accept(tokens.get(id));
            text.writeBytes(tokens.get(id));
        }
        assertTrue(walk.isComplete());
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Any allowed token at first; later those that close, so that the walk ends. */
    private static int choose(BitSet allowed, SplittableRandom random, int step) {
        if (step > 60) {
            // The last two are the bytes of a letter that one of the patterns wants somewhere.
            int[] closers = "\"}]:0,x1\u00C3\u00A9".chars().filter(allowed::get).toArray();
            if (closers.length > 0 && random.nextInt(8) != 0) {
                return closers[random.nextInt(closers.length)];
            }
        }
        int nth = random.nextInt(allowed.cardinality());
        return allowed.stream().skip(nth).findFirst().orElseThrow();
    }

    /** A schema of everything that is understood, drawn at random. */
    private static String schema(SplittableRandom random, int depth) {
        int kind = random.nextInt(depth > 2 ? 7 : 11);
        return switch (kind) {
            case 0 -> "{\"type\":\"string\"}";
            case 1 -> "{\"type\":\"integer\",\"minimum\":" + (random.nextInt(300) - 150) + "}";
            case 2 -> {
                int least = random.nextInt(3000) - 1500;
                yield "{\"type\":\"integer\",\"exclusiveMinimum\":" + least + ",\"maximum\":"
                        + (least + 1 + random.nextInt(2000)) + "}";
            }
            case 3 -> "{\"enum\":[\"a\",\"ab\",1,null,{\"x\":[true]}]}";
            case 4 -> "{\"type\":[\"number\",\"null\",\"boolean\"]}";
            case 5 -> {
                int least = random.nextInt(4);
                yield "{\"type\":\"string\",\"minLength\":" + least + ",\"maxLength\":" + (least + random.nextInt(4))
                        + "}";
            }
            case 6 -> "{\"type\":\"string\",\"pattern\":\"" + List
                    .of("^a+b?$", "[0-9]{2,3}", "^(ab|cd)*x\\\\d$", "é", "^[^a-c\\\"]{1,3}$").get(random.nextInt(5))
                    + "\"}";
            case 7 -> {
                int least = random.nextInt(3);
                yield "{\"type\":\"array\",\"items\":" + schema(random, depth + 1) + ",\"minItems\":" + least
                        + (random.nextBoolean() ? ",\"maxItems\":" + (least + random.nextInt(3)) : "") + "}";
            }
            case 8 -> "{\"anyOf\":[" + schema(random, depth + 1) + "," + schema(random, depth + 1) + "]}";
            case 9 -> "{\"type\":\"array\",\"prefixItems\":[" + schema(random, depth + 1) + ","
                    + schema(random, depth + 1) + "],\"items\":false}";
            default -> "{\"type\":\"object\",\"properties\":{\"name\":" + schema(random, depth + 1) + ",\"na\":"
                    + schema(random, depth + 1) + ",\"b\\\"c\":" + schema(random, depth + 1) + "},\"required\":"
                    + List.of("[]", "[\"name\"]", "[\"na\",\"b\\\"c\"]").get(random.nextInt(3))
                    + List.of("", ",\"additionalProperties\":false", ",\"additionalProperties\":{\"type\":\"integer\"}")
                            .get(random.nextInt(3))
                    + "}";
        };
    }

    @Test
    void whatIsDrawnIsValidForAnotherImplementation() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 400; i++) {
            String text = schema(random, 0);
            Form form = Form.schema(json(text), VOCABULARY);
            Schema other = registry.getSchema(text, com.networknt.schema.InputFormat.JSON);
            for (int draw = 0; draw < 5; draw++) {
                String answer = draw(form, random);
                assertEquals(List.of(), other.validate(answer, com.networknt.schema.InputFormat.JSON),
                        text + " allowed " + answer);
                json(answer);
            }
        }
    }

    @Test
    void anyObjectIsJson() {
        SplittableRandom random = new SplittableRandom(6);
        Form form = Form.object(VOCABULARY);
        ObjectMapper lenient = new ObjectMapper();
        for (int i = 0; i < 500; i++) {
            String answer = draw(form, random);
            try {
                assertTrue(lenient.readTree(answer).isObject(), answer);
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new AssertionError(answer, e);
            }
        }
    }

    @Test
    void tokensAreThoseWhoseBytesMayFollow() {
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> tokens = tokens();
        for (int i = 0; i < 60; i++) {
            Form form = Form.schema(json(schema(random, 0)), VOCABULARY);
            Form.Walk walk = form.walk();
            java.io.ByteArrayOutputStream text = new java.io.ByteArrayOutputStream();
            for (int step = 0; step < 25 && !walk.isEnd(); step++) {
                BitSet expected = new BitSet();
                for (int id = 0; id < tokens.size(); id++) {
                    if (tokens.get(id).length > 0 && follows(form, text.toByteArray(), tokens.get(id))) {
                        expected.set(id);
                    }
                }
                assertEquals(expected, walk.allowed());
                int id = choose(expected, random, 0);
                walk.accept(tokens.get(id));
                text.writeBytes(tokens.get(id));
            }
        }
    }

    private static boolean follows(Form form, byte[] before, byte[] token) {
        Form.Walk walk = form.walk();
        walk.accept(before);
        try {
            walk.accept(token);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    {"type":"integer","minimum":-12,"maximum":105}        | -12 -1 0 7 99 100 105        | -13 106 -0 00 1000 1.0 -
                    {"type":"integer","minimum":17}                       | 17 18 99 100 123456          | 16 0 -17 017
                    {"type":"integer","maximum":-5}                       | -5 -10 -999                  | -4 0 5
                    {"type":"number"}                                     | 0 -0 1.5 1e5 -2.50E-7        | 01 .5 1. + e
                    {"type":"string","pattern":"^a.c$"}                   | "abc" "a\\"c"                | "ac" "abcd" "a\\nc"
                    {"type":"string","pattern":"b"}                       | "b" "abc"                    | "" "ac"
                    {"type":"string","maxLength":2}                       | "" "ä😀" "\\u00e4\\n"        | "abc"
                    {"type":"boolean"}                                    | true false                   | null 0 tru
                    {"const":{"a":[1,"x"]}}                               | {"a":[1,"x"]}                | {"a":[1]}
                    {"type":"array","items":{"type":"null"},"minItems":1,"maxItems":2} | [null] [null,null] | [] [null,null,null] [1]
                    {"$defs":{"t":{"type":"object","properties":{"n":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/t"}]}},"required":["n"]}},"$ref":"#/$defs/t"} | {"n":null} {"n":{"n":null}} | {} {"n":{}} {"n":1}
                    {"type":"object","properties":{"a":{"type":"null"}},"additionalProperties":{"type":"boolean"}} | {} {"a":null} {"b":true} {"a":null,"aa":false} {"":true} | {"a":true} {"b":null} {"\\u0061":true}
                    """)
    void allowsAndRefuses(String schema, String allowed, String refused) {
        Form form = Form.schema(json(schema), VOCABULARY);
        for (String text : allowed.strip().split(" +")) {
            assertTrue(allows(form, text), text);
        }
        for (String text : refused.strip().split(" +")) {
            assertFalse(allows(form, text), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\ud800\"", "\"\\udc00\"", "\"\\q\"", "\"\t\""})
    void refusesStringsThatAreNoText(String text) {
        assertFalse(allows(Form.schema(json("{\"type\":\"string\"}"), VOCABULARY), text));
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        Form.Walk walk = Form.schema(json("{\"type\":\"string\"}"), VOCABULARY).walk();
        walk.accept("\"".getBytes(StandardCharsets.UTF_8));
        BitSet allowed = walk.allowed();
        for (int lead : new int[]{0x80, 0xC0, 0xC1, 0xF5, 0xFF}) {
            assertFalse(allowed.get(lead), Integer.toHexString(lead));
        }
        walk.accept(new byte[]{(byte) 0xED});
        assertFalse(walk.allowed().get(0xA0), "half of a surrogate pair");
        assertTrue(walk.allowed().get(0x9F));
    }

    @Test
    void nestingEnds() {
        Form.Walk walk = Form.object(VOCABULARY).walk();
        walk.accept("{\"a\":".getBytes(StandardCharsets.UTF_8));
        int depth = 0;
        while (walk.allowed().get('[')) {
            walk.accept(new byte[]{'['});
            depth++;
        }
        assertTrue(depth > 50 && depth < Place.DEEPEST, "depth " + depth);
        walk.accept(("1" + "]".repeat(depth) + "}").getBytes(StandardCharsets.UTF_8));
        assertTrue(walk.isComplete());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"number","minimum":1}                          | /minimum      | integer only
            {"type":"strange"}                                     | /type         | must be one of
            {"type":"object","patternProperties":{}}               | /patternProperties | leave it out
            {"type":"array","uniqueItems":true}                    | /uniqueItems  | leave it out
            {"not":{}}                                             | /not          | leave it out
            {"$ref":"http://x/y"}                                  | /$ref         | within the schema
            {"$ref":"#/nowhere"}                                   | /$ref         | nothing is there
            {"anyOf":[{"$ref":"#/anyOf/99999999999"}]}             | /anyOf/0/$ref | nothing is there
            {"oneOf":[{"type":"number"},{"type":"integer"}]}       | /oneOf        | use anyOf
            {"type":"string","pattern":"(?=a)"}                    | /pattern      | looks around
            {"type":"string","pattern":"(a"}                       | /pattern      | group is open
            {"type":"string","minLength":-1}                       | /minLength    | from 0 on
            {"type":"integer","minimum":3,"maximum":2}             | root          | no whole number
            {"type":"object","required":["a"],"additionalProperties":false} | /required | not among the properties
            {"properties":{"a":{"properties":{"b":false}}}}        | /properties/a/properties/b | nothing satisfies
            {"type":"string","maxLength":2000000}                  | root          | smaller bounds
            """)
    void refusesWhatCannotBeKeptTo(String schema, String place, String reason) {
        SchemaException refused = assertThrows(SchemaException.class, () -> Form.schema(json(schema), VOCABULARY));
        assertTrue(refused.getMessage().contains(place), refused.getMessage());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @Test
    void oneOfWithAPropertyThatTellsThemApart() {
        Form form = Form.schema(json("{\"oneOf\":[" + branch("cat") + "," + branch("dog") + "]}"), VOCABULARY);
        assertTrue(allows(form, "{\"kind\":\"cat\"}"));
        assertTrue(allows(form, "{\"kind\": \"dog\"}"));
        assertFalse(allows(form, "{\"kind\":\"cow\"}"));
    }

    private static String branch(String kind) {
        return "{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"" + kind + "\"}},\"required\":[\"kind\"]}";
    }
}
