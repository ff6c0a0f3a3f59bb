package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.Weight;
import org.tornadomla.gguf.FileType;
import org.tornadomla.gguf.GgufConversion;
import org.tornadomla.golden.GoldenCheck;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.graph.Buffers;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.FewCores;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.weights.WeightFormats;

/** GGUF files on every device: logits of their exact weights, and the text that the same weights write elsewhere. */
class GgufDecoderTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final String PROMPT = "And the LORD spake unto";
    private static final int TOKENS = 24;
    /** Of the largest logit. */
    private static final double ROUNDED_ANEW = 1e-3;

    @TempDir
    private Path folder;

    static Stream<Target> targets() {
        return TestTargets.all().map(Target::withoutSelfTest);
    }

    static Stream<Arguments> goldens() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Goldens.folder("gguf"))) {
            entries.filter(file -> file.toString().endsWith(".gguf")).sorted().forEach(files::add);
        }
        assertEquals(3, files.size());
        return targets().flatMap(target -> files.stream().map(file -> Arguments.of(target, file)));
    }

    /** Quantised by llama.cpp; expected logits and ids by transformers in float64. */
    @ParameterizedTest
    @MethodSource("goldens")
    void goldenFiles(Target target, Path file) {
        GoldenCheck golden = GoldenCheck.read(file);
        GoldenCheck.Outcome outcome = golden.run(target);
        assertTrue(golden.allowed() <= 5e-6);
        assertTrue(outcome.error() <= golden.allowed(), file + ": " + outcome.error());
        assertEquals(Optional.empty(), outcome.difference());
    }

    /**
     * Multiplied with as they are, the blocks of a Q8_0 file give its logits but for what is rounded anew: the matrices
     * that attention takes by heads, since the file has those of keys in the other direction.
     */
    @ParameterizedTest
    @MethodSource("targets")
    void blocksAreMultipliedWith(Target target) {
        GoldenModel golden = GoldenModel.read(Goldens.folder("gguf").resolve("tiny-kjv-Q8_0.gguf"));
        double anew = error(golden, target, WeightFormats.Q8_0);
        assertTrue(anew <= ROUNDED_ANEW, "error " + anew);
        assertTrue(error(golden, target, WeightFormats.INT8) > 10 * anew, "no better than numbers rounded twice");
    }

    private static double error(GoldenModel golden, Target target, NumberFormat type) {
        int[] ids = golden.inputIds();
        double largest = 0;
        double worst = 0;
        try (Decoder decoder = Decoder.load(golden.directory(), target, DecoderOptions.defaults().withWeightType(type));
                Sequence sequence = decoder.open()) {
            float[][] rows = decoder.score(sequence, ids);
            for (int i = 0; i < golden.logits().values().length; i++) {
                float expected = golden.logits().values()[i];
                largest = Math.max(largest, Math.abs(expected));
                worst = Math.max(worst, Math.abs(rows[i / rows[0].length][i % rows[0].length] - expected));
            }
        }
        return worst / largest;
    }

    /** bfloat16 holds the checkpoint's numbers exactly: logits are the same bits, and so is the text. */
    @ParameterizedTest
    @MethodSource("targets")
    void sameWeightsInBothKindsOfFiles(Target target) {
        Path file = convert(FileType.BF16);
        String text = compare(target, file, Optional.of(WeightFormats.F32));
        assertEquals(text, compare(target, file, Optional.empty()));
    }

    private String compare(Target target, Path file, Optional<NumberFormat> type) {
        List<String> texts = new ArrayList<>();
        List<float[]> logits = new ArrayList<>();
        for (Path path : List.of(TINY, file)) {
            DecoderOptions options = DecoderOptions.defaults().withCacheTokens(64).withWeightType(type.orElse(null));
            try (TextTokenizer tokenizer = ModelFiles.tokenizer(path);
                    Decoder decoder = Decoder.load(path, target, options);
                    Sequence sequence = decoder.open()) {
                float[] next = decoder.append(sequence, tokenizer.encode(PROMPT, true));
                logits.add(next.clone());
                texts.add(tokenizer.decode(greedy(decoder, sequence, next)));
            }
        }
        assertArrayEquals(logits.get(0), logits.get(1));
        assertEquals(texts.get(0), texts.get(1));
        return texts.get(0);
    }

    private static int[] greedy(Decoder decoder, Sequence sequence, float[] logits) {
        Sampler sampler = new Sampler(SamplerConfig.greedy());
        int[] ids = new int[TOKENS];
        float[] next = logits;
        for (int i = 0; i < TOKENS; i++) {
            ids[i] = sampler.next(next);
            next = decoder.append(sequence, ids[i]);
        }
        return ids;
    }

    /** A file that says bfloat16 is held in it, as a checkpoint would be. */
    @Test
    void weightsAreHeldAsStored() {
        Target target = TestTargets.list().getFirst();
        try (ModelFiles files = ModelFiles.open(convert(FileType.BF16)); ModelFiles same = ModelFiles.open(TINY)) {
            assertEquals(WeightChoice.of(DecoderOptions.defaults(), same.config(), same.weights(), target),
                    WeightChoice.of(DecoderOptions.defaults(), files.config(), files.weights(), target));
        }
    }

    /**
     * Of a file that mixes formats each matrix keeps its own. Keys and values of all heads come in two directions, and
     * experts' gate and up in one piece: where a format cannot hold that as it is, 32-bit numbers do.
     */
    @Test
    void eachMatrixKeepsItsFormat() {
        try (ModelFiles files = ModelFiles.open(Goldens.folder("gguf").resolve("tiny-kjv-Q4_K_M.gguf"))) {
            FormatChoice choice = WeightChoice.of(DecoderOptions.defaults(), files.config(), files.weights(),
                    TestTargets.list().getFirst());
            Set<NumberFormat> formats = new HashSet<>();
            for (Weight weight : files.config().weights().values()) {
                String stored = files.weights().storedAs(weight.name());
                NumberFormat held = choice.of(weight.name());
                formats.add(held);
                assertEquals(stored.contains(",") ? "F32" : stored, held.name().toUpperCase(Locale.ROOT),
                        weight.name());
            }
            assertEquals(Set.of(WeightFormats.F32, WeightFormats.Q5_0, WeightFormats.Q5_1, WeightFormats.Q8_0,
                    WeightFormats.Q4_K), formats);
            FormatChoice attention = choice.under("model.layers.0.self_attn.");
            assertEquals(WeightFormats.F32, attention.apart().of("kv_b_proj.weight"));
            Set<Attending> ways = EnumSet.allOf(Attending.class);
            Buffers buffers = new Buffers();
            DecoderWeights.pack(files.config(), files.weights(), FewCores.LOOPS, choice, Long.MAX_VALUE, ways)
                    .register(buffers);
            assertEquals(buffers.bytes(Role.WEIGHT),
                    DecoderWeights.bytes(files.config(), FewCores.LOOPS, choice, ways));
        }
    }

    private Path convert(FileType type) {
        Path file = folder.resolve(type + ".gguf");
        try (ModelFiles files = ModelFiles.open(TINY)) {
            new GgufConversion("tiny", files.config(), files.weights(), TINY, type).write(file, bytes -> {});
        }
        return file;
    }
}
