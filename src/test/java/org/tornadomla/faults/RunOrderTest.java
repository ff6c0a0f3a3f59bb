package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.testing.PlanListing.Graph;
import org.tornadomla.testing.PlanListing;

/**
 * The order of a decoder's graphs on the device is that of its listing, with nothing in between: that is what its
 * buffers are handed on by.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the device that watches belongs to the bundled runtime")
class RunOrderTest {

    private static final Path MODEL = Path.of("src/test/resources/goldens/models/v2-lite-greedy");

    private final FaultyDevice device = new FaultyDevice();

    @AfterEach
    void removeDevice() {
        device.close();
    }

    @Test
    void expandedRounds() {
        assertRuns(AttentionMode.EXPANDED, 1);
    }

    @Test
    void absorbedRounds() {
        assertRuns(AttentionMode.ABSORBED, 0);
    }

    /** A prompt of two chunks, the first without the head, then two tokens. */
    private void assertRuns(AttentionMode mode, int choice) {
        DecoderOptions options = DecoderOptions.defaults().withMode(mode).withChunkTokens(4).withCacheTokens(32)
                .withPageTokens(4);
        try (Decoder decoder = Decoder.load(MODEL, device.target().withoutSelfTest(), options);
                Sequence sequence = decoder.open()) {
            List<String> round = PlanListing.of(decoder.listing()).round(choice).stream().map(Graph::name).toList();
            List<String> expected = new ArrayList<>(round.subList(0, round.size() - 1));
            expected.addAll(round);
            decoder.append(sequence, 3, 17, 29, 5, 11, 2);
            assertEquals(expected, device.takeGraphs(), "a prompt");
            decoder.append(sequence, 7);
            assertEquals(round, device.takeGraphs(), "a token");
            decoder.append(sequence, 8);
            assertEquals(round, device.takeGraphs(), "another token");
        }
    }
}
