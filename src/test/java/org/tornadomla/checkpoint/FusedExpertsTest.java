package org.tornadomla.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.SafetensorsWriter;

/** The same weights under other names: experts in two tensors, and a text model within another. */
class FusedExpertsTest {

    private static final Path SOURCE = Goldens.folder("models").resolve("v3-sigmoid-bias");
    private static final ModelConfig MODEL = ModelConfigReader.read(SOURCE.resolve("config.json"));

    @TempDir
    private Path folder;

    /** Writes the experts of the golden model in two tensors a layer. */
    private Map<String, float[]> fuse(Checkpoint source) {
        Map<String, float[]> expected = new LinkedHashMap<>();
        SafetensorsWriter writer = new SafetensorsWriter();
        MoeConfig moe = MODEL.experts().orElseThrow();
        long experts = moe.nRoutedExperts();
        long inner = moe.moeIntermediateSize();
        long hidden = MODEL.hiddenSize();
        int size = (int) (inner * hidden);
        for (String name : source.names()) {
            expected.put(name, source.read(name));
            if (!name.contains(".experts.")) {
                writer.add(name, Dtype.F32, source.info(name).shape(), source.read(name));
            }
        }
        for (int layer = MODEL.denseLayers(); layer < MODEL.numHiddenLayers(); layer++) {
            String prefix = "model.layers." + layer + ".mlp.experts.";
            float[] gateUp = new float[(int) experts * 2 * size];
            float[] down = new float[(int) experts * size];
            for (int expert = 0; expert < experts; expert++) {
                System.arraycopy(expected.get(prefix + expert + ".gate_proj.weight"), 0, gateUp, 2 * expert * size,
                        size);
                System.arraycopy(expected.get(prefix + expert + ".up_proj.weight"), 0, gateUp, (2 * expert + 1) * size,
                        size);
                System.arraycopy(expected.get(prefix + expert + ".down_proj.weight"), 0, down, expert * size, size);
            }
            writer.add(prefix + "gate_up_proj", Dtype.F32, List.of(experts, 2 * inner, hidden),
                    row -> Arrays.copyOfRange(gateUp, (int) row * 2 * size, (int) (row + 1) * 2 * size));
            writer.add(prefix + "down_proj", Dtype.F32, List.of(experts, hidden, inner),
                    row -> Arrays.copyOfRange(down, (int) row * size, (int) (row + 1) * size));
        }
        writer.write(folder.resolve("model.safetensors"));
        return expected;
    }

    @Test
    void fusedExpertsAreTheSameWeights() {
        try (Checkpoint source = Checkpoint.open(SOURCE)) {
            Map<String, float[]> expected = fuse(source);
            try (Checkpoint fused = Checkpoint.open(folder)) {
                assertEquals(List.of(), fused.validate(MODEL));
                expected.forEach((name, values) -> assertArrayEquals(values, fused.read(name), name));
                String down = "model.layers.1.mlp.experts.3.down_proj.weight";
                float[] row = new float[MODEL.experts().orElseThrow().moeIntermediateSize()];
                fused.matrix(down).read(5, row);
                assertArrayEquals(Arrays.copyOfRange(expected.get(down), 5 * row.length, 6 * row.length), row);
            }
        }
    }

    @Test
    void fusedExpertsInAShardAreFoundThroughTheIndex() throws IOException {
        Map<String, float[]> expected;
        try (Checkpoint source = Checkpoint.open(SOURCE)) {
            expected = fuse(source);
        }
        Path shard = folder.resolve("model-00001-of-00001.safetensors");
        Files.move(folder.resolve("model.safetensors"), shard);
        ObjectNode index = new ObjectMapper().createObjectNode();
        try (SafetensorsFile file = SafetensorsFile.open(shard)) {
            file.names().forEach(name -> index.withObject("/weight_map").put(name, shard.getFileName().toString()));
        }
        Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
        try (Checkpoint fused = Checkpoint.open(folder)) {
            assertEquals(List.of(), fused.validate(MODEL));
            expected.forEach((name, values) -> assertArrayEquals(values, fused.read(name), name));
        }
    }

    @Test
    void aTextModelWithinAnotherIsReadAndTheRestSkipped() throws IOException {
        ObjectNode outer = new ObjectMapper().createObjectNode().put("model_type", "kimi_k25")
                .put("media_placeholder_token_id", 3).put("eos_token_id", 5);
        outer.putObject("vision_config").put("vt_hidden_size", 8);
        outer.set("text_config", new ObjectMapper().readTree(SOURCE.resolve("config.json").toFile()));
        Files.writeString(folder.resolve("config.json"), outer.toString());
        SafetensorsWriter writer = new SafetensorsWriter();
        try (Checkpoint source = Checkpoint.open(SOURCE)) {
            source.names().forEach(name -> writer.add("language_model." + name, Dtype.F32, source.info(name).shape(),
                    source.read(name)));
            writer.add("vision_tower.patch_embed.proj.weight", Dtype.F32, List.of(2L, 2L), new float[4]);
            writer.add("mm_projector.proj.0.weight", Dtype.F32, List.of(2L, 2L), new float[4]);
            writer.write(folder.resolve("model.safetensors"));
            try (ModelFiles files = ModelFiles.open(folder)) {
                assertEquals(2, files.skipped().size());
                assertEquals("kimi_k25", files.config().modelType());
                assertEquals(List.of(5), files.config().eosTokenIds());
                assertEquals(MODEL.attention(), files.config().attention());
                assertArrayEquals(source.read("model.norm.weight"), files.weights().read(files.config().normName()));
            }
        }
    }

    @Test
    void aListOfExpertsThatIsNoneIsATensorOfItsOwn() {
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.add("a.experts.gate_up_proj", Dtype.F32, List.of(2L, 3L, 2L), row -> new float[6]);
        writer.write(folder.resolve("model.safetensors"));
        try (Checkpoint odd = Checkpoint.open(folder)) {
            assertTrue(odd.names().contains("a.experts.gate_up_proj"), "three rows are no gate and up");
            assertThrows(CheckpointException.class, () -> odd.info("a.experts.0.gate_proj.weight"));
        }
    }
}
