package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.packed.PackedCache;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.SafetensorsWriter;
import org.tornadomla.testing.SourceValues;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** Weights that an earlier run packed are the same bits, as long as nothing changed. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "TornadoVM's arrays copy their content")
class PackedLoadTest {

    private static final Path TINY = Path.of("models", "tiny-kjv");
    private static final int[] PROMPT = {5, 17, 250, 3};

    @TempDir
    private Path folder;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    private float[] logits(Target target, Path model, NumberFormat format, String origin) {
        return logits(target, model, format, origin, false);
    }

    private float[] logits(Target target, Path model, NumberFormat format, String origin, boolean mapped) {
        PackedCache cache = new PackedCache(folder.resolve("cache"), 1L << 30, 0);
        DecoderOptions options = DecoderOptions.defaults().withBatch(1).withCacheTokens(64).withWeightType(format)
                .withPackedCache(cache).withMappedWeights(mapped);
        try (Decoder decoder = Decoder.load(model, target, options); Sequence sequence = decoder.open()) {
            assertEquals(origin, decoder.weightOrigin());
            assertEquals(origin.equals(WeightLoad.Origin.PACKED.toString()), decoder.awaitKept());
            return decoder.append(sequence, PROMPT);
        }
    }

    private static void copy(Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(TINY.resolve(name), target.resolve(name));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSecondLoadMapsTheSameBits(Target target) throws IOException {
        Path model = folder.resolve("model");
        copy(model);
        String packed = WeightLoad.Origin.PACKED.toString();
        String kept = WeightLoad.Origin.KEPT.toString();
        for (NumberFormat format : List.of(WeightFormats.F32, WeightFormats.Q4_K, WeightFormats.BF16)) {
            float[] first = logits(target, model, format, packed);
            assertArrayEquals(first, logits(target, model, format, kept));
            assertArrayEquals(first, logits(target, model, format, kept));
        }
        assertTrue(new PackedCache(folder.resolve("cache"), 1, 0).bytes() > 0);
    }

    /**
     * Weights that are packed where the file is mapped are those of a load to memory, and the next start finds them.
     */
    @ParameterizedTest
    @MethodSource("targets")
    void weightsArePackedToTheDiskAndMapped(Target target) throws IOException {
        Path model = folder.resolve("model");
        copy(model);
        for (NumberFormat format : List.of(WeightFormats.F32, WeightFormats.Q4_K)) {
            float[] expected = logits(target, model, format, WeightLoad.Origin.PACKED.toString());
            try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            assertArrayEquals(expected, logits(target, model, format, WeightLoad.Origin.MAPPED.toString(), true));
            try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
                assertEquals(List.of(true), files.map(file -> file.toString().endsWith(".packed")).toList());
            }
            assertArrayEquals(expected, logits(target, model, format, WeightLoad.Origin.KEPT.toString(), true));
        }
    }

    @Test
    void weightsWithoutRoomOnTheDiskAreNotMapped() throws IOException {
        Path model = folder.resolve("model");
        copy(model);
        Target target = TestTargets.list().getFirst();
        DecoderOptions options = DecoderOptions.defaults().withMappedWeights(true)
                .withPackedCache(new PackedCache(folder.resolve("cache"), 1 << 20, 0));
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> Decoder.load(model, target, options).close());
        assertTrue(refused.getMessage().contains("allowed are 1048576; allow 1 GiB or more (--keep-packed)"),
                refused.getMessage());
    }

    /** The other weights have the same names, shapes and sizes. */
    @ParameterizedTest
    @MethodSource("targets")
    void aChangedModelIsPackedAnew(Target target) throws IOException {
        Path model = folder.resolve("model");
        copy(model);
        float[] first = logits(target, model, WeightFormats.BF16, WeightLoad.Origin.PACKED.toString());
        Path other = Files.createDirectories(folder.resolve("other"));
        CheckpointFiles.random(TINY.resolve("config.json"), other, Dtype.BF16, 4);
        Files.delete(model.resolve("model.safetensors"));
        Files.copy(other.resolve("model.safetensors"), model.resolve("model.safetensors"));
        float[] second = logits(target, model, WeightFormats.BF16, WeightLoad.Origin.PACKED.toString());
        assertFalse(Arrays.equals(first, second));
        assertArrayEquals(second, logits(target, model, WeightFormats.BF16, WeightLoad.Origin.KEPT.toString()));
    }

    /** The other configuration finds other weights in the same files: the head is the embedding. */
    @Test
    void anotherConfigurationOfTheSameFilesIsPackedAnew() throws IOException {
        Path model = folder.resolve("model");
        copy(model);
        Target target = TestTargets.list().getFirst();
        Path config = model.resolve("config.json");
        String own = Files.readString(config);
        assertTrue(own.contains("\"tie_word_embeddings\": false"), own);
        float[] first = logits(target, model, WeightFormats.BF16, WeightLoad.Origin.PACKED.toString());
        Files.writeString(config, own.replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true"));
        float[] second = logits(target, model, WeightFormats.BF16, WeightLoad.Origin.PACKED.toString());
        assertFalse(Arrays.equals(first, second));
    }

    /** The layer that guesses is in memory, wherever the weights of the model itself are. */
    @Test
    void aPredictionLayerIsNeverMapped() throws IOException {
        Path model = Files.createDirectories(folder.resolve("guessing"));
        String own = Files.readString(TINY.resolve("config.json"));
        Files.writeString(model.resolve("config.json"), own.replaceFirst("\\{", "{\"num_nextn_predict_layers\": 1,"));
        ModelConfig config = ModelFiles.config(model);
        SafetensorsWriter writer = new SafetensorsWriter();
        ModelConfig layer = config.prediction().orElseThrow();
        Map<String, float[]> values = SourceValues.of(config, RandomWeights.of(config, 4));
        config.weights().forEach((name, weight) -> writer.add(name, Dtype.BF16, weight.shape(), values.get(name)));
        Map<String, float[]> guessing = SourceValues.of(layer, RandomWeights.of(layer, 5));
        layer.weights().entrySet().stream().filter(entry -> !values.containsKey(entry.getKey())).forEach(entry -> writer
                .add(entry.getKey(), Dtype.BF16, entry.getValue().shape(), guessing.get(entry.getKey())));
        writer.write(model.resolve("model.safetensors"));
        Target target = TestTargets.list().getFirst();
        DecoderOptions options = DecoderOptions.defaults().withBatch(1).withCacheTokens(64).withMappedWeights(true)
                .withPackedCache(new PackedCache(folder.resolve("cache"), 1L << 30, 0));
        try (Decoder decoder = Decoder.loadPrediction(model, target, options)) {
            assertEquals(WeightLoad.Origin.PACKED.toString(), decoder.weightOrigin());
            assertFalse(decoder.awaitKept());
        }
        assertFalse(Files.exists(folder.resolve("cache")));
    }
}
