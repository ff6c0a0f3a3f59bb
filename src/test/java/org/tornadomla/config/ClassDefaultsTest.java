package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.error.ConfigurationException;

/**
 * Point 2: a key that a configuration leaves out has the value that its class gives it. The table was read from
 * transformers' configuration classes.
 */
class ClassDefaultsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static JsonNode table() {
        try (InputStream json = ClassDefaultsTest.class.getResourceAsStream("/config/class-defaults.json")) {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<String> modelTypes() {
        return Stream.of("deepseek_v2", "deepseek_v3", "glm4_moe_lite", "youtu", "minicpm3", "axk1", "mistral4",
                "longcat_flash");
    }

    /** A file that names its type, and what has no default. */
    private static ModelConfig almostEmpty(String modelType) {
        ObjectNode json = MAPPER.createObjectNode().put("model_type", modelType);
        if (table().get(modelType).has("num_experts_per_tok")
                && table().get(modelType).get("num_experts_per_tok").isNull()) {
            json.put("num_experts_per_tok", 3);
        }
        return ModelConfigReader.parse(json.toString(), "config.json");
    }

    /** What a model says of the keys of the table. */
    private static Map<String, Object> found(ModelConfig model) {
        Map<String, Object> found = new TreeMap<>();
        MlaConfig attention = model.attention();
        found.put("vocab_size", model.vocabSize());
        found.put("hidden_size", model.hiddenSize());
        found.put("intermediate_size", model.intermediateSize());
        found.put("num_hidden_layers", model.numHiddenLayers());
        found.put("max_position_embeddings", model.maxPositionEmbeddings());
        found.put("rms_norm_eps", model.rmsNormEps());
        found.put("tie_word_embeddings", model.tieWordEmbeddings());
        found.put("bos_token_id", model.bosTokenId().orElseThrow());
        found.put("eos_token_id", model.eosTokenIds().getFirst());
        found.put("num_attention_heads", attention.numHeads());
        found.put("q_lora_rank", attention.qLoraRank());
        found.put("kv_lora_rank", attention.kvLoraRank());
        found.put("qk_nope_head_dim", attention.qkNopeHeadDim());
        found.put("qk_rope_head_dim", attention.qkRopeHeadDim());
        found.put("v_head_dim", attention.vHeadDim());
        found.put("attention_bias", attention.attentionBias());
        found.put("rope_interleave", attention.rope().layout() != RopeLayout.HALVES);
        found.put("first_k_dense_replace", model.denseLayers());
        Scales scales = model.scales();
        found.put("scale_emb", Math.round(scales.embedding()));
        found.put("scale_depth", Math.round(scales.residual() * Math.sqrt(model.numHiddenLayers()) * 1e9) / 1e9);
        found.put("dim_model_base", Math.round(scales.logits() * model.hiddenSize()));
        model.experts().ifPresent(experts -> {
            found.put("n_routed_experts", experts.nRoutedExperts());
            found.put("zero_expert_num", experts.nZeroExperts());
            found.put("n_shared_experts", experts.nSharedExperts());
            found.put("num_experts_per_tok", experts.numExpertsPerTok());
            found.put("moe_intermediate_size", experts.moeIntermediateSize());
            found.put("n_group", experts.nGroup());
            found.put("topk_group", experts.topkGroup());
            found.put("topk_method", experts.topkMethod().name().toLowerCase(java.util.Locale.ROOT));
            found.put("norm_topk_prob", experts.normTopkProb());
            found.put("routed_scaling_factor", experts.routedScalingFactor());
        });
        return found;
    }

    @ParameterizedTest
    @MethodSource("modelTypes")
    void whatIsLeftOutIsWhatTheClassMeans(String modelType) {
        Map<String, Object> found = found(almostEmpty(modelType));
        int compared = 0;
        for (Map.Entry<String, JsonNode> key : table().get(modelType).properties()) {
            // Checked where they stand, without another value: hidden_act, mlp_bias, pretraining_tp.
            if (key.getValue().isNull() || !found.containsKey(key.getKey())
                    || key.getKey().equals("intermediate_size")
                            && !List.of("youtu", "longcat_flash").contains(modelType)
                            && found.get("first_k_dense_replace").equals(0)) {
                continue;
            }
            Object value = found.get(key.getKey());
            assertEquals(key.getValue().asText(), value instanceof Double number ? doubleText(number) : "" + value,
                    modelType + ": " + key.getKey());
            compared++;
        }
        assertTrue(compared >= 16, "only " + compared + " keys were compared");
    }

    private static String doubleText(double number) {
        return MAPPER.getNodeFactory().numberNode(number).asText();
    }

    /** transformers and DeepSeek's own code keep it whatever rms_norm_eps says. */
    @ParameterizedTest
    @MethodSource("modelTypes")
    void point1TheInnerNormsHaveTheirOwnEpsilon(String modelType) {
        ObjectNode json = MAPPER.createObjectNode().put("model_type", modelType).put("num_experts_per_tok", 3)
                .put("rms_norm_eps", 1e-5);
        if (modelType.equals("youtu") || modelType.equals("minicpm3")) {
            json.remove("num_experts_per_tok");
        }
        ModelConfig model = ModelConfigReader.parse(json.toString(), "config.json");
        assertEquals(1e-6, model.attention().rmsNormEps());
        assertEquals(1e-5, model.rmsNormEps());
    }

    @Test
    void point2WhatHasNoDefaultIsRefusedWhenAbsent() {
        for (String json : List.of("{\"model_type\": \"deepseek_v2\"}",
                "{\"model_type\": \"deepseek_v3\", \"n_group\": null}",
                "{\"model_type\": \"deepseek_v2\", \"num_experts_per_tok\": 2, \"topk_method\": \"group_limited_greedy\"}")) {
            String message = assertThrows(ConfigurationException.class,
                    () -> ModelConfigReader.parse(json, "config.json")).getMessage();
            assertTrue(message.matches("config.json has no (num_experts_per_tok|n_group)"), message);
        }
    }
}
