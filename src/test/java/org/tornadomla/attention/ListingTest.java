package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.testing.PlanListing;
import org.tornadomla.testing.TestTargets;

/** What a layer runs is a stored text, and its buffers pass from each graph to the next. */
class ListingTest {

    /** Enough tokens a round that the number of the machine's cores does not show. */
    private static String listing() {
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(MlaConfig.card(512, 8, 512, 64, 64, 32))
                .seed(1).target(TestTargets.list().getFirst()).roundTokens(1024).build()) {
            return mla.listing();
        }
    }

    @Test
    void theLayerRunsWhatIsStored() throws IOException {
        PlanListing.assertStored("attention.txt", listing());
    }

    @Test
    void everyConsumedBufferIsHeldByTheGraphDirectlyBefore() {
        PlanListing listing = PlanListing.of(listing());
        listing.assertProducerDirectlyBeforeConsumer();
        assertEquals(3,
                listing.stages().stream().flatMap(List::stream).filter(graph -> !graph.consumes().isEmpty()).count(),
                "both ways of attending, and the output");
    }
}
