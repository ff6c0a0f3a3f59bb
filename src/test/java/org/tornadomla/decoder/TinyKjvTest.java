package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.ActivationType;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** The shipped checkpoint writes what transformers wrote with it. */
class TinyKjvTest {

    private static final Path DIRECTORY = Path.of("models", "tiny-kjv");
    private static final int TOKENS = 64;
    /** Of the largest logit. */
    private static final double INT8_ERROR = 0.05;
    /** Of the largest logit. */
    private static final double INT4_ERROR = 0.2;

    /** Of the largest logit. */
    private static final double CACHE_ERROR = 0.1;

    /** Of the largest logit. */
    private static final double ACTIVATION_ERROR = 0.1;

    record Case(String prompt, int[] promptIds, int[] ids, String text) {
    }

    static List<Case> cases() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<Case> cases = new ArrayList<>();
        for (JsonNode one : mapper.readTree(DIRECTORY.resolve("expected.json").toFile()).get("cases")) {
            cases.add(new Case(one.get("prompt").textValue(), mapper.convertValue(one.get("prompt_ids"), int[].class),
                    mapper.convertValue(one.get("greedy_ids"), int[].class), one.get("text").textValue()));
        }
        assertTrue(cases.size() >= 2, "expected.json has too few cases");
        return cases;
    }

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    /** With weights in 32-bit numbers, and in bfloat16, in which the checkpoint is. */
    static Stream<Arguments> exact() {
        return targets().flatMap(
                target -> Stream.of(Arguments.of(target, WeightFormats.F32), Arguments.of(target, WeightFormats.BF16)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("exact")
    void writesWhatTransformersWrote(Target target, NumberFormat type) throws IOException {
        try (Decoder decoder = Decoder.load(DIRECTORY, target, DecoderOptions.defaults().withWeightType(type));
                TextTokenizer tokenizer = TextTokenizer.load(DIRECTORY)) {
            Generator generator = new Generator(decoder, tokenizer);
            for (Case one : cases()) {
                StringBuilder streamed = new StringBuilder();
                GenerationRequest request = GenerationRequest.greedy(tokenizer.encode(one.prompt, true), TOKENS);
                assertArrayEquals(one.promptIds, request.promptIds());
                GenerationResult result = generator
                        .run(generator.prepare(request, (id, text) -> streamed.append(text)));
                assertArrayEquals(one.ids, result.ids(), one.prompt);
                assertEquals(one.text, result.text());
                assertEquals(one.text, streamed.toString());
                assertEquals(FinishReason.MAX_TOKENS, result.reason());
            }
            assertEquals(0, decoder.statistics().usedPages(), "all pages are free again");
        }
    }

    static Stream<Arguments> narrow() {
        return targets().flatMap(target -> Stream
                .of(Arguments.of(target, WeightFormats.BF16, 1e-5), Arguments.of(target, WeightFormats.F16, 1e-5),
                        Arguments.of(target, WeightFormats.INT8, INT8_ERROR),
                        Arguments.of(target, WeightFormats.Q8_0, INT8_ERROR),
                        Arguments.of(target, WeightFormats.Q4_0, INT4_ERROR),
                        Arguments.of(target, WeightFormats.NVFP4, INT4_ERROR))
                .filter(arguments -> ((NumberFormat) arguments.get()[1]).refusal(target).isEmpty()));
    }

    /**
     * The checkpoint is in bfloat16, which bfloat16 keeps exactly, and IEEE numbers of 16 bits down to 2^-14: logits
     * are the same but for the order of sums.
     */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("narrow")
    void narrowWeightsGiveLogitsWithinTheirBound(Target target, NumberFormat type, double bound) throws IOException {
        int[] ids = cases().getFirst().promptIds;
        DecoderOptions options = DecoderOptions.defaults();
        float[][] wide = logits(target, options.withWeightType(WeightFormats.F32), ids);
        float[][] narrow = logits(target, options.withWeightType(type), ids);
        assertTrue(error(wide, narrow) <= bound,
                "error of " + type + " is " + error(wide, narrow) + " of the largest logit, allowed " + bound);
    }

    static Stream<Arguments> narrowCaches() {
        return targets()
                .flatMap(target -> Stream.of(CacheType.BF16, CacheType.INT8).map(type -> Arguments.of(target, type)));
    }

    /**
     * Rounded to bfloat16, a cached number is off by up to 2^-8 of itself, at random, and in 8 bits by up to that of
     * the largest of 64; through four layers, over texts of 72 tokens. The greedy text is another after some words,
     * where two tokens are about as likely.
     */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("narrowCaches")
    void aNarrowCacheGivesLogitsWithinItsBound(Target target, CacheType type) throws IOException {
        DecoderOptions options = DecoderOptions.defaults().withWeightType(WeightFormats.BF16);
        for (Case one : cases()) {
            int[] ids = IntStream.concat(IntStream.of(one.promptIds), IntStream.of(one.ids)).toArray();
            float[][] wide = logits(target, options, ids);
            float[][] narrow = logits(target, options.withCacheType(type), ids);
            double error = error(wide, narrow);
            assertTrue(error <= CACHE_ERROR && error > 1e-4,
                    "error is " + error + " of the largest logit, allowed " + CACHE_ERROR);
            assertTrue(same(wide, narrow) >= 0.9 * ids.length,
                    same(wide, narrow) + " of " + ids.length + " rows have the same likeliest token");
        }
    }

    /** The same weights, times inputs of products that are rounded to 1/254 of the largest of 32. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "TornadoVM cannot compile products in whole numbers, which are refused there")
    void activationsOfEightBitsGiveLogitsWithinTheirBound(Target target) throws IOException {
        DecoderOptions options = DecoderOptions.defaults().withWeightType(WeightFormats.Q8_0);
        Case one = cases().getFirst();
        int[] ids = IntStream.concat(IntStream.of(one.promptIds), IntStream.of(one.ids)).toArray();
        float[][] wide = logits(target, options, ids);
        float[][] rounded = logits(target, options.withActivations(ActivationType.INT8), ids);
        double error = error(wide, rounded);
        assertTrue(error <= ACTIVATION_ERROR && error > 1e-4,
                "error is " + error + " of the largest logit, allowed " + ACTIVATION_ERROR);
        assertTrue(same(wide, rounded) >= 0.95 * ids.length,
                same(wide, rounded) + " of " + ids.length + " rows have the same likeliest token");
    }

    /** A second turn reads rows that an earlier round rounded, in parts, by forks and from a file: the same ones. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("narrowCaches")
    void aSecondTurnReadsWhatTheFirstOneKept(Target target, CacheType type, @TempDir Path folder) throws IOException {
        List<Case> cases = cases();
        int[] first = IntStream.concat(IntStream.of(cases.get(0).promptIds), IntStream.of(cases.get(0).ids)).toArray();
        int[] second = cases.get(1).promptIds;
        DecoderOptions options = DecoderOptions.defaults().withWeightType(WeightFormats.F32).withCacheType(type);
        float[] wide;
        try (Decoder decoder = Decoder.load(DIRECTORY, target, options.withCacheType(CacheType.F32));
                Sequence sequence = decoder.open()) {
            decoder.append(sequence, first);
            wide = decoder.append(sequence, second);
        }
        try (Decoder decoder = Decoder.load(DIRECTORY, target, options);
                Sequence whole = decoder.open();
                Sequence parts = decoder.open()) {
            decoder.append(whole, first);
            for (int id : first) {
                decoder.append(parts, id);
            }
            decoder.snapshot(parts, folder.resolve("first"));
            try (Sequence fork = parts.fork(); Sequence restored = decoder.restore(folder.resolve("first"))) {
                float[] next = decoder.append(parts, second);
                assertArrayEquals(next, decoder.append(fork, second));
                assertArrayEquals(next, decoder.append(restored, second));
                double error = error(new float[][]{wide}, new float[][]{next});
                assertTrue(error <= CACHE_ERROR, "error is " + error + " of the largest logit, allowed " + CACHE_ERROR);
                error = error(new float[][]{wide}, new float[][]{decoder.append(whole, second)});
                assertTrue(error <= CACHE_ERROR, "error is " + error + " of the largest logit, allowed " + CACHE_ERROR);
            }
        }
    }

    /** Largest difference as a fraction of the largest logit. */
    private static double error(float[][] wide, float[][] narrow) {
        double largest = 0;
        double worst = 0;
        for (int row = 0; row < wide.length; row++) {
            for (int i = 0; i < wide[row].length; i++) {
                largest = Math.max(largest, Math.abs(wide[row][i]));
                worst = Math.max(worst, Math.abs(wide[row][i] - narrow[row][i]));
            }
        }
        return worst / largest;
    }

    /** Rows whose largest logit is that of the same token. */
    private static long same(float[][] wide, float[][] narrow) {
        return IntStream.range(0, wide.length).filter(row -> likeliest(wide[row]) == likeliest(narrow[row])).count();
    }

    private static int likeliest(float[] logits) {
        return IntStream.range(0, logits.length).reduce((a, b) -> logits[b] > logits[a] ? b : a).orElseThrow();
    }

    private static float[][] logits(Target target, DecoderOptions options, int[] ids) {
        try (Decoder decoder = Decoder.load(DIRECTORY, target, options.withBatch(ids.length));
                Sequence sequence = decoder.open()) {
            return decoder.score(sequence, ids);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void writesThemTogether(Target target) throws IOException {
        List<Case> cases = cases();
        try (Decoder decoder = Decoder.load(DIRECTORY, target, DecoderOptions.defaults());
                TextTokenizer tokenizer = TextTokenizer.load(DIRECTORY)) {
            Generator generator = new Generator(decoder, tokenizer);
            List<GenerationResult> results = generator.run(cases.stream()
                    .map(one -> generator.prepare(GenerationRequest.greedy(one.promptIds, TOKENS), (id, text) -> {}))
                    .toList());
            for (int i = 0; i < cases.size(); i++) {
                assertEquals(cases.get(i).text, results.get(i).text());
            }
        }
    }
}
