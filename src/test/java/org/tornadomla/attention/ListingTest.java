package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.tornadomla.backend.Targets;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.testing.TestTargets;

/**
 * What a layer runs is a stored text. After a change that is meant, {@code -Dmla.listing.write=true} writes the text anew; what changed
 * shows in its history.
 */
class ListingTest {

    private static final Path STORED = Path.of("src", "test", "resources", "listing", "attention.txt");

    /** Enough tokens a round that the number of the machine's cores does not show. */
    private static String listing() {
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(MlaConfig.card(512, 8, 512, 64, 64, 32)).seed(1)
                .target(TestTargets.list().getFirst()).roundTokens(1024).build()) {
            return mla.listing();
        }
    }

    @Test
    void theLayerRunsWhatIsStored() throws IOException {
        assumeFalse(Targets.sdkActive(), "a method reference of the SDK's task types does not tell its name");
        String listing = listing();
        if (Boolean.getBoolean("mla.listing.write")) {
            Files.createDirectories(STORED.getParent());
            Files.writeString(STORED, listing);
        }
        assertEquals(Files.readString(STORED), listing);
    }

    /** A graph takes a buffer only from the graph that ran directly before it: that one must hold it, whichever alternative ran. */
    @Test
    void everyConsumedBufferIsHeldByTheGraphDirectlyBefore() {
        List<Set<String>> before = List.of();
        List<Set<String>> stage = new ArrayList<>();
        boolean alternatives = false;
        int consumers = 0;
        for (String graph : listing().split("\n(?=graph |alternative )")) {
            boolean alternative = graph.startsWith("alternative ");
            if (!stage.isEmpty() && !(alternative && alternatives)) {
                before = stage;
                stage = new ArrayList<>();
            }
            alternatives = alternative;
            Set<String> consumed = names(graph, "  consumes ");
            for (Set<String> held : before) {
                assertTrue(held.containsAll(consumed), () -> graph.lines().findFirst().orElse("") + " consumes " + consumed
                        + ", the graph before holds " + held);
            }
            consumers += consumed.isEmpty() ? 0 : 1;
            Set<String> holds = names(graph, "  uploads ");
            holds.addAll(consumed);
            stage.add(holds);
        }
        assertEquals(3, consumers, "both ways of attending, and the output");
    }

    private static Set<String> names(String graph, String verb) {
        Set<String> names = new HashSet<>();
        graph.lines().filter(line -> line.startsWith(verb))
                .forEach(line -> names.addAll(Arrays.asList(line.substring(verb.length()).split(", "))));
        return names;
    }
}
