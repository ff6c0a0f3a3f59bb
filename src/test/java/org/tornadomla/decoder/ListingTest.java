package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.golden.GoldenModel;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.PlanListing;
import org.tornadomla.testing.TestTargets;

/** What a whole model runs is a stored text: a dense layer, then mixtures, in both ways of attending. */
class ListingTest {

    /** Room enough for the tokens of a round that the number of the machine's cores does not show. */
    private static String listing(Path directory) {
        return listing(directory, DecoderOptions.defaults());
    }

    private static String listing(Path directory, DecoderOptions options) {
        try (Decoder decoder = Decoder.load(directory, TestTargets.list().getFirst().withoutSelfTest(),
                options.withChunkTokens(1024))) {
            return decoder.listing();
        }
    }

    static Stream<GoldenModel> models() {
        return Goldens.models();
    }

    @Test
    void theDecoderRunsWhatIsStored() throws IOException {
        PlanListing.assertStored("decoder.txt", listing(Path.of("src/test/resources/goldens/models/v2-lite-greedy")));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyConsumedBufferIsHeldByTheGraphDirectlyBefore(GoldenModel model) {
        PlanListing listing = PlanListing.of(listing(model.directory()));
        listing.assertProducerDirectlyBeforeConsumer();
        assertEquals(List.of("start", "attend_absorbed_0", "layer_0", "attend_absorbed_1", "layer_1",
                "attend_absorbed_2", "layer_2", "head"), names(listing, 0), "a step of decoding");
        assertEquals(List.of("start", "attend_expanded_0", "layer_0", "attend_expanded_1", "layer_1",
                "attend_expanded_2", "layer_2", "head"), names(listing, 1), "a prompt");
        List<PlanListing.Graph> graphs = listing.round(0);
        assertTrue(graphs.get(2).uses().contains("l0_w_gate_up") && graphs.get(4).uses().contains("l1_w_router"),
                "a dense layer and a mixture: " + graphs.get(2).uses() + graphs.get(4).uses());
    }

    /** Its scratch for widened keys is shared by the layers, too. */
    @Test
    void aCacheOfBfloat16HasItsOwnKernelsAndTheSameGraphs() {
        Path directory = Path.of("src/test/resources/goldens/models/v2-lite-greedy");
        PlanListing wide = PlanListing.of(listing(directory));
        String text = listing(directory, DecoderOptions.defaults().withCacheType(CacheType.BF16));
        PlanListing narrow = PlanListing.of(text);
        narrow.assertProducerDirectlyBeforeConsumer();
        for (int choice : new int[]{0, 1}) {
            assertEquals(names(wide, choice), names(narrow, choice));
        }
        for (String kernel : List.of("LatentWriteBf16.rows", "LatentAttentionBf16.split", "LatentGatherBf16.rows")) {
            assertEquals(3, text.split(kernel, -1).length - 1, kernel);
        }
    }

    private static List<String> names(PlanListing listing, int choice) {
        return listing.round(choice).stream().map(PlanListing.Graph::name).toList();
    }
}
