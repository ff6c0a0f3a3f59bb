package org.tornadomla.finetune;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.SafetensorsWriter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Numbers that no training has, and models whose operations training does not cover. */
class FineTuningRefusalsTest {

    @TempDir
    private Path folder;

    private static FineTuningOptions options(int[] whole, double rate, double balance) {
        return new FineTuningOptions(whole[0], whole[1], whole[2], rate, whole[3], 7, whole[4], balance);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, steps is 0", "0, 1000001, steps is 1000001", "1, 0, batch is 0", "1, 1025, batch is 1025",
        "2, 1, length is 1", "2, 131073, length is 131073", "3, -1, warm-up is -1", "3, 101, warm-up is 101",
        "4, -1, rank of adapters is -1", "4, 1025, rank of adapters is 1025"})
    void wholeNumbersHaveARange(int place, int value, String reason) {
        int[] whole = {100, 2, 16, 100, 8};
        assertEquals(0, options(whole, 1, 0).withoutAdapters().rank());
        whole[place] = value;
        String message = assertThrows(ConfigurationException.class, () -> options(whole, 0.1, 0.1)).getMessage();
        assertTrue(message.startsWith(reason + ", must be "), message);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, learning rate is 0.0", "1.5, 0, learning rate is 1.5", "NaN, 0, learning rate is NaN",
        "0.1, -0.5, balance is -0.5", "0.1, 1.5, balance is 1.5"})
    void ratesAndBalanceHaveARange(double rate, double balance, String reason) {
        String message = assertThrows(ConfigurationException.class,
                () -> options(new int[]{100, 2, 16, 1, 8}, rate, balance)).getMessage();
        assertTrue(message.startsWith(reason + ", must be "), message);
    }

    private static ModelConfig model(String golden, Consumer<ObjectNode> change) throws Exception {
        ObjectNode json = (ObjectNode) new ObjectMapper()
                .readTree(Goldens.folder(golden).resolve("config.json").toFile());
        change.accept(json);
        return ModelConfigReader.parse(json.toString(), "config.json");
    }

    @Test
    void whatAModelHasBesidesIsNamed() throws Exception {
        assertRefused("minicpm3 has factors on embedding, blocks or logits", model("families/minicpm3", json -> {}));
        assertRefused("axk1 has norms behind its blocks (post_mlp_layernorm.weight)",
                model("families/axk1", json -> {}));
        assertRefused("longcat_flash has blocks of the kind ShortcutBlock",
                model("families/longcat-flash", json -> {}));
        Consumer<ObjectNode> one = json -> json.put("n_group", 1).put("topk_group", 1);
        assertDoesNotThrow(() -> Coverage.require(model("models/v3-sigmoid-bias", one)), "all groups are allowed");
        assertRefused(
                "ranks groups of experts by their two best ones (topk_method noaux_tc with topk_group 2 of n_group 4",
                model("models/v3-sigmoid-bias", json -> {}));
        assertDoesNotThrow(() -> Coverage.require(model("models/v2-group-limited", json -> {})));
    }

    private static void assertRefused(String reason, ModelConfig model) {
        String message = assertThrows(ConfigurationException.class, () -> Coverage.require(model)).getMessage();
        assertTrue(message.contains(reason) && message.endsWith(", which training does not cover"), message);
    }

    @Test
    void numbersMustBePlain() throws Exception {
        ModelConfig model = model("models/v2-lite-greedy", json -> {});
        new SafetensorsWriter().add("b", Dtype.BF16, List.of(2L), new float[2])
                .add("w", Dtype.F8_E4M3, List.of(2L, 2L), new float[4])
                .add("w_scale_inv", Dtype.F32, List.of(1L, 1L), new float[]{1})
                .write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Coverage.requirePlain(model, List.of("b"), checkpoint);
            String message = assertThrows(ConfigurationException.class,
                    () -> Coverage.requirePlain(model, List.of("b", "w"), checkpoint)).getMessage();
            assertTrue(message.contains("has its weights in FP8 (w)") && message.contains("mla convert"), message);
        }
    }

    /** A number of the configuration and all weights, so that a state goes on under its own model alone. */
    @Test
    void aModelHasANumberOfItsFiles() throws Exception {
        assertEquals(number("{}", 1), number("{}", 1));
        assertTrue(!number("{}", 1).equals(number("{}", 2)), "another weight");
        assertTrue(!number("{}", 1).equals(number("{ }", 1)), "another configuration");
        Files.delete(folder.resolve("config.json"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThrows(CheckpointException.class, () -> ModelFingerprint.of(folder, checkpoint));
        }
    }

    private String number(String config, float weight) throws Exception {
        Files.writeString(folder.resolve("config.json"), config);
        new SafetensorsWriter().add("w", Dtype.F32, List.of(2L), new float[]{0, weight})
                .write(folder.resolve("model.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return ModelFingerprint.of(folder, checkpoint);
        }
    }
}
