package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.Goldens;

/** Faults of configurations, by the number of the point that describes each. */
class ConfigFaultsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private static ObjectNode json(Path file) {
        try {
            return (ObjectNode) MAPPER.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode v3() {
        return json(Goldens.folder("models").resolve("v3-sigmoid-bias").resolve("config.json"));
    }

    private static ObjectNode v2() {
        return json(Goldens.folder("models").resolve("v2-lite-greedy").resolve("config.json"));
    }

    private static ModelConfig read(ObjectNode json) {
        return ModelConfigReader.parse(json.toString(), "config.json");
    }

    private static String refusal(ObjectNode json) {
        return assertThrows(ConfigurationException.class, () -> read(json)).getMessage();
    }

    private static void refused(ObjectNode json, Consumer<ObjectNode> change, String... parts) {
        change.accept(json);
        String message = refusal(json);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
        assertTrue(message.length() < 5000, message);
    }

    @Test
    void point3NormalisedSoftmaxWeightsAreRefusedNamingBothMeanings() {
        for (double scale : new double[]{1, 16}) {
            refused(v2(), json -> json.put("norm_topk_prob", true).put("routed_scaling_factor", scale),
                    "norm_topk_prob", "DeepSeek's own code", "transformers");
        }
        ModelConfig agreed = read(v2().put("norm_topk_prob", true).put("num_experts_per_tok", 1));
        assertFalse(agreed.experts().orElseThrow().normTopkProb(), "with one expert both only scale");
    }

    @Test
    void point4SettingsOfRotaryEmbeddingThatTurnOtherAnglesAreRefused() {
        refused(v3(), json -> json.putObject("rope_parameters").putObject("full_attention").put("rope_theta", 10),
                "full_attention", "one setting for all layers");
        refused(v3(), json -> json.put("partial_rotary_factor", 0.5), "partial_rotary_factor is 0.5");
        refused(v3(), json -> ((ObjectNode) json.get("rope_parameters")).put("partial_rotary_factor", 0.5),
                "partial_rotary_factor is 0.5");
        refused(v3(), json -> ((ObjectNode) json.get("rope_parameters")).put("low_freq_factor", 1), "low_freq_factor");
    }

    @Test
    void point4LayersMayBeListedAndMustAgree() {
        ModelConfig model = read(v3());
        List<String> types = model.layers().stream().map(layer -> layer.has(MixtureBlock.class) ? "sparse" : "dense")
                .toList();
        ObjectNode listed = v3();
        types.forEach(listed.putArray("mlp_layer_types")::add);
        assertEquals(model.weights(), read(listed).weights());
        refused(v3(), json -> types.forEach(type -> json.withArray("mlp_layer_types").add("sparse")), "mlp_layer_types",
                "first_k_dense_replace");
        refused(v3(), json -> json.putArray("mlp_layer_types").add("dense"), "one a layer");
        refused(v3(), json -> types.forEach(type -> json.withArray("mlp_layer_types").add("other")), "mlp_layer_types");
    }

    @ParameterizedTest
    @CsvSource({"layer_types", "qk_norm", "sliding_window", "index_topk", "something_new"})
    void point4KeysThatAreNotKnownAreRefusedUnlessTheyAreNamed(String key) {
        refused(v3(), json -> json.put(key, 3), key);
        if (!key.equals("sliding_window")) {
            String json = v3().put(key, 3).toString();
            ReadOptions options = new ReadOptions(Set.of(key), false);
            assertEquals(read(v3()).weights(), ModelConfigReader.parse(json, "config.json", options).weights());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transformers_version", "attention_dropout", "auto_map", "temperature"})
    void point4KeysWithoutInfluencePassByName(String key) {
        assertEquals(read(v3()).weights(), read(v3().put(key, 3)).weights());
    }

    @Test
    void point4ACauseOfThousandsOfKeysStaysShort() {
        refused(v3(), json -> {
            for (int i = 0; i < 5000; i++) {
                json.put("unknown_" + i + "x".repeat(500), i);
            }
        }, "5000 in all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quantization", "compression_config", "quantization_config"})
    void point5StorageThatIsNotKnownIsRefusedToRunAndShownToThoseWhoWantSizes(String key) {
        refused(v3(), json -> json.putObject(key).put("quant_algo", "NVFP4"), key, "NVFP4");
        ObjectNode json = v3();
        json.putObject(key).put("quant_algo", "NVFP4");
        ModelConfig model = ModelConfigReader.parse(json.toString(), "config.json", ReadOptions.STRICT.forSizes());
        assertTrue(model.unreadableStorage().orElseThrow().contains("NVFP4"));
    }

    @Test
    void point5AFileBesideTheConfigurationTellsTheStorage() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), v3().toString());
        assertTrue(ModelConfigReader.read(config).unreadableStorage().isEmpty());
        Path beside = folder.resolve("hf_quant_config.json");
        Files.writeString(beside, "{\"quantization\": {\"quant_algo\": \"NVFP4\", \"group_size\": 16}}");
        assertTrue(ModelConfigReader.read(config).fourBits());
        Files.writeString(beside, "{\"quantization\": {\"quant_algo\": \"NVFP4\", \"nvfp4_embed\": true}}");
        assertThrows(ConfigurationException.class, () -> ModelConfigReader.read(config));
        Files.writeString(beside, "{\"quantization\": {\"quant_algo\": \"W4A8_AWQ\"}}");
        String message = assertThrows(ConfigurationException.class, () -> ModelConfigReader.read(config)).getMessage();
        assertTrue(message.contains("hf_quant_config.json") && message.contains("W4A8_AWQ"), message);
    }

