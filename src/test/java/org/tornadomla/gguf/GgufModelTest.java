package org.tornadomla.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.error.MlaException;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.testing.Goldens;

/** Configurations and weights of {@code deepseek2} files, in the forms that files have had. */
class GgufModelTest {

    private static final String PREFIX = "deepseek2.";

    @TempDir
    private Path folder;

    static Stream<Path> models() {
        return Goldens.models().map(GoldenModel::directory);
    }

    /** Whatever a golden model is (groups, no query compression, sigmoid with a bias, YaRN): the same numbers. */
    @ParameterizedTest
    @MethodSource("models")
    void weightsAndConfigurationSurviveAFile(Path source) {
        Path file = SmallModels.convert(source, folder, FileType.F32);
        ModelConfig expected = ModelConfigReader.read(source.resolve("config.json"));
        try (GgufModel model = GgufModel.open(file); Checkpoint checkpoint = Checkpoint.open(source)) {
            assertTrue(model.validate(model.config()).isEmpty());
            assertSame(expected, model.config());
            for (String name : expected.weights().keySet()) {
                assertArrayEquals(checkpoint.read(name), model.read(name), name);
                assertEquals("F32", model.storedAs(name));
                assertEquals(checkpoint.info(name).count() * 4, model.storedBytes(name), name);
            }
        }
    }

    private static void assertSame(ModelConfig expected, ModelConfig found) {
        assertEquals(expected.attention(), found.attention());
        assertEquals(expected.vocabSize(), found.vocabSize());
        assertEquals(expected.numHiddenLayers(), found.numHiddenLayers());
        assertEquals(expected.denseLayers(), found.denseLayers());
        assertEquals(expected.intermediateSize(), found.intermediateSize());
        assertEquals(expected.maxPositionEmbeddings(), found.maxPositionEmbeddings());
        assertEquals(expected.tieWordEmbeddings(), found.tieWordEmbeddings());
        MoeConfig experts = expected.experts().orElseThrow();
        // Greedy choice knows no groups, so a file does not say how many there are.
        int groups = experts.topkMethod() == TopkMethod.GREEDY ? 1 : experts.nGroup();
        int used = experts.topkMethod() == TopkMethod.GREEDY ? 1 : experts.topkGroup();
        assertEquals(MoeConfig.builder().nRoutedExperts(experts.nRoutedExperts())
                .numExpertsPerTok(experts.numExpertsPerTok()).nSharedExperts(experts.nSharedExperts())
                .moeIntermediateSize(experts.moeIntermediateSize()).nGroup(groups).topkGroup(used)
                .topkMethod(experts.topkMethod()).scoring(experts.scoring()).normTopkProb(experts.normTopkProb())
                .routedScalingFactor(experts.routedScalingFactor()).build(), found.experts().orElseThrow());
    }

    /** Rows may be read in any order and by several readers. */
    @Test
    void rowsOfTheKeyValueProjection() {
        Path source = Goldens.folder("models").resolve("v2-lite-greedy");
        String name = "model.layers.1.self_attn.kv_b_proj.weight";
        try (GgufModel model = GgufModel.open(SmallModels.convert(source, folder, FileType.F32));
                Checkpoint checkpoint = Checkpoint.open(source)) {
            Matrix expected = checkpoint.matrix(name);
            Matrix found = model.matrix(name);
            Matrix other = found.reader();
            float[] wanted = new float[expected.columns()];
            float[] row = new float[expected.columns()];
            for (int i = expected.rows() - 1; i >= 0; i -= 3) {
                expected.read(i, wanted);
                found.read(i, row);
                assertArrayEquals(wanted, row, "row " + i);
                other.read(expected.rows() - 1 - i, row);
                expected.read(expected.rows() - 1 - i, wanted);
                assertArrayEquals(wanted, row);
            }
            assertThrows(IndexOutOfBoundsException.class, () -> found.read(expected.rows(), row));
        }
    }

