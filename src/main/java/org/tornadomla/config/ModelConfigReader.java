package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.error.ConfigurationException;

/**
 * Reads {@code config.json} as Hugging Face's transformers and DeepSeek publish it: {@code deepseek_v2},
 * {@code deepseek_v3} and the models that share their classes. A value that would need another computation than this
 * library has is refused by its key; keys without influence on inference are ignored.
 */
public final class ModelConfigReader {

    /** Rows and columns of a block that shares one scale, the only FP8 layout there is in published checkpoints. */
    private static final int FP8_BLOCK = 128;

    private ModelConfigReader() {
    }

    /**
     * Reads a configuration file.
     *
     * @param file path of a {@code config.json}
     * @return the model
     * @throws ConfigurationException when the file cannot be read, is not json, or describes no supported model
     */
    public static ModelConfig read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read " + file + ": " + e, e);
        }
    }

    /**
     * Reads a configuration's text.
     *
     * @param json  text of a {@code config.json}
     * @param where where it comes from, for messages
     * @return the model
     * @throws ConfigurationException when the text is not json or describes no supported model
     */
    public static ModelConfig parse(String json, String where) {
        JsonObject object = JsonObject.parse(json, where);
        String modelType = object.text("model_type", null);
        if (modelType == null) {
            throw object.missing("model_type");
        }
        ModelFamily family = ModelFamily.of(modelType, where);
        refuseOtherComputations(object);
        MlaConfig attention = attention(object, family);
        return ModelConfig.builder(modelType).vocabSize(object.integer("vocab_size"))
                .maxPositionEmbeddings(object.integer("max_position_embeddings"))
                .tieWordEmbeddings(object.flag("tie_word_embeddings", false))
                .bosTokenId(object.optionalInteger("bos_token_id")).eosTokenIds(endTokens(object))
                .storedType(storedType(object)).fp8Blocks(fp8Blocks(object))
                .layers(object.integer("num_hidden_layers"), LayerReader.read(object, family, attention)).build();
    }

    /**
     * Reads the attention's part of a configuration alone; the other keys may be absent.
     *
     * @param json      text of a {@code config.json}
     * @param modelType {@code model_type} to read it as
     * @param where     where it comes from, for messages
     * @return sizes and options of every layer's attention
     * @throws ConfigurationException when the text is not json or describes no supported attention
     */
    public static MlaConfig parseAttention(String json, String modelType, String where) {
        return attention(JsonObject.parse(json, where), ModelFamily.of(modelType, where));
    }

    private static MlaConfig attention(JsonObject json, ModelFamily family) {
        int heads = json.integer("num_attention_heads");
        int keyHeads = json.integer("num_key_value_heads", heads);
        if (keyHeads != heads) {
            throw json.unsupported("num_key_value_heads", keyHeads, "num_attention_heads, which is " + heads);
        }
        if (!json.mentions("q_lora_rank")) {
            throw json.missing("q_lora_rank (null where queries are not compressed)");
        }
        MlaConfig attention = MlaConfig.builder().hiddenSize(json.integer("hidden_size")).numHeads(heads)
                .qLoraRank(json.integer("q_lora_rank", 0)).kvLoraRank(json.integer("kv_lora_rank"))
                .qkNopeHeadDim(json.integer("qk_nope_head_dim")).qkRopeHeadDim(json.integer("qk_rope_head_dim"))
                .vHeadDim(json.integer("v_head_dim"))
                .rmsNormEps(json.number("rms_norm_eps", MlaConfig.DEFAULT_RMS_NORM_EPS))
                .attentionBias(json.flag("attention_bias", false)).rope(RopeReader.read(json, layout(json, family)))
                .build();
        int queryWidth = json.integer("qk_head_dim", attention.qkHeadDim());
        if (queryWidth != attention.qkHeadDim()) {
            throw json.unsupported("qk_head_dim", queryWidth,
                    "qk_nope_head_dim + qk_rope_head_dim, which is " + attention.qkHeadDim());
        }
        return attention;
    }

    private static RopeLayout layout(JsonObject json, ModelFamily family) {
        boolean interleaved = json.flag("rope_interleave", true);
        if (family == ModelFamily.V3) {
            return interleaved ? RopeLayout.EVENS_THEN_ODDS : RopeLayout.HALVES;
        }
        if (!interleaved) {
            throw json.unsupported("rope_interleave of a DeepSeek-V2 class", false, "true");
        }
        return RopeLayout.NEIGHBOURS;
    }

    private static void refuseOtherComputations(JsonObject json) {
        String activation = json.text("hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw json.unsupported("hidden_act", activation, "silu");
        }
        if (json.flag("mlp_bias", false)) {
            throw json.unsupported("mlp_bias", true, "false");
        }
        for (String key : List.of("ep_size", "pretraining_tp")) {
            int parts = json.integer(key, 1);
            if (parts != 1) {
                throw json.unsupported(key, parts, "1");
            }
        }
    }

    private static List<Integer> endTokens(JsonObject json) {
        String key = "eos_token_id";
        List<Integer> ids = new ArrayList<>();
        if (json.has(key)) {
            JsonNode value = json.node().get(key);
            if (value.isArray()) {
                value.forEach(id -> ids.add(json.integerOf(key, id)));
            } else {
                ids.add(json.integerOf(key, value));
            }
        }
        return ids;
    }

    private static StoredType storedType(JsonObject json) {
        String old = json.text("torch_dtype", null);
        String name = json.text("dtype", old);
        if (old != null && !old.equals(name)) {
            throw new ConfigurationException(
                    json.where() + " has torch_dtype " + old + " and dtype " + name + "; remove one of them");
        }
        return switch (name) {
            case null -> StoredType.FLOAT32;
            case "float32" -> StoredType.FLOAT32;
            case "float16" -> StoredType.FLOAT16;
            case "bfloat16" -> StoredType.BFLOAT16;
            default -> throw json.unsupported("torch_dtype", name, "float32, float16, bfloat16");
        };
    }

    private static boolean fp8Blocks(JsonObject json) {
        if (!json.has("quantization_config")) {
            return false;
        }
        JsonObject quantization = json.object("quantization_config");
        String method = quantization.text("quant_method", null);
        String format = quantization.text("fmt", "e4m3");
        JsonNode block = quantization.node().path("weight_block_size");
        boolean square = block.size() == 2 && block.path(0).asInt() == FP8_BLOCK && block.path(1).asInt() == FP8_BLOCK;
        if (!"fp8".equals(method) || !format.equals("e4m3") || !square) {
            throw json.unsupported("quantization_config", quantization.node(),
                    "quant_method fp8, fmt e4m3, weight_block_size [128, 128]");
        }
        return true;
    }
}