    @ParameterizedTest
    @CsvSource({"num_hidden_layers", "n_routed_experts", "n_shared_experts", "moe_intermediate_size",
        "intermediate_size", "vocab_size", "hidden_size", "kv_lora_rank", "v_head_dim", "qk_nope_head_dim",
        "q_lora_rank", "max_position_embeddings"})
    void point13AbsurdSizesAreRefusedBeforeAnythingOfThatLengthIsMade(String key) {
        for (int value : new int[]{1_000_000_000, Integer.MAX_VALUE}) {
            ObjectNode json = v3().put(key, value).put("n_group", 1).put("topk_group", 1);
            json.remove("num_key_value_heads");
            json.remove("qk_head_dim");
            // A thread that is given only this much stack and heap-free refusal: names of 10^9 layers would not fit.
            long before = allocated();
            refusal(json);
            long made = allocated() - before;
            assertTrue(made < 100L << 20, key + " " + value + ": " + made + " bytes were allocated");
        }
    }

    @Test
    void point13ProductsOfSizesAreExactOrRefused() {
        refused(v3(), json -> json.put("n_shared_experts", 9999).put("moe_intermediate_size", 1 << 20),
                "n_shared_experts * moe_intermediate_size is 10484711424");
        refused(v3(), json -> json.put("num_hidden_layers", 10_000).put("n_routed_experts", 9000).put("n_group", 1)
                .put("topk_group", 1), "number of weights");
        refused(v3(), json -> json.put("hidden_size", 1 << 28).put("vocab_size", 1 << 28), "number of parameters");
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    void point18TextBehindTheConfigurationIsRefused() throws JsonProcessingException {
        String message = assertThrows(ConfigurationException.class,
                () -> ModelConfigReader.parse(v3() + " {}", "config.json")).getMessage();
        assertTrue(message.contains("config.json is not json"), message);
        assertEquals(read(v3()).weights(), ModelConfigReader.parse(v3() + " \n", "config.json").weights());
    }

    @Test
    void typesThatAreNotBuiltNameWhatIsMissing() {
        for (String type : List.of("deepseek_v4", "kimi_linear", "kimi_k3", "glm5_next", "hy_v4", "axk2")) {
            refused(v3(), json -> json.put("model_type", type), type, "not built yet: ");
        }
        String other = refusal(v3().put("model_type", "llama"));
        assertFalse(other.contains("not built yet"), other);
    }
}
