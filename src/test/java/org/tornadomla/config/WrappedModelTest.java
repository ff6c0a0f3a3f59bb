package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.Goldens;

/** A text model that stands within another, as Kimi's do. */
class WrappedModelTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static ObjectNode inner() {
        try {
            return (ObjectNode) MAPPER
                    .readTree(Goldens.folder("models").resolve("v3-sigmoid-bias/config.json").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ModelConfig read(BiConsumer<ObjectNode, ObjectNode> change) {
        ObjectNode outer = MAPPER.createObjectNode().put("model_type", "kimi_k25");
        outer.set("text_config", inner());
        ObjectNode inner = (ObjectNode) outer.get("text_config");
        change.accept(outer, inner);
        return ModelConfigReader.parse(outer.toString(), "config.json");
    }

    private static void refused(String part, BiConsumer<ObjectNode, ObjectNode> change) {
        String message = assertThrows(ConfigurationException.class, () -> read(change)).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void fp8(ObjectNode json) {
        json.putObject("quantization_config").put("quant_method", "fp8").put("fmt", "e4m3")
                .put("activation_scheme", "dynamic").putArray("weight_block_size").add(128).add(128);
    }

    @Test
    void itsWeightsHaveAPrefixAndOthersAreSkipped() {
        ModelConfig alone = ModelConfigReader.parse(inner().toString(), "config.json");
        ModelConfig within = read((outer, inner) -> outer.putObject("vision_config").put("depth", 3));
        assertEquals("kimi_k25", within.modelType());
        assertEquals(alone.weights().keySet().stream().map(name -> "language_model." + name).toList(),
                List.copyOf(within.weights().keySet()));
        assertEquals(List.of("vision_tower.", "mm_projector."), within.skippedPrefixes());
        assertEquals("language_model.model.layers.", within.layersPrefix());
        assertEquals("language_model.model.norm.weight", within.normName());
        assertEquals("language_model.lm_head.weight", within.ownHeadName());
        assertEquals(alone.parameters(), within.parameters());
    }

    @Test
    void theOuterOneEndsTextsWhereItSays() {
        assertEquals(List.of(5, 6), read((outer, inner) -> outer.putArray("eos_token_id").add(5).add(6)).eosTokenIds());
        assertEquals(List.of(7), read((outer, inner) -> inner.put("eos_token_id", 7)).eosTokenIds());
    }

    @Test
    void storageIsThatOfTheInnerOneOrElseOfTheOuter() {
        assertFalse(read((outer, inner) -> {}).fp8Blocks());
        assertTrue(read((outer, inner) -> fp8(outer)).fp8Blocks());
        assertTrue(read((outer, inner) -> fp8(inner)).fp8Blocks());
        ModelConfig both = read((outer, inner) -> {
            fp8(inner);
            outer.putObject("quantization_config").put("quant_method", "awq").put("bits", 4).put("group_size", 128)
                    .put("version", "gemm").put("zero_point", true);
        });
        assertTrue(both.fp8Blocks());
        assertFalse(both.fourBits());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused("model_type is deepseek_v2, supported: kimi_k2, deepseek_v3",
                (outer, inner) -> inner.put("model_type", "deepseek_v2"));
        refused("config.json has tie_word_embeddings true, its text_config false; make them agree", (outer, inner) -> {
            outer.put("tie_word_embeddings", true);
            inner.put("tie_word_embeddings", false);
        });
        assertTrue(read((outer, inner) -> {
            outer.put("tie_word_embeddings", true);
            inner.put("tie_word_embeddings", true);
        }).tieWordEmbeddings());
        refused("keys that are not known and may change what the model computes: audio_config",
                (outer, inner) -> outer.putObject("audio_config"));
        refused("something_new", (outer, inner) -> inner.put("something_new", 1));
    }
}
