package org.tornadomla.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * How a configuration says that matrices are stored.
 *
 * @param fp8Blocks  whether they are FP8 E4M3 with one scale a block of 128 x 128
 * @param unreadable words of the configuration for a storage that this library cannot read; empty where it can
 */
record Quantization(boolean fp8Blocks, Optional<String> unreadable) {

    static final Quantization NONE = new Quantization(false, Optional.empty());

    /** Rows and columns of a block that shares one scale, the only FP8 layout that can be read. */
    private static final int FP8_BLOCK = 128;
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
            return new Quantization(true, Optional.empty());
        }
        return new Quantization(false, Optional.of(key + " is " + Shortened.text(json.toString())));
    }
}
