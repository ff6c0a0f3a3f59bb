package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.tensor.CacheType;

/** Numbers of published configurations give the published figures. */
class PublicModelsTest {

    static Stream<Arguments> models() {
        try (InputStream json = PublicModelsTest.class.getResourceAsStream("/config/public-models.json")) {
            JsonNode models = new ObjectMapper().readTree(json);
            return StreamSupport.stream(models.spliterator(), false)
                    .map(model -> Arguments.of(model.get("model").asText(), model.get("config"), model.get("figures")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void figures(String name, JsonNode config, JsonNode figures) {
        ModelConfig model = ModelConfigReader.parse(config.toString(), name);
        ModelReport report = new ModelReport(model);
        Map<String,
                Object> found = Map.of("tensors", model.weights().size(), "parameters", report.parameters(), "scale",
                        Math.round(model.attention().softmaxScale() * 1e7) / 1e7, "active",
                        Math.round(report.activeParameters() / 1e8) / 10.0, "cacheKiB",
                        Math.round(report.cacheBytes(CacheType.BF16) / 102.4) / 10.0);
        assertEquals(model.parameters(), model.weights().values().stream().mapToLong(weight -> weight.count()).sum());
        figures.properties().forEach(
                figure -> assertEquals(figure.getValue().asText(), "" + found.get(figure.getKey()), figure.getKey()));
        assertEquals(Optional.empty(), model.unreadableStorage());
    }
}
