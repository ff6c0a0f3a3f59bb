package org.tornadomla.checkpoint;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.config.Weight;
import org.tornadomla.config.WeightPart;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.testing.Goldens;

/** The table of names against the files that transformers wrote. */
class WeightNamesTest {

    @ParameterizedTest
    @MethodSource("org.tornadomla.testing.Goldens#models")
    void theTableIsWhatAFileHolds(GoldenModel golden) {
        try (Checkpoint checkpoint = Checkpoint.open(golden.directory())) {
            assertEquals(new TreeSet<>(checkpoint.names()), new TreeSet<>(golden.config().weights().keySet()));
        }
    }

    @Test
    void partsOfTheShippedModelAddUp() {
        ModelConfig model = ModelConfigReader.read(Path.of("models", "tiny-kjv", "config.json"));
        var byPart = model.weights().values().stream().collect(groupingBy(Weight::part, summingLong(Weight::count)));
        assertEquals(2048L * 192, byPart.get(WeightPart.EMBEDDING));
        assertEquals(2048L * 192, byPart.get(WeightPart.HEAD));
        assertEquals(3L * 8 * 3 * 128 * 192, byPart.get(WeightPart.ROUTED_EXPERT));
        assertEquals(3L * 3 * 128 * 192, byPart.get(WeightPart.SHARED_EXPERT));
        assertEquals(3L * 8 * 192, byPart.get(WeightPart.ROUTER));
        assertEquals(3L * 512 * 192, byPart.get(WeightPart.DENSE));
        assertEquals(9L * 192, byPart.get(WeightPart.NORM));
        long attention = 96 * 192 + 96 + 6 * 48 * 96 + (64 + 16) * 192 + 64 + 6 * 64 * 64 + 192 * 6 * 32;
        assertEquals(4 * attention, byPart.get(WeightPart.ATTENTION));
    }

    @Test
    void biasesAndNormsFollowTheConfiguration() {
        MlaConfig card = MlaConfig.card(96, 4, 96, 32, 16, 8);
        assertFalse(WeightNames.of(card).containsKey("q_a_layernorm.weight"));
        assertFalse(WeightNames.of(card).containsKey("kv_a_layernorm.weight"));
        MlaConfig uncompressed = card.toBuilder().qLoraRank(0).attentionBias(true).build();
        assertTrue(WeightNames.of(uncompressed).containsKey("o_proj.bias"));
        assertTrue(WeightNames.of(uncompressed).containsKey("q_proj.weight"));
        assertFalse(WeightNames.of(uncompressed).containsKey("q_a_proj.bias"));
    }
}
