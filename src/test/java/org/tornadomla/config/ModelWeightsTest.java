package org.tornadomla.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.testing.Goldens;

/** A configuration tells of every weight that its file has, by name and shape, and how many numbers they are. */
class ModelWeightsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Stream<Path> folders() {
        return Stream.of(Goldens.models(), Goldens.families(), Goldens.sparse()).flatMap(all -> all)
                .map(GoldenModel::directory);
    }

    /** By name; experts that a file keeps as one tensor are told one by one. */
    private static void withoutFused(Map<String, List<Long>> stored, Map<String, List<Long>> told) {
        if (stored.keySet().removeIf(name -> name.matches(".*experts\\.(gate_up|down)_proj"))) {
            told.keySet().removeIf(name -> name.contains(".mlp.experts."));
        }
    }

    private static Map<String, List<Long>> shapes(ModelConfig model) {
        Map<String, List<Long>> shapes = new TreeMap<>();
        model.weights().forEach((name, weight) -> shapes.put(name, weight.shape()));
        return shapes;
    }

    private static long count(ModelConfig model) {
        return model.weights().values().stream().mapToLong(Weight::count).sum();
    }

    /** Files that transformers wrote; weights that a model does not use stand in some of them. */
    @ParameterizedTest
    @MethodSource("folders")
    void theFileHasTheWeightsThatAreTold(Path folder) {
        ModelConfig model = ModelConfigReader.read(folder.resolve("config.json"));
        Map<String, List<Long>> stored = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            file.names().stream().filter(name -> model.skippedPrefixes().stream().noneMatch(name::startsWith))
                    .forEach(name -> stored.put(name, file.info(name).shape()));
        }
        Map<String, List<Long>> told = shapes(model);
        withoutFused(stored, told);
        assertEquals(stored, told);
        assertEquals(count(model), model.parameters());
        assertEquals(model.weights().keySet().iterator().next(), model.embeddingName());
    }

    private static ModelConfig read(String golden, Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode) MAPPER.readTree(Goldens.folder(golden).resolve("config.json").toFile());
            change.accept(json);
            return ModelConfigReader.parse(json.toString(), "config.json");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ModelConfig v3(Consumer<ObjectNode> change) {
        return read("models/v3-sigmoid-bias", change);
    }

    @Test
    void aHeadThatIsTheEmbeddingIsNoWeightOfItsOwn() {
        ModelConfig own = v3(json -> json.put("tie_word_embeddings", false));
        ModelConfig tied = v3(json -> json.put("tie_word_embeddings", true));
        assertEquals(own.weights().size() - 1, tied.weights().size());
        assertEquals(own.parameters() - (long) own.vocabSize() * own.hiddenSize(), tied.parameters());
        assertEquals("lm_head.weight", own.headName());
        assertEquals(tied.embeddingName(), tied.headName());
        assertEquals(count(tied), tied.parameters());
    }

    /** DeepSeek-V3 report, section 2.2: one layer more, behind a projection of two normed rows side by side. */
    @Test
    void aPredictionIsAModelOfOneLayer() {
        ModelConfig model = v3(json -> json.put("num_nextn_predict_layers", 2));
        int layers = model.numHiddenLayers();
        assertEquals(2, model.predictionLayers());
        assertTrue(model.junction().isEmpty());
        ModelConfig prediction = model.prediction().orElseThrow();
        assertEquals(1, prediction.numHiddenLayers());
        assertEquals(0, prediction.predictionLayers());
        assertEquals(model.layers().getLast().blocks(), prediction.layers().getFirst().blocks());
        String prefix = "model.layers." + layers + ".";
        Map<String, List<Long>> shapes = shapes(prediction);
        long hidden = model.hiddenSize();
        assertEquals(List.of(hidden), shapes.get(prefix + "enorm.weight"));
        assertEquals(List.of(hidden), shapes.get(prefix + "hnorm.weight"));
        assertEquals(List.of(hidden, 2 * hidden), shapes.get(prefix + "eh_proj.weight"));
        assertEquals(List.of(hidden), shapes.get(prefix + "shared_head.norm.weight"));
        assertEquals(prefix + "shared_head.norm.weight", prediction.normName());
        assertFalse(shapes.containsKey(model.normName()));
        assertEquals(model.embeddingName(), prediction.embeddingName());
        assertEquals(count(prediction), prediction.parameters());
        assertEquals(Optional.empty(), v3(json -> json.remove("num_nextn_predict_layers")).prediction());
    }

    @Test
    void predictionsThatAreNotCoveredAreRefused() {
        refused("have sparse attention, which is not covered",
                () -> read("sparse/deepseek-v32", json -> json.put("num_nextn_predict_layers", 1)).prediction());
        refused("would have factors on embedding, blocks and logits",
                () -> read("families/minicpm3", json -> json.put("num_nextn_predict_layers", 1)).prediction());
    }

    @Test
    void poolsAreThoseOfTheLayers() {
        ModelConfig dense = v3(json -> {});
        assertEquals(dense.numHiddenLayers(), dense.pools());
        assertEquals(0, dense.indexPools());
        ModelConfig sparse = read("sparse/deepseek-v32", json -> {});
        assertEquals(sparse.numHiddenLayers(), sparse.pools());
        assertEquals(sparse.numHiddenLayers(), sparse.indexPools());
        ModelConfig halves = read("families/longcat-flash", json -> {});
        assertEquals(2 * halves.numHiddenLayers(), halves.pools(), "two attentions a layer");
    }

    private static void refused(String part, Runnable call) {
        String message = assertThrows(ConfigurationException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
