package org.tornadomla.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Listings that TornadoVM would answer with stale buffers are seen. */
class PlanListingTest {

    private static final String SOUND = """
            graph first
              uploads a, b
              put = K.put(a, -1, 2.5, b) on loop 3
            alternative one
              uploads c
              consumes a, b
              pass = K.pass(a, c) on loop 3
            alternative two
              consumes a, b
              pass = K.pass(a) on 4 x 2
            graph last
              consumes b
              read = K.read(b) on loop 1
            """;

    private static void assertSeen(String problem, String listing) {
        AssertionError seen = assertThrows(AssertionError.class,
                () -> PlanListing.of(listing).assertProducerDirectlyBeforeConsumer());
        assertTrue(seen.getMessage().contains(problem), seen.getMessage());
    }

    @Test
    void whatIsHandedOnByEachGraphIsSound() {
        PlanListing listing = PlanListing.of(SOUND);
        listing.assertProducerDirectlyBeforeConsumer();
        assertEquals(3, listing.stages().size());
        assertEquals("two", listing.round(1).get(1).name());
    }

    @Test
    void otherwiseTheGraphIsNamed() {
        assertSeen("last consumes b, which two before it does not hold",
                SOUND.replace("two\n  consumes a, b", "two\n  consumes a"));
        assertSeen("one uses c and does not hold it", SOUND.replace("  uploads c\n", ""));
        assertSeen("last uploads b again", SOUND.replace("graph last\n  consumes b", "graph last\n  uploads b"));
    }
}
