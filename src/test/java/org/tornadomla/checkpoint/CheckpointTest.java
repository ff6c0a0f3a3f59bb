package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.SafetensorsWriter;

/** Model directories: whole or in shards, in every format, and every way in which they may not fit. */
class CheckpointTest {

    private static final Path SOURCE = Goldens.folder("models").resolve("v3-sigmoid-bias");
    private static final ModelConfig MODEL = ModelConfigReader.read(SOURCE.resolve("config.json"));
    private static final String FIRST_SHARD = "model-00001-of-00003.safetensors";

    @TempDir
    private Path folder;

    private static void refused(Executable action, String... parts) {
        String message = assertThrows(CheckpointException.class, action).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private void openRefused(String... parts) {
        refused(() -> Checkpoint.open(folder).close(), parts);
    }

    @ParameterizedTest
    @CsvSource({"F32, 1", "F32, 3", "BF16, 3", "F16, 2", "F8_E4M3, 3"})
    void everyFormatIsReadAsItsRoundedNumbers(Dtype dtype, int shards) {
        Map<String, float[]> expected = CheckpointFiles.copy(SOURCE, folder, dtype, shards);
        ModelConfig model = ModelConfigReader.read(folder.resolve("config.json"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertTrue(checkpoint.validate(model).isEmpty());
            expected.forEach((name, values) -> assertArrayEquals(values, checkpoint.read(name), name));
            assertEquals(dtype == Dtype.F8_E4M3, model.fp8Blocks());
        }
    }

    /** 300 x 200 needs 3 x 2 blocks, the last of them cut. */
    @Test
    void blockScalesMeetTheirBlocksAlsoWhenReadByRows() {
        float[] stored = new float[300 * 200];
        Arrays.fill(stored, 1.5f);
        new SafetensorsWriter().add("w", Dtype.F8_E4M3, List.of(300L, 200L), stored)
                .add("w_scale_inv", Dtype.F32, List.of(3L, 2L), new float[]{1, 2, 3, 4, 5, 6})
                .write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            float[] whole = checkpoint.read("w");
            assertEquals(1.5f, whole[0]);
            assertEquals(3, whole[128]);
            assertEquals(4.5f, whole[128 * 200]);
            assertEquals(9, whole[299 * 200 + 199]);
            float[] streamed = new float[whole.length];
            List<Long> starts = new ArrayList<>();
            checkpoint.forEachRows("w", 70 * 200 + 5, (first, rows, values) -> {
                starts.add(first);
                System.arraycopy(values, 0, streamed, (int) first * 200, rows * 200);
            });
            assertArrayEquals(whole, streamed);
            assertEquals(List.of(0L, 70L, 140L, 210L, 280L), starts);
            float[] row = new float[201];
            checkpoint.readRows("w", 256, 1, row, 1);
            assertEquals(7.5f, row[1]);
            refused(() -> checkpoint.forEachRows("w", 199, (first, rows, values) -> {}), "200", "199");
        }
    }

    @Test
    void randomModelsOfTheTestsFitTheirConfiguration() {
        CheckpointFiles.random(SOURCE.resolve("config.json"), folder, Dtype.BF16, 5);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertTrue(checkpoint.validate(MODEL).isEmpty());
            float[] head = checkpoint.read("lm_head.weight");
            double squares = 0;
            for (float value : head) {
                squares += (double) value * value;
            }
            assertEquals(1.0 / 64, squares / head.length, 0.05 / 64);
        }
    }

