package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.tornadomla.error.ConfigurationException;

/** The reader of {@code config.json}: published spellings, and refusal by key of what is not supported. */
class ModelConfigReaderTest {

    private static final String V2 = """
            {"model_type": "deepseek_v2", "vocab_size": 160, "num_hidden_layers": 3, "intermediate_size": 96,
             "max_position_embeddings": 2560, "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 4,
             "q_lora_rank": null, "kv_lora_rank": 32, "qk_nope_head_dim": 16, "qk_rope_head_dim": 8, "v_head_dim": 24,
             "n_routed_experts": 8, "num_experts_per_tok": 3, "n_shared_experts": 2, "moe_intermediate_size": 32,
             "first_k_dense_replace": 1, "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": 1}""";

    private static ModelConfig read(Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode) new ObjectMapper().readTree(V2);
            change.accept(json);
            return ModelConfigReader.parse(json.toString(), "config.json");
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static void refused(String part, Consumer<ObjectNode> change) {
        String message = assertThrows(ConfigurationException.class, () -> read(change)).getMessage();
        assertTrue(message.contains(part) && message.contains("config.json"), message);
    }

    private static Consumer<ObjectNode> v3(Consumer<ObjectNode> change) {
        return json -> {
            json.put("model_type", "deepseek_v3").put("n_group", 4).put("topk_group", 2);
            change.accept(json);
        };
    }

    private static ObjectNode yarn(ObjectNode rope, String typeKey) {
        return rope.put(typeKey, "yarn").put("factor", 40).put("original_max_position_embeddings", 64)
                .put("beta_fast", 32).put("beta_slow", 1).put("mscale", 0.707).put("mscale_all_dim", 1.0);
    }

