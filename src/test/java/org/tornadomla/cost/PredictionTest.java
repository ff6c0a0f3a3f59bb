package org.tornadomla.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.cost.Prediction.Card;
import org.tornadomla.cost.Prediction.Expectation;
import org.tornadomla.cost.Prediction.Launch;

/** The arithmetic of predictions, on a card of round numbers: 1,000 GB and 2 TFLOP a second. */
class PredictionTest {

    private static final Card CARD = new Card("round", 1000, 2, 10);

    @Test
    void launchTakesAsLongAsItsBytesOrItsArithmetic() {
        // 765,000 bytes at 85 % and 90 % of 1,000 GB/s are a microsecond, as are 1,000,000 operations at half of 2
        // TFLOP/s.
        assertEquals(Prediction.START + 1, new Launch("bytes", 765_000, 10).micros(CARD), 1e-9);
        assertEquals(Prediction.START + 3, new Launch("both", 765_000, 3_000_000).micros(CARD), 1e-9);
        assertEquals(Prediction.START, new Launch("nothing", 0, 0).micros(CARD), 1e-9);
    }

    @Test
    void launchesAddUp() {
        Expectation both = Prediction.of(List.of(new Launch("a", 765_000, 0), new Launch("b", 1_530_000, 0)), CARD);
        assertEquals(2 * Prediction.START + 3, both.micros(), 1e-9);
        assertEquals(2.295, both.megabytes(), 1e-9);
        assertEquals(2.295, both.floor(), 1e-9);
        assertEquals(2.295 / (2 * Prediction.START + 3), both.bandwidth(), 1e-9);
    }

    @Test
    void attentionReadsItsWeightsAndTheCacheOnce() {
        MlaConfig config = MlaConfig.builder().hiddenSize(100).numHeads(8).qLoraRank(50).kvLoraRank(16)
                .qkNopeHeadDim(12).qkRopeHeadDim(4).vHeadDim(10).build();
        List<Launch> launches = Prediction.attention(config, 128, CARD);
        assertEquals(List.of("q_kv", "q_b", "absorbed_query", "latent_attention", "value_up", "o"),
                launches.stream().map(Launch::step).toList());
        assertEquals(List.of((50 + 20) * 100 * 2L, 8 * 16 * 50 * 2L, 8 * 12 * 16 * 2L),
                launches.subList(0, 3).stream().map(Launch::bytes).toList());
        // Two ranges of 64 keys: 8 heads with 16 sums and 2 statistics each.
        assertEquals(128 * 20 * 2 + 2 * 8 * 18 * 4, launches.get(3).bytes());
        assertEquals(2 * 128 * 8 * (20 + 16), launches.get(3).operations());
        assertEquals(8 * 10 * 16 * 2 + 2 * 8 * 18 * 4, launches.get(4).bytes());
        assertEquals(5, Prediction.attention(config.toBuilder().qLoraRank(0).build(), 128, CARD).size());
    }

    /** No more ranges than keep two groups a multiprocessor busy, nor than have 64 keys. */
    @Test
    void rangesFollowTheCard() {
        assertEquals(20, Prediction.ranges(8, 100_000, CARD));
        assertEquals(10, Prediction.ranges(16, 100_000, CARD));
        assertEquals(3, Prediction.ranges(8, 200, CARD));
        assertEquals(64, Prediction.ranges(8, 100_000, Card.H100));
    }

    @Test
    void mixtureReadsTheExpertsThatATokenPasses() {
        MoeConfig config = MoeConfig.builder().nRoutedExperts(10).numExpertsPerTok(2).nSharedExperts(1)
                .moeIntermediateSize(7).build();
        List<Launch> launches = Prediction.mixture(100, config);
        assertEquals(6, launches.size());
        assertEquals(10 * 100 * 4 + 3 * 7 * 100 * 3 * 2, launches.stream().mapToLong(Launch::bytes).sum());
        assertEquals(100 * 30 * 3 * 2, Prediction.dense(100, 30).stream().mapToLong(Launch::bytes).sum());
    }

    /** {@code ./mla kernels --predict} writes the table. */
    @Test
    void docsHaveWhatTheCommandPrints() throws IOException {
        String docs = Files.readString(Path.of("docs", "benchmarks.md"));
        assertTrue(docs.contains(String.join("\n", PredictionTable.lines())),
                String.join("\n", PredictionTable.lines()));
    }
}
