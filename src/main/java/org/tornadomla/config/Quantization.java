package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * How a configuration says that matrices are stored.
 *
 * @param fp8Blocks  whether they are FP8 E4M3 with one scale a block of 128 x 128
 * @param fourBits   whether they are 4-bit numbers in groups, as compressed-tensors, AWQ, GPTQ or ModelOpt write them
 * @param unreadable words of the configuration for a storage that this library cannot read; empty where it can
 */
record Quantization(boolean fp8Blocks, boolean fourBits, Optional<String> unreadable) {

    static final Quantization NONE = new Quantization(false, false, Optional.empty());

    /** Rows and columns of a block that shares one scale, the only FP8 layout that can be read. */
    private static final int FP8_BLOCK = 128;
    /** What is read, for messages. */
    static final String SUPPORTED = "quant_method fp8, fmt e4m3, weight_block_size [128, 128]; quant_method"
            + " compressed-tensors, format pack-quantized, num_bits 4, type int, strategy group, group_size 32 or 128"
            + " (128 with zero points), no activations; quant_method awq, version gemm, bits 4, group_size 128;"
            + " quant_method gptq, bits 4, group_size 128, desc_act false; NVFP4 with group_size 16: quant_method modelopt,"
            + " quant_algo NVFP4 or W4A16_NVFP4, or quant_method compressed-tensors, format nvfp4-pack-quantized";
    private static final int BITS = 4;
    private static final List<Integer> GROUPS = List.of(32, 128);
    private static final int ZERO_POINT_GROUP = 128;
    /** Numbers of a group of NVFP4. */
    private static final int FLOAT_GROUP = 16;
    /** What ModelOpt calls NVFP4, with and without activations in 4 bits. */
    private static final List<String> MODELOPT = List.of("NVFP4", "W4A16_NVFP4");
    private static final String PACKED_FLOATS = "nvfp4-pack-quantized";
    /** Orders of columns that leave groups of neighbours. */
    private static final List<String> NEIGHBOURS = List.of("", "null", "static", "weight");
    /** Keys under which quantisation tools describe what they did. */
    private static final List<String> KEYS = List.of("quantization_config", "quantization", "compression_config");

    static Quantization read(JsonObject json) {
        Quantization found = NONE;
        for (String key : KEYS) {
            if (json.has(key)) {
                Quantization read = read(key, json.value(key));
                found = found.unreadable.isPresent() ? found : read;
            }
        }
        return found;
    }

    private static Quantization read(String key, JsonNode json) {
        JsonNode block = json.path("weight_block_size");
        boolean square = block.size() == 2 && block.path(0).asInt() == FP8_BLOCK && block.path(1).asInt() == FP8_BLOCK;
        if (json.path("quant_method").asText().equals("fp8") && json.path("fmt").asText("e4m3").equals("e4m3")
                && square) {
            return new Quantization(true, false, Optional.empty());
        }
        boolean nibbles = switch (json.path("quant_method").asText()) {
            case "compressed-tensors" -> isPacked(json) || isPackedFloats(json);
            case "modelopt", "modelopt_fp4" -> isModelOpt(json);
            case "awq" -> isGrouped(json) && json.path("version").asText().equalsIgnoreCase("gemm");
            case "gptq" -> isGrouped(json) && !json.path("desc_act").asBoolean()
                    && json.path("checkpoint_format").asText("gptq").equals("gptq");
            default -> false;
        };
        if (nibbles) {
            return new Quantization(false, true, Optional.empty());
        }
        return new Quantization(false, false, Optional.of(key + " is " + Shortened.text(json.toString())));
    }

    /**
     * What a file that ModelOpt writes beside the configuration says.
     *
     * @param text of the file
     * @param name of the file, for messages
     */
    static Quantization beside(String text, String name) {
        if (isModelOpt(JsonObject.parse(text, name).value("quantization"))) {
            return new Quantization(false, true, Optional.empty());
        }
        return new Quantization(false, false,
                Optional.of(name + " is " + Shortened.text(text.strip().replaceAll("\\s+", " "))));
    }

    /** An embedding in NVFP4 is another: its numbers are multiplied with the scale for activations too. */
    private static boolean isModelOpt(JsonNode json) {
        return MODELOPT.contains(json.path("quant_algo").asText())
                && json.path("group_size").asInt(FLOAT_GROUP) == FLOAT_GROUP && !json.path("nvfp4_embed").asBoolean();
    }

    private static boolean isPackedFloats(JsonNode json) {
        boolean all = json.path("format").asText().equals(PACKED_FLOATS) && !json.path("config_groups").isEmpty();
        for (JsonNode group : json.path("config_groups")) {
            JsonNode weights = group.path("weights");
            all &= group.path("format").asText(PACKED_FLOATS).equals(PACKED_FLOATS)
                    && weights.path("num_bits").asInt() == BITS && weights.path("type").asText().equals("float")
                    && weights.path("strategy").asText().equals("tensor_group")
                    && weights.path("group_size").asInt() == FLOAT_GROUP && weights.path("symmetric").asBoolean(true);
        }
        return all;
    }

    private static boolean isGrouped(JsonNode json) {
        return json.path("bits").asInt() == BITS && json.path("group_size").asInt() == ZERO_POINT_GROUP;
    }

    private static boolean isPacked(JsonNode json) {
        boolean all = json.path("format").asText().equals("pack-quantized") && !json.path("config_groups").isEmpty();
        for (JsonNode group : json.path("config_groups")) {
            JsonNode weights = group.path("weights");
            int length = weights.path("group_size").asInt();
            all &= weights.path("num_bits").asInt() == BITS && weights.path("type").asText().equals("int")
                    && weights.path("strategy").asText().equals("group")
                    && NEIGHBOURS.contains(weights.path("actorder").asText())
                    && group.path("input_activations").isEmpty() && GROUPS.contains(length)
                    && (weights.path("symmetric").asBoolean(true) || length == ZERO_POINT_GROUP);
        }
        return all;
    }
}