    @Test
    void readsEveryKeyOfAV2File() {
        ModelConfig model = read(json -> json.put("routed_scaling_factor", 16.0).put("n_group", 4).put("topk_group", 2)
                .put("topk_method", "group_limited_greedy").put("rms_norm_eps", 1e-5).put("torch_dtype", "bfloat16")
                .put("attention_bias", true));
        MlaConfig attention = MlaConfig.builder().hiddenSize(64).numHeads(4).kvLoraRank(32).qkNopeHeadDim(16)
                .qkRopeHeadDim(8).vHeadDim(24).attentionBias(true).build();
        MoeConfig experts = MoeConfig.builder().nRoutedExperts(8).numExpertsPerTok(3).nSharedExperts(2)
                .moeIntermediateSize(32).nGroup(4).topkGroup(2).topkMethod(TopkMethod.GROUP_LIMITED_GREEDY)
                .routedScalingFactor(16).build();
        assertEquals(attention, model.attention());
        assertEquals(experts, model.experts().orElseThrow());
        assertEquals(1e-5, model.rmsNormEps());
        assertEquals(160, model.vocabSize());
        assertEquals(OptionalInt.of(0), model.bosTokenId());
        assertEquals(List.of(1), model.eosTokenIds());
        assertEquals(StoredType.BFLOAT16, model.storedType());
        assertEquals(List.of(new AttentionBlock(attention), new DenseBlock(64, 96)), model.layers().get(0).blocks());
        assertEquals(List.of(new AttentionBlock(attention), new MixtureBlock(64, experts)),
                model.layers().get(1).blocks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepseek_v3", "kimi_k2", "moonlight"})
    void classesOfV3ShareItsDefaults(String modelType) {
        ModelConfig model = read(v3(json -> json.put("model_type", modelType)));
        MoeConfig experts = model.experts().orElseThrow();
        assertEquals(modelType, model.modelType());
        assertEquals(TopkMethod.NOAUX_TC, experts.topkMethod());
        assertEquals(Scoring.SIGMOID, experts.scoring());
        assertTrue(experts.normTopkProb());
        assertEquals(RopeLayout.EVENS_THEN_ODDS, model.attention().rope().layout());
        assertEquals(RopeLayout.HALVES,
                read(v3(json -> json.put("rope_interleave", false))).attention().rope().layout());
    }

    @Test
    void withoutExpertsTheModelIsDense() {
        ModelConfig model = read(json -> json.putNull("n_routed_experts"));
        assertTrue(model.experts().isEmpty());
        assertEquals(3, model.blocks(DenseBlock.class).count());
    }

    @Test
    void oldAndNewRopeNamesGiveTheSameModel() {
        ModelConfig old = read(json -> yarn(json.put("rope_theta", 50_000.0).putObject("rope_scaling"), "type"));
        ModelConfig renamed = read(
                json -> yarn(json.putObject("rope_parameters").put("rope_theta", 50_000.0), "rope_type"));
        assertEquals(old.attention(), renamed.attention());
        RopeConfig rope = old.attention().rope();
        assertEquals(RopeConfig.yarn(50_000).factor(40).originalMaxPositionEmbeddings(64)
                .mscale(OptionalDouble.of(0.707)).mscaleAllDim(OptionalDouble.of(1)).build(), rope);
    }

    @Test
    void rescalingNullIsPlainRope() {
        RopeConfig plain = RopeConfig.plain(50_000, RopeLayout.NEIGHBOURS);
        assertEquals(plain, read(json -> json.put("rope_theta", 50_000).putNull("rope_scaling")).attention().rope());
    }

    @Test
    void bothRopeNamesMustAgree() {
        Consumer<ObjectNode> both = json -> {
            yarn(json.put("rope_theta", 10_000.0).putObject("rope_scaling"), "type");
            yarn(json.putObject("rope_parameters").put("rope_theta", 10_000.0), "rope_type");
        };
        assertEquals(40, read(both).attention().rope().factor());
        refused("rope_parameters", both.andThen(json -> ((ObjectNode) json.get("rope_scaling")).put("factor", 20)));
        refused("rope_parameters", both.andThen(json -> json.put("rope_theta", 20_000.0)));
        refused("rope_parameters", both.andThen(json -> json.putNull("rope_scaling")));
        refused("remove one", json -> yarn(json.putObject("rope_scaling").put("rope_type", "default"), "type"));
    }

    @Test
    void unsupportedRopeIsRefusedByName() {
        refused("rope_type is llama3",
                json -> json.putObject("rope_scaling").put("rope_type", "llama3").put("factor", 8));
        refused("no rope_type", json -> json.putObject("rope_scaling").put("factor", 8));
        refused("no factor", json -> json.putObject("rope_scaling").put("type", "yarn"));
        refused("attention_factor is 1.5",
                json -> yarn(json.putObject("rope_scaling"), "type").put("attention_factor", 1.5));
        refused("truncate is false", json -> yarn(json.putObject("rope_scaling"), "type").put("truncate", false));
        refused("rope_interleave", json -> json.put("rope_interleave", false));
    }

    @Test
    void noauxOfAV2ClassMeansSigmoidWithBias() {
        MoeConfig experts = read(json -> json.put("topk_method", "noaux_tc").put("n_group", 2).put("topk_group", 1))
                .experts().orElseThrow();
        assertEquals(Scoring.SIGMOID, experts.scoring());
        assertTrue(experts.hasSelectionBias());
    }

    @Test
    void scoreFunctionsAreNotGuessed() {
        refused("scoring_func is softplus", json -> json.put("scoring_func", "softplus"));
        refused("topk_method of a DeepSeek-V2 class is random", json -> json.put("topk_method", "random"));
        refused("topk_method of a DeepSeek-V3 class is greedy", v3(json -> json.put("topk_method", "greedy")));
        assertThrows(ConfigurationException.class, () -> read(json -> json.put("scoring_func", "sigmoid")));
        assertThrows(ConfigurationException.class, () -> read(v3(json -> json.put("scoring_func", "softmax"))));
    }

    @ParameterizedTest
    @CsvSource({"hidden_act, gelu", "model_type, llama", "model_type, deepseek_v4", "torch_dtype, int4"})
    void unsupportedTextsAreRefusedByKey(String key, String value) {
        refused(key + " is " + value, json -> json.put(key, value));
    }

    @ParameterizedTest
    @CsvSource({"ep_size, 8", "pretraining_tp, 2", "num_key_value_heads, 2", "qk_head_dim, 128"})
    void unsupportedNumbersAreRefusedByKey(String key, int value) {
        refused(key + " is " + value, json -> json.put(key, value));
    }

    @Test
    void onlyBlockScaledFp8IsSupported() {
        Consumer<ObjectNode> fp8 = json -> json.putObject("quantization_config").put("quant_method", "fp8")
                .put("fmt", "e4m3").put("activation_scheme", "dynamic").putArray("weight_block_size").add(128).add(128);
        assertTrue(read(fp8).fp8Blocks());
        refused("quantization_config", json -> json.putObject("quantization_config").put("quant_method", "awq"));
        refused("quantization_config", fp8.andThen(
                json -> ((ObjectNode) json.get("quantization_config")).putArray("weight_block_size").add(64).add(128)));
    }

    @Test
    void fourBitsInGroupsOfNeighboursAreSupported() {
        Consumer<ObjectNode> awq = json -> json.putObject("quantization_config").put("quant_method", "awq")
                .put("bits", 4).put("group_size", 128).put("version", "gemm").put("zero_point", true);
        Consumer<ObjectNode> gptq = json -> json.putObject("quantization_config").put("quant_method", "gptq")
                .put("bits", 4).put("group_size", 128).put("desc_act", false).put("sym", true);
        Consumer<ObjectNode> compressed = json -> json.putObject("quantization_config")
                .put("quant_method", "compressed-tensors").put("format", "pack-quantized").putObject("config_groups")
                .putObject("group_0").putNull("input_activations").putObject("weights").put("num_bits", 4)
                .put("type", "int").put("strategy", "group").put("group_size", 32).put("symmetric", true)
                .putNull("actorder");
        for (Consumer<ObjectNode> known : List.of(awq, gptq, compressed)) {
            assertTrue(read(known).fourBits());
            assertTrue(read(known).unreadableStorage().isEmpty());
        }
        String supported = "supported: quant_method fp8";
        refused(supported, awq.andThen(json -> storage(json).put("group_size", 64)));
        refused(supported, awq.andThen(json -> storage(json).put("version", "gemv")));
        refused(supported, gptq.andThen(json -> storage(json).put("desc_act", true)));
        refused(supported, gptq.andThen(json -> storage(json).put("checkpoint_format", "gptq_v2")));
        refused(supported, gptq.andThen(json -> storage(json).put("bits", 3)));
        refused(supported, compressed.andThen(
                json -> ((ObjectNode) storage(json).at("/config_groups/group_0/weights")).put("symmetric", false)));
        refused(supported, compressed.andThen(json -> storage(json).put("format", "float-quantized")));
    }

    @Test
    void fourBitFloatsWithAScaleOfTheMatrixAreSupported() {
        Consumer<ObjectNode> own = json -> json.putObject("quantization_config").put("quant_method", "modelopt")
                .put("quant_algo", "NVFP4").putArray("ignore").add("lm_head");
        Consumer<ObjectNode> compressed = json -> json.putObject("quantization_config")
                .put("quant_method", "compressed-tensors").put("format", "nvfp4-pack-quantized")
                .putObject("config_groups").putObject("group_0").putObject("weights").put("num_bits", 4)
                .put("type", "float").put("strategy", "tensor_group").put("group_size", 16);
        for (Consumer<ObjectNode> known : List.of(own, compressed)) {
            assertTrue(read(known).fourBits());
            assertTrue(read(known).unreadableStorage().isEmpty());
        }
        String supported = "NVFP4 with group_size 16";
        refused(supported, own.andThen(json -> storage(json).put("quant_algo", "MIXED_PRECISION")));
        refused(supported, own.andThen(json -> storage(json).put("quant_algo", "NVFP4_AWQ")));
        refused(supported, own.andThen(json -> storage(json).put("group_size", 32)));
        refused(supported, compressed.andThen(json -> storage(json).put("format", "mxfp4-pack-quantized")));
        refused(supported, compressed.andThen(
                json -> ((ObjectNode) storage(json).at("/config_groups/group_0/weights")).put("group_size", 32)));
    }

    private static ObjectNode storage(ObjectNode json) {
        return (ObjectNode) json.get("quantization_config");
    }

    @Test
    void severalEndTokensAreKept() {
        assertEquals(List.of(1, 7), read(json -> json.putArray("eos_token_id").add(1).add(7)).eosTokenIds());
        assertEquals(List.of(), read(json -> json.putNull("eos_token_id")).eosTokenIds());
        assertThrows(ConfigurationException.class, () -> read(json -> json.put("eos_token_id", 160)));
    }

    @Test
    void missingAndMistypedKeysAreNamed() {
        refused("no num_experts_per_tok", json -> json.remove("num_experts_per_tok"));
        refused("no kv_lora_rank", json -> json.putNull("kv_lora_rank"));
        refused("no model_type", json -> json.remove("model_type"));
        refused("vocab_size is \"160\"", json -> json.put("vocab_size", "160"));
        refused("kv_lora_rank is 1.5", json -> json.put("kv_lora_rank", 1.5));
        refused("tie_word_embeddings is 1", json -> json.put("tie_word_embeddings", 1));
    }

    @Test
    void textThatIsNoJsonObjectIsRefused() {
        for (String text : List.of("", "[1]", "{\"a\": ", "{\"a\": 1, \"a\": 2}")) {
            assertThrows(ConfigurationException.class, () -> ModelConfigReader.parse(text, "config.json"));
        }
        assertThrows(ConfigurationException.class, () -> ModelConfigReader.read(Path.of("absent", "config.json")));
    }
}