    @Test
    void fp8WithoutFittingScalesIsRefused() {
        new SafetensorsWriter().add("w", Dtype.F8_E4M3, List.of(300L, 200L), new float[300 * 200])
                .add("w_scale_inv", Dtype.F32, List.of(2L, 3L), new float[6])
                .add("v", Dtype.F8_E4M3, List.of(2L, 2L), new float[4]).write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            refused(() -> checkpoint.read("w"), "w_scale_inv", "[2, 3]", "[3, 2]");
            refused(() -> checkpoint.read("v"), "v is FP8 without v_scale_inv");
        }
    }

    @Test
    void everyMissingUnreadAndMisshapenTensorIsNamed() {
        rewrite(tensors -> {
            tensors.remove("model.layers.2.mlp.experts.7.up_proj.weight");
            tensors.remove("model.norm.weight");
            tensors.put("model.layers.1.self_attn.extra.weight", new Stored(Dtype.F32, List.of(2L)));
            tensors.put("model.layers.0.input_layernorm.weight", new Stored(Dtype.F32, List.of(65L)));
            tensors.put("model.layers.1.input_layernorm.weight", new Stored(Dtype.I32, List.of(64L)));
            tensors.put("model.embed_tokens.weight_scale_inv", new Stored(Dtype.F32, List.of(2L, 1L)));
        });
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            refused(() -> checkpoint.validate(MODEL), "model.layers.2.mlp.experts.7.up_proj.weight is missing",
                    "model.norm.weight is missing", "model.layers.1.self_attn.extra.weight is not a weight",
                    "model.layers.0.input_layernorm.weight has shape [65], expected [64]",
                    "model.layers.1.input_layernorm.weight has dtype I32",
                    "model.embed_tokens.weight_scale_inv is not a weight");
        }
    }

    @Test
    void theLayerForMultiTokenPredictionIsSkippedAndReported() {
        rewrite(tensors -> {
            tensors.put("model.layers.3.enorm.weight", new Stored(Dtype.F32, List.of(64L)));
            tensors.put("model.layers.3.self_attn.q_a_proj.weight", new Stored(Dtype.F32, List.of(1L)));
            tensors.put("model.layers.0.self_attn.rotary_emb.inv_freq", new Stored(Dtype.F32, List.of(4L)));
        });
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(List.of("model.layers.3.enorm.weight", "model.layers.3.self_attn.q_a_proj.weight",
                    "model.layers.0.self_attn.rotary_emb.inv_freq"), checkpoint.validate(MODEL));
        }
    }

    @Test
    void aHeadIsMissingOnlyWhereTheEmbeddingIsNone() throws IOException {
        rewrite(tensors -> tensors.remove("lm_head.weight"));
        String json = Files.readString(SOURCE.resolve("config.json"));
        ModelConfig tied = ModelConfigReader
                .parse(json.replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true"), "config.json");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertTrue(checkpoint.validate(tied).isEmpty());
            refused(() -> checkpoint.validate(MODEL), "lm_head.weight is missing");
        }
        assertFalse(tied.weights().containsKey("lm_head.weight"));
        assertTrue(WeightNames.isIgnored("lm_head.weight", tied));
    }

    @Test
    void anIndexThatDoesNotFitIsRefused() throws IOException {
        CheckpointFiles.copy(SOURCE, folder, Dtype.F32, 3);
        Path index = folder.resolve("model.safetensors.index.json");
        String json = Files.readString(index);
        Files.writeString(folder.resolve("stray.safetensors"), "not named by the index");
        Checkpoint.open(folder).close();
        Files.writeString(index, json.replaceFirst(FIRST_SHARD, "model-00009-of-00003.safetensors"));
        openRefused("model-00009-of-00003.safetensors", "not beside the index");
        Files.writeString(index, json.replaceFirst(FIRST_SHARD, "model-00002-of-00003.safetensors"));
        openRefused("is not in model-00002-of-00003.safetensors but in " + FIRST_SHARD);
        Files.writeString(index, json.replaceFirst("lm_head\\.weight", "lm_head.bias"));
        openRefused("lm_head.bias is not in", "lm_head.weight is in", "not in the index");
        Files.writeString(index, json.replaceFirst(FIRST_SHARD, "../" + FIRST_SHARD));
        openRefused("must be the name of a file beside the index");
        for (String broken : List.of("[]", "{}", "{\"weight_map\":{}}", "{\"weight_map\":3}", "{", "")) {
            Files.writeString(index, broken);
            openRefused("model.safetensors.index.json");
        }
    }

    @Test
    void aShortShardIsRefused() throws IOException {
        CheckpointFiles.copy(SOURCE, folder, Dtype.F32, 3);
        try (RandomAccessFile shard = new RandomAccessFile(folder.resolve(FIRST_SHARD).toFile(), "rw")) {
            shard.setLength(shard.length() - 100);
        }
        openRefused(FIRST_SHARD, "100 bytes are missing");
    }

    /** Shards of a hundred gigabytes stay in no mapping of a program that was refused one of them. */
    @Test
    void aRefusalKeepsNoShardOpen() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps), "mappings are read from /proc");
        CheckpointFiles.copy(SOURCE, folder, Dtype.F32, 3);
        String first = folder.toRealPath().resolve(FIRST_SHARD).toString();
        try (Checkpoint _ = Checkpoint.open(folder)) {
            assertTrue(Files.readString(maps).contains(first), "a shard is mapped");
        }
        Files.writeString(folder.resolve("model-00003-of-00003.safetensors"), "broken");
        openRefused("model-00003-of-00003.safetensors");
        assertFalse(Files.readString(maps).contains(first), "a shard is still mapped");
        CheckpointFiles.copy(SOURCE, folder, Dtype.F32, 3);
        Path index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, Files.readString(index).replaceFirst("lm_head\\.weight", "lm_head.bias"));
        openRefused("lm_head.bias is not in");
        assertFalse(Files.readString(maps).contains(first), "a shard is still mapped");
    }

    @Test
    void aFolderWithoutWeightsIsRefused() {
        openRefused("neither model.safetensors nor");
        refused(() -> Checkpoint.open(folder.resolve("absent")), "neither");
    }

    @Test
    void absentTensorsAreNamed() {
        try (Checkpoint checkpoint = Checkpoint.open(SOURCE)) {
            refused(() -> checkpoint.read("absent.weight"), "absent.weight");
            refused(() -> checkpoint.info("absent.weight"), "absent.weight");
            assertEquals(160L * 64 * 4, checkpoint.bytes("lm_head.weight").byteSize());
        }
    }

    private record Stored(Dtype dtype, List<Long> shape) {
    }

    /** Writes a checkpoint of zeros with the source's tensors, changed. */
    private void rewrite(Consumer<Map<String, Stored>> change) {
        Map<String, Stored> tensors = new LinkedHashMap<>();
        try (Checkpoint source = Checkpoint.open(SOURCE)) {
            source.names().forEach(name -> tensors.put(name, new Stored(Dtype.F32, source.info(name).shape())));
        }
        change.accept(tensors);
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach((name, stored) -> writer.add(name, stored.dtype, stored.shape,
                new float[stored.shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b)]));
        writer.write(folder.resolve("model.safetensors"));
    }
}
