package org.tornadomla.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.cost.Prediction.Card;
import org.tornadomla.cost.Prediction.Expectation;
import org.tornadomla.cost.Prediction.Launch;

/** Predictions for layers of published models and a whole one, as docs/benchmarks.md has them. */
public final class PredictionTable {

    private static final int[] CACHED = {4096, 32768};
    private static final int LITE_HIDDEN = 2048;
    private static final int LITE_DENSE = 10944;
    private static final int LITE_MIXTURES = 26;
    private static final int LITE_VOCABULARY = 102_400;
    private static final MlaConfig LITE = MlaConfig.builder().hiddenSize(LITE_HIDDEN).numHeads(16).qLoraRank(0)
            .kvLoraRank(512).qkNopeHeadDim(128).qkRopeHeadDim(64).vHeadDim(128).build();
    private static final MoeConfig LITE_EXPERTS = MoeConfig.builder().nRoutedExperts(64).numExpertsPerTok(6)
            .nSharedExperts(2).moeIntermediateSize(1408).build();
    private static final int V3_HIDDEN = 7168;
    private static final MlaConfig V3 = MlaConfig.builder().hiddenSize(V3_HIDDEN).numHeads(128).qLoraRank(1536)
            .kvLoraRank(512).qkNopeHeadDim(128).qkRopeHeadDim(64).vHeadDim(128).build();
    private static final MoeConfig V3_EXPERTS = MoeConfig.builder().nRoutedExperts(256).numExpertsPerTok(8)
            .nSharedExperts(1).moeIntermediateSize(2048).build();

    private PredictionTable() {
    }

    /** Lines of Markdown. */
    public static List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("| one token, bfloat16 | cached | card | MB | floor, µs | predicted, µs | share of bandwidth |");
        lines.add("| --- | --- | --- | --- | --- | --- | --- |");
        for (Card card : List.of(Card.H100, Card.RTX_4090)) {
            for (int cached : CACHED) {
                lines.add(line("V2-Lite, a layer", cached, card, liteLayer(cached, card)));
            }
            for (int cached : CACHED) {
                lines.add(
                        line("V3, a layer", cached, card, Stream.concat(Prediction.attention(V3, cached, card).stream(),
                                Prediction.mixture(V3_HIDDEN, V3_EXPERTS).stream()).toList()));
            }
            for (int cached : CACHED) {
                lines.add(line("V2-Lite, all 27 layers and the head", cached, card, lite(cached, card)));
            }
        }
        return lines;
    }

    private static List<Launch> liteLayer(int cached, Card card) {
        return Stream.concat(Prediction.attention(LITE, cached, card).stream(),
                Prediction.mixture(LITE_HIDDEN, LITE_EXPERTS).stream()).toList();
    }

    private static List<Launch> lite(int cached, Card card) {
        List<Launch> launches = new ArrayList<>(Prediction.attention(LITE, cached, card));
        launches.addAll(Prediction.dense(LITE_HIDDEN, LITE_DENSE));
        IntStream.range(0, LITE_MIXTURES).forEach(_ -> launches.addAll(liteLayer(cached, card)));
        launches.add(new Launch("embed", 0, 0));
        launches.add(new Launch("final_norm", 0, 0));
        launches.add(Launch.product("head", LITE_VOCABULARY, LITE_HIDDEN));
        launches.add(new Launch("best_of_parts", 0, LITE_VOCABULARY));
        launches.add(new Launch("best", 0, 0));
        return launches;
    }

    private static String line(String what, int cached, Card card, List<Launch> launches) {
        Expectation e = Prediction.of(launches, card);
        return String.format(Locale.ROOT, "| %s | %,d | %s | %.1f | %.1f | %.0f | %.0f %% |", what, cached, card.name(),
                e.megabytes(), e.floor(), e.micros(), 100 * e.bandwidth());
    }
}
