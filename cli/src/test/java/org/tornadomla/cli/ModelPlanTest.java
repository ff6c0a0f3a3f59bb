package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.config.WeightPart;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.FewCores;
import org.tornadomla.layers.LayerBytes;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.WeightFormats;

import com.fasterxml.jackson.databind.JsonNode;

/** What {@code mla info --plan} says a model needs. */
class ModelPlanTest {

    static Stream<Arguments> models() {
        return PublicModelsTest.models();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void plansOfPublishedModelsAddUp(String name, JsonNode config, JsonNode figures) {
        ModelConfig model = ModelConfigReader.parse(config.toString(), name);
        List<LayerBytes> layers = LayerBytes.of(model, FewCores.LOOPS, WeightFormats.BF16,
                EnumSet.allOf(Attending.class));
        assertEquals(model.numHiddenLayers(), layers.size());
        long routed = model.weights().values().stream().filter(weight -> weight.part() == WeightPart.ROUTED_EXPERT)
                .mapToLong(weight -> weight.count()).sum();
        assertEquals(2 * routed, layers.stream().mapToLong(LayerBytes::routed).sum(), 0.05 * routed,
                "two bytes a number, and padding");
        ModelPlan plan = new ModelPlan(model, 1, CacheType.F32);
        ModelReport report = new ModelReport(model);
        // All but the embedding is read, in two bytes a number; norms, routers and ways into the latent space in four.
        long active = report.activeParameters() - (long) model.vocabSize() * model.hiddenSize();
        double read = plan.readBytes(WeightFormats.BF16);
        assertTrue(read > 2.0 * active && read < 2.6 * active, read + " bytes for " + active + " parameters");
    }

    @Test
    void fitsToTheByte() {
        ModelConfig model = ModelConfigReader.read(Path.of("models", "tiny-kjv", "config.json"));
        ModelPlan plan = new ModelPlan(model, 100, CacheType.BF16);
        List<LayerBytes> layers = LayerBytes.of(model, FewCores.LOOPS, WeightFormats.F32,
                EnumSet.allOf(Attending.class));
        long all = new ModelReport(model).weightBytes(WeightFormats.F32) + plan.cacheBytes() + ModelReport.BESIDE;
        assertEquals(100 * 4 * 192, plan.cacheBytes());
        assertEquals("all", plan.fit(WeightFormats.F32, all));
        assertEquals("3 of 4 layers and 7 of 8 experts; all on 2 of these", plan.fit(WeightFormats.F32, all - 1));
        LayerBytes last = layers.getLast();
        assertEquals("3 of 4 layers and 3 of 8 experts; all on 2 of these",
                plan.fit(WeightFormats.F32, all - last.routed() * 5 / 8));
        assertEquals("3 of 4 layers; all on 2 of these", plan.fit(WeightFormats.F32, all - last.all()));
        assertEquals("2 of 4 layers and 7 of 8 experts; all on 2 of these",
                plan.fit(WeightFormats.F32, all - last.all() - 1));
        assertEquals("nothing", plan.fit(WeightFormats.F32, ModelReport.BESIDE));
        assertEquals(last.routed() / 4, last.read(2) - last.read(0));
        assertTrue(plan.readBytes(WeightFormats.F32) < all - ModelReport.BESIDE - 3 * last.routed() * 5 / 8);
    }

    @Test
    void isShownForAConfiguration() {
        CommandRun run = CommandRun.of("info", "--plan", "--memory", "0.5,0.29", "--bandwidth", "20", "--context",
                "1000", "models/tiny-kjv");
        assertEquals(ExitStatus.OK, run.status(), run.err());
        for (String words : List.of("1000 tokens in float32", "a token at 20 GB/s", "fits 512 MiB", "bf16 or f16",
                "all", "nothing")) {
            assertTrue(run.out().contains(words), words + " in " + run.out());
        }
        CommandRun refused = CommandRun.of("info", "--plan", "--bandwidth", "0", "models/tiny-kjv");
        assertTrue(refused.status() != ExitStatus.OK && refused.err().contains("--bandwidth 0.0"), refused.err());
    }
}
