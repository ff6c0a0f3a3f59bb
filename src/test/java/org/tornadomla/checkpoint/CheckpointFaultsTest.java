package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.FewCores;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.SafetensorsWriter;
import org.tornadomla.weights.WeightFormats;

/** Faults of files with weights, by the number of the point that describes each. */
class CheckpointFaultsTest {

    private static final Path SOURCE = Goldens.folder("models").resolve("v3-sigmoid-bias");

    @TempDir
    private Path folder;

    private static Path shared(String name) {
        return Goldens.folder("").resolveSibling("cases").resolve(name);
    }

    /** Writes a model with one number of one weight replaced, and packs it. */
    private String packed(Path source, String damaged, float number) {
        ModelConfig model = ModelConfigReader.read(source.resolve("config.json"));
        folder.resolve("config.json").toFile().delete();
        CheckpointFiles.random(source.resolve("config.json"), folder, Dtype.F32, 3);
        Path copy = folder.resolve("copy");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (String name : checkpoint.names()) {
                float[] values = checkpoint.read(name);
                if (name.equals(damaged)) {
                    values[values.length / 2] = number;
                }
                writer.add(name, Dtype.F32, checkpoint.info(name).shape(), values);
            }
            Files.createDirectories(copy);
            writer.write(copy.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try (Checkpoint checkpoint = Checkpoint.open(copy)) {
            checkpoint.validate(model);
            return assertThrows(CheckpointException.class, () -> DecoderWeights.pack(model, checkpoint, FewCores.LOOPS,
                    WeightFormats.F32, Long.MAX_VALUE, EnumSet.allOf(Attending.class))).getMessage();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.layers.1.mlp.gate.e_score_correction_bias", "model.layers.1.mlp.gate.weight",
        "model.embed_tokens.weight", "model.norm.weight", "model.layers.0.input_layernorm.weight",
        "model.layers.2.mlp.experts.7.up_proj.weight", "model.layers.1.self_attn.kv_b_proj.weight",
        "model.layers.3.mlp.shared_experts.down_proj.weight", "lm_head.weight"})
    void point6NumbersThatAreNotFiniteAreRefusedByTheTensorsName(String name) {
        for (float number : new float[]{Float.NaN, Float.NEGATIVE_INFINITY}) {
            String message = packed(shared("nan-router-bias"), name, number);
            assertTrue(message.contains(name) && message.contains("" + number), message);
        }
    }

    @Test
    void point18ALoneSurrogateInTheIndexIsANamedRefusal() {
        String message = assertThrows(CheckpointException.class, () -> Checkpoint.open(shared("index-surrogate")))
                .getMessage();
        assertTrue(message.contains("weight_map of lm_head.weight") && message.contains("\\ud800"), message);
        assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(message), "a message that no output can show");
    }

    /** Copies the golden model with other names, and opens it. */
    private String renamed(java.util.function.UnaryOperator<String> rename) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(SOURCE)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (String name : checkpoint.names()) {
                writer.add(rename.apply(name), Dtype.F32, checkpoint.info(name).shape(), checkpoint.read(name));
            }
            writer.write(folder.resolve("model.safetensors"));
        }
        Files.copy(SOURCE.resolve("config.json"), folder.resolve("config.json"));
        return assertThrows(CheckpointException.class, () -> ModelFiles.open(folder)).getMessage();
    }

    @Test
    void point20AListOfNamesIsCutAndTheCauseIsGuessed() throws IOException {
        String message = renamed(name -> "language_model." + name);
        assertTrue(message.length() < 3000, message.length() + " characters");
        assertTrue(message.matches("(?s).*\\(\\d+ in all\\).*"), message);
        assertTrue(message.contains("begin with language_model."), message);
    }

    @Test
    void point20ABaseModelLacksTheBeginning() throws IOException {
        String message = renamed(name -> name.startsWith("model.") ? name.substring("model.".length()) : name);
        assertTrue(message.contains("lack the beginning model."), message);
    }

    @Test
    void point20NamesWithoutACommonCauseAreOnlyListed() throws IOException {
        String message = renamed(name -> name.endsWith("norm.weight") ? "x." + name : name);
        assertFalse(message.contains("beginning") || message.contains("begin with"), message);
    }

    /** A tensor behind the last layer is skipped, whatever its type is. */
    @ParameterizedTest
    @ValueSource(strings = {"U16", "U32", "F8_E5M2", "F8_E8M0", "F4", "C64", "of the future"})
    void point22TypesThatAreNotKnownDoNotSpoilAFile(String type) throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (Checkpoint checkpoint = Checkpoint.open(SOURCE)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            checkpoint.names()
                    .forEach(name -> writer.add(name, Dtype.F32, checkpoint.info(name).shape(), checkpoint.read(name)));
            writer.add("model.layers.99.mtp.weight", Dtype.F16, List.of(3L, 4L), new float[12]);
            writer.write(file);
        }
        retype(file, type);
        Files.copy(SOURCE.resolve("config.json"), folder.resolve("config.json"));
        try (ModelFiles files = ModelFiles.open(folder)) {
            assertEquals(List.of("model.layers.99.mtp.weight"), files.skipped());
        }
        assertEquals(1, ModelFiles.stored(folder).get(type).tensors());
    }

    /** Gives the one tensor of 16-bit numbers another type in the header. */
    private static void retype(Path file, String type) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int length = (int) java.nio.ByteBuffer.wrap(all).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
        String header = new String(all, Long.BYTES, length, StandardCharsets.UTF_8);
        byte[] changed = header.replace("\"F16\"", "\"" + type + "\"").strip().getBytes(StandardCharsets.UTF_8);
        java.nio.ByteBuffer out = java.nio.ByteBuffer
                .allocate(Long.BYTES + changed.length + all.length - Long.BYTES - length)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        out.putLong(changed.length).put(changed).put(all, Long.BYTES + length, all.length - Long.BYTES - length);
        Files.write(file, out.array());
    }

    @Test
    void point22AFolderOfTheHubsCacheFindsItsSnapshot() throws IOException {
        Path cache = folder.resolve("models--someone--something");
        Path snapshot = Files.createDirectories(cache.resolve("snapshots").resolve("abc123"));
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(SOURCE.resolve(name), snapshot.resolve(name));
        }
        assertTrue(ModelFiles.isModel(cache), "the only snapshot");
        Path other = Files.createDirectories(cache.resolve("snapshots").resolve("def456"));
        String message = assertThrows(CheckpointException.class, () -> ModelFiles.config(cache)).getMessage();
        assertTrue(message.contains("abc123") && message.contains("def456"), message);
        Files.createDirectories(cache.resolve("refs"));
        Files.writeString(cache.resolve("refs").resolve("main"), "abc123");
        try (ModelFiles files = ModelFiles.open(cache)) {
            assertEquals(ModelConfigReader.read(SOURCE.resolve("config.json")).weights(), files.config().weights());
        }
        Files.writeString(cache.resolve("refs").resolve("main"), "../../elsewhere");
        assertThrows(CheckpointException.class, () -> ModelFiles.config(cache));
        assertTrue(Files.isDirectory(other));
    }
}
