package org.tornadomla.gguf;

import java.util.Map;
import java.util.Set;

/**
 * The metadata keys of a {@code deepseek2} file, without the architecture's prefix. What is in none of these tables
 * could change the computation, so a file that has it is refused.
 */
final class GgufKeys {

    static final String ARCHITECTURE = "general.architecture";
    static final String DEEPSEEK2 = "deepseek2";
    static final String PREFIX = DEEPSEEK2 + ".";
    static final String QUANTIZATION_VERSION = "general.quantization_version";

    static final String LAYERS = PREFIX + "block_count";
    static final String POSITIONS = PREFIX + "context_length";
    static final String HIDDEN = PREFIX + "embedding_length";
    static final String INTERMEDIATE = PREFIX + "feed_forward_length";
    static final String VOCABULARY = PREFIX + "vocab_size";
    static final String HEADS = PREFIX + "attention.head_count";
    static final String KEY_HEADS = PREFIX + "attention.head_count_kv";
    static final String EPSILON = PREFIX + "attention.layer_norm_rms_epsilon";
    static final String QUERY_RANK = PREFIX + "attention.q_lora_rank";
    static final String LATENT_RANK = PREFIX + "attention.kv_lora_rank";
    static final String KEY_WIDTH = PREFIX + "attention.key_length";
    static final String VALUE_WIDTH = PREFIX + "attention.value_length";
    static final String HEAD_KEY_WIDTH = PREFIX + "attention.key_length_mla";
    static final String HEAD_VALUE_WIDTH = PREFIX + "attention.value_length_mla";
    static final String ROPE_WIDTH = PREFIX + "rope.dimension_count";
    static final String ROPE_BASE = PREFIX + "rope.freq_base";
    static final String ROPE_TYPE = PREFIX + "rope.scaling.type";
    static final String ROPE_FACTOR = PREFIX + "rope.scaling.factor";
    static final String ROPE_CONTEXT = PREFIX + "rope.scaling.original_context_length";
    static final String YARN_MULTIPLIER = PREFIX + "rope.scaling.yarn_log_multiplier";
    static final String YARN_BETA_FAST = PREFIX + "rope.scaling.yarn_beta_fast";
    static final String YARN_BETA_SLOW = PREFIX + "rope.scaling.yarn_beta_slow";
    static final String DENSE_LAYERS = PREFIX + "leading_dense_block_count";
    static final String EXPERTS = PREFIX + "expert_count";
    static final String EXPERTS_USED = PREFIX + "expert_used_count";
    static final String EXPERTS_SHARED = PREFIX + "expert_shared_count";
    static final String EXPERT_WIDTH = PREFIX + "expert_feed_forward_length";
    static final String EXPERT_SCALE = PREFIX + "expert_weights_scale";
    static final String EXPERT_NORM = PREFIX + "expert_weights_norm";
    static final String EXPERT_GATING = PREFIX + "expert_gating_func";
    static final String EXPERT_GROUPS = PREFIX + "expert_group_count";
    static final String EXPERT_GROUPS_USED = PREFIX + "expert_group_used_count";

    /** Keys that are read. */
    static final Set<String> READ = Set.of(LAYERS, POSITIONS, HIDDEN, INTERMEDIATE, VOCABULARY, HEADS, KEY_HEADS,
            EPSILON, QUERY_RANK, LATENT_RANK, KEY_WIDTH, VALUE_WIDTH, HEAD_KEY_WIDTH, HEAD_VALUE_WIDTH, ROPE_WIDTH,
            ROPE_BASE, ROPE_TYPE, ROPE_FACTOR, ROPE_CONTEXT, YARN_MULTIPLIER, YARN_BETA_FAST, YARN_BETA_SLOW,
            DENSE_LAYERS, EXPERTS, EXPERTS_USED, EXPERTS_SHARED, EXPERT_WIDTH, EXPERT_SCALE, EXPERT_NORM, EXPERT_GATING,
            EXPERT_GROUPS, EXPERT_GROUPS_USED);

    /** Keys that may only have the value at which they change nothing. */
    static final Map<String,
            Double> NEUTRAL = Map.of(PREFIX + "rope.scaling.attn_factor", 1.0, PREFIX + "rope.scaling.yarn_attn_factor",
                    1.0, PREFIX + "rope.scaling.yarn_ext_factor", 1.0, PREFIX + "rope.scale_linear", 1.0,
                    PREFIX + "attention.sliding_window", 0.0, PREFIX + "nextn_predict_layers", 0.0,
                    PREFIX + "moe_every_n_layers", 0.0, PREFIX + "interleave_moe_layer_step", 1.0);

    /** Keys that say something about the file's history and nothing about the computation. */
    static final Set<String> WITHOUT_EFFECT = Set.of(PREFIX + "rope.scaling.finetuned", PREFIX + "tensor_data_layout");

    private GgufKeys() {
    }
}
