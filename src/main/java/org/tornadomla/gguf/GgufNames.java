package org.tornadomla.gguf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of tensors in a {@code deepseek2} file by the names of checkpoints. */
final class GgufNames {

    static final String EMBEDDING = "token_embd.weight";
    static final String NORM = "output_norm.weight";
    static final String HEAD = "output.weight";

    /** Endings of the tensors that the halves of {@code kv_b_proj} stand in, and of the older one that holds both. */
    static final String KEY_UP = "attn_k_b.weight";
    static final String VALUE_UP = "attn_v_b.weight";
    static final String KEY_VALUE_UP = "attn_kv_b.weight";

    static final String KEY_VALUE_PROJECTION = "self_attn.kv_b_proj.weight";

    /** Gate and up projection of all experts in one tensor, those of the gate first. */
    static final String GATE_UP = "ffn_gate_up_exps.weight";

    /** Down projection of all experts. */
    static final String DOWN_EXPERTS = "ffn_down_exps.weight";

    private static final Map<String, String> WHOLE_MODEL = Map.of("model.embed_tokens.weight", EMBEDDING,
            "model.norm.weight", NORM, "lm_head.weight", HEAD);

    private static final Map<String, String> LAYER = layer();

    private static final Map<String, String> EXPERT = Map.of("gate_proj.weight", "ffn_gate_exps.weight",
            "up_proj.weight", "ffn_up_exps.weight", "down_proj.weight", DOWN_EXPERTS);

    private static final Pattern LAYER_NAME = Pattern.compile("model\\.layers\\.(\\d{1,9})\\.(.+)");
    private static final Pattern EXPERT_NAME = Pattern.compile("mlp\\.experts\\.(\\d{1,9})\\.(.+)");

    private GgufNames() {
    }

    /**
     * Where a weight stands.
     *
     * @param layer  prefix of the layer's tensors, as {@code "blk.0."}; empty outside the layers
     * @param ending the tensor's name behind the prefix
     * @param expert which slice of the tensor; -1 for the whole
     */
    record Place(String layer, String ending, int expert) {

        String tensor() {
            return layer + ending;
        }
    }

    private static Map<String, String> layer() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("input_layernorm.weight", "attn_norm.weight");
        names.put("self_attn.q_proj.weight", "attn_q.weight");
        names.put("self_attn.q_a_proj.weight", "attn_q_a.weight");
        names.put("self_attn.q_a_layernorm.weight", "attn_q_a_norm.weight");
        names.put("self_attn.q_b_proj.weight", "attn_q_b.weight");
        names.put("self_attn.kv_a_proj_with_mqa.weight", "attn_kv_a_mqa.weight");
        names.put("self_attn.kv_a_layernorm.weight", "attn_kv_a_norm.weight");
        names.put(KEY_VALUE_PROJECTION, KEY_VALUE_UP);
        names.put("self_attn.o_proj.weight", "attn_output.weight");
        names.put("post_attention_layernorm.weight", "ffn_norm.weight");
        names.put("mlp.gate_proj.weight", "ffn_gate.weight");
        names.put("mlp.up_proj.weight", "ffn_up.weight");
        names.put("mlp.down_proj.weight", "ffn_down.weight");
        names.put("mlp.gate.weight", "ffn_gate_inp.weight");
        names.put("mlp.gate.e_score_correction_bias", "exp_probs_b.bias");
        names.put("mlp.shared_experts.gate_proj.weight", "ffn_gate_shexp.weight");
        names.put("mlp.shared_experts.up_proj.weight", "ffn_up_shexp.weight");
        names.put("mlp.shared_experts.down_proj.weight", "ffn_down_shexp.weight");
        return names;
    }

    /**
     * The place of a weight.
     *
     * @param name a name of {@link org.tornadomla.checkpoint.WeightNames}
     * @throws IllegalArgumentException for a name that no {@code deepseek2} model has
     */
    static Place of(String name) {
        Matcher layer = LAYER_NAME.matcher(name);
        if (!layer.matches()) {
            return place(name, "", WHOLE_MODEL.get(name), -1);
        }
        String prefix = "blk." + layer.group(1) + ".";
        Matcher expert = EXPERT_NAME.matcher(layer.group(2));
        return expert.matches()
                ? place(name, prefix, EXPERT.get(expert.group(2)), Integer.parseInt(expert.group(1)))
                : place(name, prefix, LAYER.get(layer.group(2)), -1);
    }

    private static Place place(String name, String prefix, String ending, int expert) {
        if (ending == null) {
            throw new IllegalArgumentException(name + " has no place in a " + GgufKeys.DEEPSEEK2 + " file");
        }
        return new Place(prefix, ending, expert);
    }
}
