package org.tornadomla.finetune;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.DecoderReference;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.RandomWeights;
import org.tornadomla.testing.SourceValues;

/** Models of a few thousand random numbers, of the families that are trained, and their losses in double precision. */
final class SmallModels {

    private static final String SIZES = """
            "vocab_size": 40, "hidden_size": 20, "num_attention_heads": 3, "num_key_value_heads": 3,
            "intermediate_size": 35, "num_hidden_layers": 2, "kv_lora_rank": 17, "qk_nope_head_dim": 9,
            "qk_rope_head_dim": 6, "v_head_dim": 11, "max_position_embeddings": 64, "bos_token_id": null,
            "eos_token_id": null, "n_routed_experts": 6, "moe_intermediate_size": 13, "n_shared_experts": 2,
            "num_experts_per_tok": 2, "first_k_dense_replace": 1, """;

    /** DeepSeek-V2 with experts in groups, and queries that are not compressed. */
    static final String GROUPS = "{\"model_type\": \"deepseek_v2\", " + SIZES + """
            "q_lora_rank": null, "topk_method": "group_limited_greedy", "n_group": 3, "topk_group": 2,
            "routed_scaling_factor": 1.5, "norm_topk_prob": false, "rms_norm_eps": 1e-5, "tie_word_embeddings": false,
            "attention_bias": false}""";

    /** DeepSeek-V3 without groups: sigmoid scores, a bias of the choice, pairs in halves, one table for both ends. */
    static final String SIGMOID = "{\"model_type\": \"deepseek_v3\", " + SIZES + """
            "q_lora_rank": 14, "n_group": 1, "topk_group": 1, "routed_scaling_factor": 2.5, "norm_topk_prob": true,
            "rms_norm_eps": 1e-6, "rope_interleave": false, "tie_word_embeddings": true, "attention_bias": true,
            "rope_parameters": {"rope_type": "yarn", "rope_theta": 1000, "factor": 4, "beta_fast": 32, "beta_slow": 1,
            "original_max_position_embeddings": 16, "mscale": 1, "mscale_all_dim": 0.7}}""";

    /** MiniCPM3, which is not trained. */
    static final String SCALED = """
            {"model_type": "minicpm3", "vocab_size": 40, "hidden_size": 20, "num_attention_heads": 3,
            "num_key_value_heads": 3, "intermediate_size": 35, "num_hidden_layers": 2, "kv_lora_rank": 17,
            "q_lora_rank": 14, "qk_nope_head_dim": 9, "qk_rope_head_dim": 6, "v_head_dim": 11,
            "max_position_embeddings": 64, "bos_token_id": null, "eos_token_id": null, "tie_word_embeddings": true,
            "rms_norm_eps": 1e-5, "attention_bias": false, "scale_emb": 12, "scale_depth": 1.4,
            "dim_model_base": 10}""";

    static final List<String> ALL = List.of(GROUPS, SIGMOID);

    private SmallModels() {
    }

    static ModelConfig config(String json) {
        return ModelConfigReader.parse(json, "config.json");
    }

    static Map<String, float[]> values(ModelConfig model) {
        return SourceValues.of(model, RandomWeights.of(model, 3));
    }

    /** Weights of these numbers. */
    static NamedWeights source(Map<String, float[]> values) {
        return new NamedWeights() {
            @Override
            public Matrix matrix(String name) {
                throw new AssertionError(name + " is read at once");
            }

            @Override
            public float[] read(String name) {
                return values.get(name);
            }
        };
    }

    /** [tokens - 1, vocabulary], what the reference makes of a window. */
    static double[] logits(ModelConfig model, Map<String, float[]> values, int[] window) {
        return new DecoderReference(model, values::get, AttentionReference.Form.EXPANDED)
                .logits(Arrays.copyOf(window, window.length - 1));
    }

    /** The mean loss of a token in double precision. */
    static double loss(ModelConfig model, Map<String, float[]> values, int[][] windows) {
        double sum = 0;
        int tokens = 0;
        for (int[] window : windows) {
            double[] logits = logits(model, values, window);
            for (int token = 1; token < window.length; token++, tokens++) {
                double[] row = Arrays.copyOfRange(logits, (token - 1) * model.vocabSize(), token * model.vocabSize());
                sum -= Math.log(Operations.softmax(row).weights()[window[token]]);
            }
        }
        return sum / tokens;
    }
}