    /** Files made before 2025 hold the projection whole, and say how wide heads are in other keys. */
    @Test
    void olderFiles() throws IOException {
        Path source = Goldens.folder("models").resolve("v2-lite-greedy");
        ModelConfig expected = ModelConfigReader.read(source.resolve("config.json"));
        int heads = expected.attention().numHeads();
        int nope = expected.attention().qkNopeHeadDim();
        int width = expected.attention().vHeadDim();
        int rank = expected.attention().kvLoraRank();
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            GgufBuilder builder = GgufBuilder.copy(SmallModels.convert(source, folder, FileType.F32));
            builder.keys.remove(PREFIX + "attention.key_length_mla");
            builder.keys.remove(PREFIX + "attention.value_length_mla");
            builder.keys.remove(PREFIX + "expert_gating_func");
            builder.keys.remove(PREFIX + "vocab_size");
            builder.key(PREFIX + "attention.head_count_kv", heads)
                    .key(PREFIX + "attention.key_length", nope + expected.attention().qkRopeHeadDim())
                    .key(PREFIX + "attention.value_length", width);
            for (int layer = 0; layer < expected.numHiddenLayers(); layer++) {
                builder.tensors.remove("blk." + layer + ".attn_k_b.weight");
                builder.tensors.remove("blk." + layer + ".attn_v_b.weight");
                builder.tensor("blk." + layer + ".attn_kv_b.weight", "F32",
                        List.of((long) rank, (long) heads * (nope + width)),
                        checkpoint.read("model.layers." + layer + ".self_attn.kv_b_proj.weight"));
            }
            try (GgufModel model = open(builder)) {
                model.validate(model.config());
                assertSame(expected, model.config());
                expected.weights().keySet()
                        .forEach(name -> assertArrayEquals(checkpoint.read(name), model.read(name), name));
            }
        }
    }

    /** Gate and up projection of the experts may stand in one tensor. */
    @Test
    void fusedExperts() throws IOException {
        Path source = Goldens.folder("models").resolve("v3-sigmoid-bias");
        ModelConfig expected = ModelConfigReader.read(source.resolve("config.json"));
        MoeConfig experts = expected.experts().orElseThrow();
        int size = experts.moeIntermediateSize() * expected.hiddenSize();
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            GgufBuilder builder = GgufBuilder.copy(SmallModels.convert(source, folder, FileType.F32));
            for (int layer = expected.denseLayers(); layer < expected.numHiddenLayers(); layer++) {
                float[] fused = new float[experts.nRoutedExperts() * 2 * size];
                for (int expert = 0; expert < experts.nRoutedExperts(); expert++) {
                    String name = "model.layers." + layer + ".mlp.experts." + expert;
                    System.arraycopy(checkpoint.read(name + ".gate_proj.weight"), 0, fused, 2 * expert * size, size);
                    System.arraycopy(checkpoint.read(name + ".up_proj.weight"), 0, fused, (2 * expert + 1) * size,
                            size);
                }
                builder.tensors.remove("blk." + layer + ".ffn_gate_exps.weight");
                builder.tensors.remove("blk." + layer + ".ffn_up_exps.weight");
                builder.tensor("blk." + layer + ".ffn_gate_up_exps.weight", "F32", List.of((long) expected.hiddenSize(),
                        2L * experts.moeIntermediateSize(), (long) experts.nRoutedExperts()), fused);
            }
            try (GgufModel model = open(builder)) {
                model.validate(model.config());
                expected.weights().keySet()
                        .forEach(name -> assertArrayEquals(checkpoint.read(name), model.read(name), name));
            }
        }
    }

    /** YaRN as V2-Lite's published file has it: 0.0707 in 32 bits stands for mscale_all_dim 0.707. */
    @Test
    void yarn() throws IOException {
        GgufBuilder builder = lite();
        builder.key(PREFIX + "rope.scaling.type", "yarn").key(PREFIX + "rope.scaling.factor", 40f)
                .key(PREFIX + "rope.scaling.original_context_length", 4096)
                .key(PREFIX + "rope.scaling.yarn_log_multiplier", 0.0707f);
        try (GgufModel model = open(builder)) {
            RopeConfig rope = model.config().attention().rope();
            assertEquals(OptionalDouble.of(0.707), rope.mscale());
            assertEquals(OptionalDouble.of(0.707), rope.mscaleAllDim());
            assertEquals(32, rope.betaFast());
            assertEquals(1, rope.cosSinScale());
            double temperature = 0.1 * 0.707 * Math.log(40) + 1;
            assertEquals(temperature * temperature, rope.softmaxScaleFactor(), 1e-15);
        }
    }

    /** A tied head is no tensor. */
    @Test
    void tiedHead() throws IOException {
        GgufBuilder builder = lite();
        builder.tensors.remove("output.weight");
        try (GgufModel model = open(builder)) {
            assertTrue(model.config().tieWordEmbeddings());
            model.validate(model.config());
        }
    }

    /** Files made before groups had keys: the two published models are known by their sizes. */
    @Test
    void groupsOfPublishedModels() {
        assertEquals(8, PublishedGroups.of(256, 61, 7168).orElseThrow().groups());
        assertEquals(4, PublishedGroups.of(256, 61, 7168).orElseThrow().used());
        assertEquals(3, PublishedGroups.of(160, 60, 5120).orElseThrow().used());
        assertTrue(PublishedGroups.of(64, 27, 2048).isEmpty());
    }

    private GgufBuilder lite() {
        return GgufBuilder
                .copy(SmallModels.convert(Goldens.folder("models").resolve("v2-lite-greedy"), folder, FileType.F32));
    }

    private GgufModel open(GgufBuilder builder) throws IOException {
        return GgufModel.open(Files.write(folder.resolve("changed.gguf"), builder.bytes()));
    }

    @Test
    void otherComputationsAreRefusedByName() throws IOException {
        refused(b -> b.key("general.architecture", "llama"), "general.architecture is llama, supported: deepseek2");
        refused(b -> b.key(PREFIX + "attention.temperature_scale", 0.1f),
                "metadata key deepseek2.attention.temperature_scale is not known");
        refused(b -> b.key(PREFIX + "rope.scaling.attn_factor", 1.5f),
                "deepseek2.rope.scaling.attn_factor is 1.5, which changes the computation; supported: 1.0");
        refused(b -> b.key(PREFIX + "nextn_predict_layers", 1), "nextn_predict_layers is 1.0, which changes");
        refused(b -> b.key(PREFIX + "rope.scaling.type", "linear"),
                "deepseek2.rope.scaling.type is linear, supported: none, yarn");
        refused(b -> b.key(PREFIX + "rope.scaling.type", "yarn"), "has no deepseek2.rope.scaling.factor");
        refused(b -> b.key(PREFIX + "expert_gating_func", 3), "expert_gating_func is 3, supported: 1 (softmax)");
        refused(b -> b.key(PREFIX + "attention.head_count_kv", 4), "head_count_kv is 4, expected 1");
        refused(b -> b.key(PREFIX + "attention.key_length", 7), "attention.key_length is 7, expected");
        refused(b -> b.key("general.quantization_version", 1), "general.quantization_version is 1, must be 2");
        refused(b -> b.key(PREFIX + "block_count", 1_000_000),
                "block_count is 1000000, more than the file has tensors");
        refused(b -> b.key(PREFIX + "expert_count", 1_000_000), "expert_count is 1000000, tensor blk.1.ffn_down_exps");
        refused(b -> b.key(PREFIX + "rope.dimension_count", 3), "attention.key_length is");
        refused(b -> b.keys.remove(PREFIX + "attention.kv_lora_rank"),
                "metadata has no deepseek2.attention.kv_lora_rank");
        // A V3 file that says softmax has a bias that nobody would read.
        refused(b -> b.tensor("blk.1.exp_probs_b.bias", "F32", List.of(2L), new float[2]),
                "blk.1.exp_probs_b.bias is not a weight of this model");
    }

    @Test
    void tensorsThatDoNotFit() throws IOException {
        refused(b -> b.tensors.remove("blk.0.attn_norm.weight"),
                "blk.0.attn_norm.weight (model.layers.0.input_layernorm.weight) is missing");
        refused(b -> b.tensors.remove("blk.1.attn_v_b.weight"),
                "(model.layers.1.self_attn.kv_b_proj.weight) is missing");
        refused(b -> b.tensors.remove("token_embd.weight"), "tensor token_embd.weight is missing");
        refused(b -> b.tensors.remove("blk.1.ffn_down_exps.weight"), "tensor blk.1.ffn_down_exps.weight is missing");
        refused(b -> b.tensor("rope_freqs.weight", "F32", List.of(2L), new float[2]),
                "rope_freqs.weight is not a weight of this model");
        refused(b -> b.tensor("blk.0.ffn_norm.weight", "F32", List.of(2L), new float[2]),
                "blk.0.ffn_norm.weight (model.layers.0.post_attention_layernorm.weight) has shape [2], expected");
        refused(b -> b.tensor("blk.1.ffn_up_exps.weight", "F32", List.of(2L, 2L), new float[4]),
                "tensor blk.1.ffn_up_exps.weight has shape [2, 2], expected [");
        refused(b -> b.tensor("blk.0.attn_k_b.weight", "F32", List.of(2L, 2L), new float[4]), "do not fit each other");
    }

    private void refused(Consumer<GgufBuilder> change, String reason) throws IOException {
        GgufBuilder builder = lite();
        change.accept(builder);
        MlaException refusal = assertThrows(MlaException.class, () -> {
            try (GgufModel model = open(builder)) {
                model.validate(model.config());
            }
        });
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @Test
    void onlyWhatIsThereIsRead() throws IOException {
        try (GgufModel model = open(lite())) {
            assertTrue(assertThrows(MlaException.class, () -> model.read("model.layers.9.mlp.gate_proj.weight"))
                    .getMessage().contains("has no weight model.layers.9.mlp.gate_proj.weight"));
        }
        assertThrows(IllegalArgumentException.class, () -> GgufNames.of("model.layers.0.self_attn.q_proj.bias"));
        assertTrue(GgufModel.isGguf(Path.of("b", "c.gguf")));
        assertFalse(GgufModel.isGguf(Path.of("model.safetensors")));
    }
}
