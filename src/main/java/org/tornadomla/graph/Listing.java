package org.tornadomla.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A plan's graphs and steps as a text that tests hold fast and the documentation shows. */
final class Listing {

    private Listing() {
    }

    static String of(List<Stage> stages, Buffers buffers, Residency residency) {
        StringBuilder text = new StringBuilder();
        for (int stage = 0; stage < stages.size(); stage++) {
            for (GraphSpec graph : stages.get(stage).alternatives()) {
                text.append(stages.get(stage).alternatives().size() > 1 ? "alternative " : "graph ")
                        .append(graph.name()).append('\n');
                line(text, "uploads", residency.owned(stage, graph, stages.get(stage), buffers), buffers);
                line(text, "consumes", residency.consumed(stage, buffers), buffers);
                for (Step step : graph.steps()) {
                    text.append("  ").append(step.name()).append(" = ").append(step.kernel()).append('(')
                            .append(step.arguments().stream()
                                    .map(a -> buffers.contains(a) ? buffers.name(a) : a.toString())
                                    .collect(Collectors.joining(", ")))
                            .append(") on ").append(step.grid()).append('\n');
                }
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String verb, List<Object> arrays, Buffers buffers) {
        if (!arrays.isEmpty()) {
            text.append("  ").append(verb).append(' ')
                    .append(arrays.stream().map(buffers::name).collect(Collectors.joining(", "))).append('\n');
        }
    }
}
