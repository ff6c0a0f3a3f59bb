package org.tornadomla.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.weights.WeightFormats;

/** Layers are divided so that the fullest device is as empty as it can be. */
class LayerDivisionTest {

    private static final long CACHE = 7_000;

    private static String config(int layers, int vocabulary, String more) {
        return """
                {"vocab_size": %d, "hidden_size": 24, "num_attention_heads": 2,
                 "num_key_value_heads": 2, "intermediate_size": 16, "num_hidden_layers": %d, "kv_lora_rank": 8,
                 "q_lora_rank": 12, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
                 "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 8,
                 "n_group": 1, "topk_group": 1, "max_position_embeddings": 64,
                 "eos_token_id": null, "bos_token_id": null, %s}
                """.formatted(vocabulary, layers, more);
    }

    private static ModelConfig dense(int layers, int vocabulary) {
        return ModelConfigReader.parse(
                config(layers, vocabulary, "\"model_type\": \"deepseek_v3\", \"first_k_dense_replace\": " + layers),
                "config.json");
    }

    private static LayerDivision division(ModelConfig model) {
        return new LayerDivision(model, FewCores.LOOPS, WeightFormats.F32, EnumSet.allOf(Attending.class), CACHE);
    }

    private static List<LayerRange> ranges(int layers, int... starts) {
        List<LayerRange> ranges = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            ranges.add(new LayerRange(starts[i], i + 1 < starts.length ? starts[i + 1] : layers, layers));
        }
        return ranges;
    }

    @Test
    void allDevicesTogetherHoldEverythingOnce() {
        ModelConfig model = ModelConfigReader
                .parse(config(5, 40, "\"model_type\": \"deepseek_v3\", \"first_k_dense_replace\": 2"), "config.json");
        LayerDivision division = division(model);
        long all = DecoderWeights.bytes(model, FewCores.LOOPS, WeightFormats.F32, EnumSet.allOf(Attending.class))
                + CACHE / 5 * 5;
        for (int devices = 1; devices <= 5; devices++) {
            List<LayerRange> ranges = division.among(Collections.nCopies(devices, 1L << 30));
            assertEquals(devices, ranges.size());
            assertTrue(ranges.getFirst().isFirst() && ranges.getLast().isLast(), ranges.toString());
            assertEquals(all, ranges.stream().mapToLong(division::bytes).sum());
        }
    }

    @Test
    void equalDevicesGetEqualParts() {
        assertEquals(ranges(8, 0, 4), division(dense(8, 5)).among(List.of(100L, 100L)));
        assertEquals(ranges(6, 0, 2, 4), division(dense(6, 5)).among(List.of(100L, 100L, 100L)));
    }

    /** The embedding is with the first layers and the head with the last. */
    @Test
    void aLargeVocabularyTakesRoomAtBothEnds() {
        List<LayerRange> ranges = division(dense(6, 400)).among(List.of(100L, 100L, 100L));
        assertEquals(new LayerRange(0, 1, 6), ranges.getFirst());
        assertTrue(ranges.getLast().from() > 3, ranges.toString());
    }

    @Test
    void aLargerMemoryGetsMore() {
        assertEquals(ranges(8, 0, 6), division(dense(8, 5)).among(List.of(300L, 100L)));
        assertEquals(ranges(8, 0, 2), division(dense(8, 5)).among(List.of(100L, 300L)));
    }

    /** What any other division would have is tried, one by one. */
    @Test
    void noDivisionIsBetter() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 40; i++) {
            int layers = random.nextInt(3, 8);
            ModelConfig model = ModelConfigReader.parse(
                    config(layers, random.nextInt(2, 200),
                            "\"model_type\": \"deepseek_v3\", \"first_k_dense_replace\": " + random.nextInt(0, layers)),
                    "config.json");
            LayerDivision division = division(model);
            List<Long> memories = List.of(random.nextLong(1, 9), random.nextLong(1, 9), random.nextLong(1, 9));
            double best = Double.POSITIVE_INFINITY;
            for (int second = 1; second < layers - 1; second++) {
                for (int third = second + 1; third < layers; third++) {
                    best = Math.min(best, fullest(division, ranges(layers, 0, second, third), memories));
                }
            }
            assertEquals(best, fullest(division, division.among(memories), memories), best * 1e-12);
        }
    }

    private static double fullest(LayerDivision division, List<LayerRange> ranges, List<Long> memories) {
        double fullest = 0;
        for (int i = 0; i < ranges.size(); i++) {
            fullest = Math.max(fullest, division.bytes(ranges.get(i)) / (double) memories.get(i));
        }
        return fullest;
    }

    /** A layer that reads what an indexer before it chose stays on the device of that indexer. */
    @Test
    void layersThatShareChosenKeysStayTogether() {
        ModelConfig model = ModelConfigReader.parse(config(5, 5, """
                "model_type": "glm_moe_dsa", "first_k_dense_replace": 5, "index_n_heads": 2, "index_head_dim": 8,
                "index_topk": 4, "indexer_types": ["full", "shared", "shared", "full", "shared"]"""), "config.json");
        assertEquals(ranges(5, 0, 3), division(model).among(List.of(100L, 100L)));
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> division(model).among(List.of(1L, 1L, 1L)));
        assertTrue(refused.getMessage().contains("5 layers can be divided among 1 to 2 devices, since some take"),
                refused.getMessage());
    }

    @Test
    void refusesMoreDevicesThanLayers() {
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> division(dense(2, 5)).among(List.of(1L, 1L, 1L)));
        assertTrue(refused.getMessage().contains("among 1 to 2 devices, and 3 are given; name fewer devices"),
                refused.getMessage());
        assertThrows(ConfigurationException.class, () -> division(dense(2, 5)).among(List.of()));
        assertThrows(ConfigurationException.class, () -> new LayerRange(1, 1, 2));
    }

    @Test
    void countsTheDevicesThatHoldAll() {
        LayerDivision division = division(dense(8, 5));
        long largest = division.among(List.of(1L, 1L)).stream().mapToLong(division::bytes).max().orElseThrow();
        assertEquals(1, division.devices(division.bytes(LayerRange.whole(8))));
        assertEquals(2, division.devices(largest));
        assertEquals(3, division.devices(largest - 1));
        assertEquals(0, division.devices(10));
    }
}
