package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ShapeException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.ActivationType;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/**
 * What weights in fewer bits do to a text: how well the model expects one that it was not trained on (verses written
 * for this test), and what it writes itself. The bounds are those that users are told.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuantisedTextTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final int WINDOW = 128;
    private static final int WRITTEN = 48;

    /** The last one is a compiled one, where there is any. */
    private final Target target = TestTargets.list().getLast().withoutSelfTest();
    private final double exact = perplexity(WeightFormats.BF16, ids()).value();

    private static int[] ids() {
        try (TextTokenizer tokenizer = ModelFiles.tokenizer(TINY)) {
            return tokenizer.encode(verses(), true);
        }
    }

    private static String verses() {
        try (InputStream text = QuantisedTextTest.class.getResourceAsStream("/perplexity/verses.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Decoder load(NumberFormat type) {
        return load(type, ActivationType.F32);
    }

    private Decoder load(NumberFormat type, ActivationType activations) {
        DecoderOptions options = DecoderOptions.defaults().withWeightType(type).withActivations(activations);
        return Decoder.load(TINY, target, Perplexity.options(options, WINDOW));
    }

    private Perplexity.Result perplexity(NumberFormat type, int[] ids) {
        return perplexity(type, ActivationType.F32, ids);
    }

    private Perplexity.Result perplexity(NumberFormat type, ActivationType activations, int[] ids) {
        try (Decoder decoder = load(type, activations)) {
            return Perplexity.of(decoder, ids, WINDOW, OptionalInt.empty(), window -> {});
        }
    }

    @ParameterizedTest
    @CsvSource({"q8_0, 0.01", "q6_k, 0.02", "q5_k, 0.03", "fp8, 0.05", "q4_k, 0.06"})
    void textsAreExpectedAsWell(String type, double more) {
        double found = perplexity(WeightFormats.byName(type).orElseThrow(), ids()).value();
        assertTrue(found <= exact * (1 + more), type + ": " + found + " for " + exact);
    }

    @Test
    @DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
            disabledReason = "TornadoVM cannot compile products in whole numbers, which are refused there")
    void textsAreExpectedAsWellWithActivationsOfEightBits() {
        double found = perplexity(WeightFormats.Q8_0, ActivationType.INT8, ids()).value();
        assertTrue(found <= exact * 1.02, "q8_0 x int8: " + found + " for " + exact);
    }

    /**
     * All windows, each half of a window; the mean of the logarithms by the definition, from logits of whole windows.
     */
    @Test
    void secondHalvesOfWindowsCount() {
        int[] ids = ids();
        List<Perplexity.Result> windows = new ArrayList<>();
        try (Decoder decoder = load(WeightFormats.F32)) {
            Perplexity.Result all = Perplexity.of(decoder, ids, WINDOW, OptionalInt.of(7), windows::add);
            assertEquals(ids.length / WINDOW, all.window());
            assertEquals(all, windows.getLast());
            assertEquals(all.window() * (WINDOW / 2 - 1L), all.count());
            double sum = 0;
            int[] text = new int[WINDOW];
            System.arraycopy(ids, 0, text, 0, WINDOW);
            text[0] = 7;
            try (Sequence sequence = decoder.open()) {
                for (int place = 0; place < WINDOW - 1; place++) {
                    float[] logits = decoder.append(sequence, text[place]);
                    if (place >= WINDOW / 2) {
                        double total = 0;
                        for (float logit : logits) {
                            total += Math.exp(logit);
                        }
                        sum += Math.log(total) - logits[text[place + 1]];
                    }
                }
            }
            double expected = Math.exp(sum / (WINDOW / 2 - 1));
            assertEquals(expected, windows.getFirst().value(), 1e-4 * expected);
            assertThrows(ShapeException.class,
                    () -> Perplexity.of(decoder, new int[2 * WINDOW - 1], WINDOW, OptionalInt.empty(), window -> {}));
        }
    }

    /** Eight bits write what 32 write. */
    @Test
    void eightBitsWriteTheSame() {
        assertArrayEquals(written(WeightFormats.F32), written(WeightFormats.Q8_0));
    }

    /**
     * A checkpoint in FP8 writes what its numbers in 32 bits write: the device has the same numbers, and sums differ in
     * their last bits. How far FP8 is off is another matter: its numbers have three bits of fraction. A device that has
     * to work each number out is given 32 bits, unless all matrices are asked for in FP8.
     */
    @Test
    void float8WritesWhatItsNumbersWrite(@TempDir Path folder) {
        assumeTrue(WeightFormats.FP8.isFast(target),
                "without casts of bits, which TornadoVM refuses, matrices in FP8 are held in 32 bits");
        CheckpointFiles.copy(TINY, folder, Dtype.F8_E4M3, 1);
        DecoderOptions options = Perplexity.options(DecoderOptions.defaults(), WINDOW);
        try (Decoder wide = Decoder.load(folder, target, options.withWeightType(WeightFormats.F32));
                Decoder narrow = Decoder.load(folder, target, options)) {
            assertTrue(narrow.weightType().formats().contains(WeightFormats.FP8), narrow.weightType().name());
            assertTrue(narrow.weightBytes() < wide.weightBytes() * 0.6,
                    narrow.weightBytes() + " of " + wide.weightBytes());
            assertArrayEquals(written(wide), written(narrow));
            double all = Perplexity.of(wide, ids(), WINDOW, OptionalInt.empty(), window -> {}).value();
            double some = Perplexity.of(narrow, ids(), WINDOW, OptionalInt.empty(), window -> {}).value();
            assertEquals(all, some, 1e-4 * all);
            assertTrue(some <= exact * 1.05, "fp8: " + some + " for " + exact);
        }
    }

    private int[] written(NumberFormat type) {
        try (Decoder decoder = load(type)) {
            return written(decoder);
        }
    }

    private int[] written(Decoder decoder) {
        int[] prompt = Arrays.copyOf(ids(), 24);
        int[] written = new int[WRITTEN];
        try (Sequence sequence = decoder.open()) {
            Sampler sampler = new Sampler(SamplerConfig.greedy());
            float[] logits = decoder.append(sequence, prompt);
            for (int i = 0; i < WRITTEN; i++) {
                written[i] = sampler.next(logits);
                logits = decoder.append(sequence, written[i]);
            }
        }
        return written;
    }
}
