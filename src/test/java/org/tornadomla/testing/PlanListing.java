package org.tornadomla.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A plan's listing, read back: what each graph brings to the device, takes from the graph directly before it, and uses.
 *
 * @param stages the graphs of each stage, of which a round runs one
 */
public record PlanListing(List<List<Graph>> stages) {

    private static final Path STORED = Path.of("src", "test", "resources", "listing");

    /**
     * A graph.
     *
     * @param uploads  buffers that it brings to the device
     * @param consumes buffers that the graph directly before it must hold
     * @param uses     buffers of its steps
     */
    public record Graph(String name, Set<String> uploads, Set<String> consumes, Set<String> uses) {

        boolean holds(String buffer) {
            return uploads.contains(buffer) || consumes.contains(buffer);
        }
    }

    /** Reads a listing. */
    public static PlanListing of(String text) {
        List<List<Graph>> stages = new ArrayList<>();
        boolean alternatives = false;
        for (String graph : text.split("\n(?=graph |alternative )")) {
            boolean alternative = graph.startsWith("alternative ");
            if (!alternative || !alternatives) {
                stages.add(new ArrayList<>());
            }
            alternatives = alternative;
            stages.getLast()
                    .add(new Graph(graph.lines().findFirst().orElseThrow().replaceFirst("^\\w+ ", ""),
                            names(graph, "  uploads (.*)"), names(graph, "  consumes (.*)"),
                            names(graph, "  \\w+ = [\\w.]+\\((.*)\\) on .*")));
        }
        return new PlanListing(stages);
    }

    /** The names in a group of all lines that match. */
    private static Set<String> names(String graph, String line) {
        Set<String> names = new HashSet<>();
        graph.lines().filter(text -> text.matches(line))
                .forEach(text -> names.addAll(Arrays.asList(text.replaceFirst(line, "$1").split(", "))));
        names.removeIf(name -> name.matches("-?[0-9.].*"));
        return names;
    }

    /**
     * The graphs of a round.
     *
     * @param choice index of the graph that runs where a stage has several
     */
    public List<Graph> round(int choice) {
        return stages.stream().map(stage -> stage.get(Math.min(choice, stage.size() - 1))).toList();
    }

    /**
     * Holds each round to what TornadoVM gives: a graph takes a buffer only from the graph that ran directly before it.
     * So each graph holds what its steps use and has from its predecessor what it consumes, and each buffer comes to
     * the device by one graph, since a second would have a copy of its own.
     */
    public void assertProducerDirectlyBeforeConsumer() {
        int most = stages.stream().mapToInt(List::size).max().orElseThrow();
        for (int choice = 0; choice < most; choice++) {
            Map<String, String> uploader = new HashMap<>();
            Graph before = new Graph("nothing", Set.of(), Set.of(), Set.of());
            for (Graph graph : round(choice)) {
                for (String buffer : graph.uses()) {
                    assertTrue(graph.holds(buffer), graph.name() + " uses " + buffer + " and does not hold it");
                }
                for (String buffer : graph.consumes()) {
                    assertTrue(before.holds(buffer), graph.name() + " consumes " + buffer + ", which " + before.name()
                            + " before it does not hold");
                }
                for (String buffer : graph.uploads()) {
                    String first = uploader.putIfAbsent(buffer, graph.name());
                    assertEquals(null, first, graph.name() + " uploads " + buffer + " again");
                }
                before = graph;
            }
        }
    }

    /**
     * Compares a listing with the stored text. After a change that is meant, {@code -Dmla.listing.write=true} writes
     * the text anew; what changed shows in its history.
     *
     * @param file name of the stored text
     */
    public static void assertStored(String file, String listing) throws IOException {
        Path stored = STORED.resolve(file);
        if (Boolean.getBoolean("mla.listing.write")) {
            Files.createDirectories(STORED);
            Files.writeString(stored, listing);
        }
        assertEquals(Files.readString(stored), listing);
    }
}
