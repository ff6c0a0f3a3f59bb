package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.Goldens;

/** Which layers choose keys by an indexer of their own, and which take what the one before chose. */
class IndexerReaderTest {

    /** GLM-5 with so many layers, all of them dense. */
    private static ModelConfig glm(int layers, Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode) new ObjectMapper()
                    .readTree(Goldens.folder("sparse").resolve("glm-moe-dsa/config.json").toFile());
            json.put("num_hidden_layers", layers).put("first_k_dense_replace", layers);
            json.remove(List.of("indexer_types", "layer_types", "mlp_layer_types"));
            change.accept(json);
            return ModelConfigReader.parse(json.toString(), "config.json");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String layers(ModelConfig model) {
        StringBuilder text = new StringBuilder();
        model.blocks(AttentionBlock.class)
                .forEach(block -> text.append(block.config().indexer().orElseThrow().shared() ? 'S' : 'F'));
        return text.toString();
    }

    private static void refused(String part, Consumer<ObjectNode> change) {
        String message = assertThrows(ConfigurationException.class, () -> glm(4, change)).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void withoutMoreEachLayerHasItsOwn() {
        ModelConfig model = glm(4, json -> {});
        assertEquals("FFFF", layers(model));
        assertEquals(4, model.indexPools());
        IndexerConfig indexer = model.attention().indexer().orElseThrow();
        assertEquals(new IndexerConfig(4, 16, 11, RopeLayout.EVENS_THEN_ODDS, false), indexer);
        assertEquals(1 / 8.0, indexer.scale());
        assertEquals(RopeLayout.EVENS_THEN_ODDS,
                glm(1, json -> json.put("indexer_rope_interleave", true)).attention().indexer().orElseThrow().layout());
    }

    /** The first layers have their own, as many as the offset says, and behind them one of so many. */
    @ParameterizedTest
    @CsvSource({"1, 2, FFFFFFFF", "2, 2, FFSFSFSF", "3, 2, FFSSFSSF", "3, 4, FFFFSSFS", "0, 2, FFFFFFFF"})
    void layersAreCounted(int frequency, int offset, String expected) {
        ModelConfig model = glm(8,
                json -> json.put("index_topk_freq", frequency).put("index_skip_topk_offset", offset));
        assertEquals(expected, layers(model));
        assertEquals(expected.chars().filter(c -> c == 'F').count(), model.indexPools());
    }

    @Test
    void layersAreNamed() {
        assertEquals("FSSF", layers(glm(4, json -> json.put("index_topk_pattern", "FSSF"))));
        assertEquals("FSFS", layers(glm(4,
                json -> json.putArray("index_topk_pattern").add("full").add("shared").add("full").add("shared"))));
        Consumer<ObjectNode> types = json -> json.putArray("indexer_types").add("full").add("full").add("shared")
                .add("shared");
        assertEquals("FFSS", layers(glm(4, types)));
        assertEquals("FFSS", layers(glm(4, types.andThen(json -> json.put("index_topk_pattern", "FSFS")))),
                "the names count where both stand");
    }

    @Test
    void whatNamesNoLayersIsRefused() {
        refused("a list of full and shared, one a layer, 4 in all", json -> json.put("index_topk_pattern", "FSF"));
        refused("indexer_types is [full, shared, X, full]", json -> json.put("index_topk_pattern", "FSXF"));
        refused("indexer_types must begin with full", json -> json.put("index_topk_pattern", "SFFF"));
        refused("layer_types is [\"indexed_attention\"], supported: one a layer, 4 in all",
                json -> json.putArray("layer_types").add("indexed_attention"));
        refused("layer_types is [\"sliding_attention\"], supported: indexed_attention, deepseek_sparse_attention",
                json -> json.putArray("layer_types").add("sliding_attention"));
        assertEquals(4, glm(4, json -> json.putArray("layer_types").add("indexed_attention")
                .add("deepseek_sparse_attention").add("indexed_attention").add("indexed_attention")).numHiddenLayers());
    }
}
