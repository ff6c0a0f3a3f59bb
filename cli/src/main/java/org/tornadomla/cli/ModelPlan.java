package org.tornadomla.cli;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.tornadomla.config.ModelConfig;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.FewCores;
import org.tornadomla.layers.LayerBytes;
import org.tornadomla.layers.LayerDivision;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;

/** What a model needs on a machine: bytes by format, what fits into which memory, and what a token reads. */
final class ModelPlan {

    private static final double GIGABYTE = 1e9;

    private final ModelConfig model;
    private final ModelReport report;
    private final int context;
    private final CacheType cache;

    /**
     * @param context tokens that the cache holds
     * @param cache   their format
     */
    ModelPlan(ModelConfig model, int context, CacheType cache) {
        this.model = model;
        this.report = new ModelReport(model);
        this.context = context;
        this.cache = cache;
    }

    /** Bytes of the cache. */
    long cacheBytes() {
        return context * report.cacheBytes(cache);
    }

    /**
     * Bytes that a token reads behind a full context: of each layer what all tokens pass and the experts of one token,
     * the head, a row of the embedding, and the rows of the cache, with attention on the latents themselves.
     */
    long readBytes(FormatChoice format) {
        double chosen = model.experts()
                .map(experts -> (double) experts.numExpertsPerTok() * experts.nRoutedExperts() / experts.choices())
                .orElse(0.0);
        long layers = LayerBytes.of(model, FewCores.LOOPS, format, EnumSet.of(Attending.ABSORBED)).stream()
                .mapToLong(layer -> layer.read(chosen)).sum();
        return layers + rest(format) - table(format) + table(format) / model.vocabSize() + cacheBytes();
    }

    private long table(FormatChoice format) {
        return DecoderWeights.tableBytes(model, FewCores.LOOPS, format);
    }

    /** Bytes of embedding, head and final norm. */
    private long rest(FormatChoice format) {
        return report.weightBytes(format) - layers(format).stream().mapToLong(LayerBytes::all).sum();
    }

    private List<LayerBytes> layers(FormatChoice format) {
        return LayerBytes.of(model, FewCores.LOOPS, format, EnumSet.allOf(Attending.class));
    }

    /**
     * What fits a memory, the JVM and scratch, embedding, head and cache beside it.
     *
     * @return "all", or as many layers from the first on as fit whole, and experts of the next one, and how many such
     *         memories hold all of them
     */
    String fit(FormatChoice format, long memory) {
        String one = fitOne(format, memory);
        int devices = one.equals("all")
                ? 1
                : new LayerDivision(model, FewCores.LOOPS, format, EnumSet.allOf(Attending.class), cacheBytes())
                        .devices(memory - ModelReport.BESIDE);
        return devices < 2 ? one : one + "; all on " + devices + " of these";
    }

    private String fitOne(FormatChoice format, long memory) {
        long room = memory - ModelReport.BESIDE - cacheBytes() - rest(format);
        if (room < 0) {
            return "nothing";
        }
        int whole = 0;
        for (LayerBytes layer : layers(format)) {
            if (layer.all() > room) {
                long experts = Math.max(0, room - layer.fixed() - layer.shared()) * layer.experts()
                        / Math.max(1, layer.routed());
                return whole + " of " + model.numHiddenLayers() + " layers"
                        + (experts > 0 ? " and " + experts + " of " + layer.experts() + " experts" : "");
            }
            room -= layer.all();
            whole++;
        }
        return "all";
    }

    /**
     * A table with a row a format.
     *
     * @param formats  by their names
     * @param memories bytes of each memory
     * @param speed    bytes that a memory gives in a second
     */
    String table(Map<String, FormatChoice> formats, List<Long> memories, double speed) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("weights in", "weights", "routed experts", "read a token",
                String.format(Locale.ROOT, "a token at %.0f GB/s", speed / GIGABYTE)));
        memories.forEach(memory -> head.add("fits " + Text.bytes(memory)));
        rows.add(head);
        formats.forEach((name, format) -> {
            long read = readBytes(format);
            List<String> row = new ArrayList<>(List.of(name, Text.bytes(report.weightBytes(format)),
                    Text.bytes(layers(format).stream().mapToLong(LayerBytes::routed).sum()), Text.bytes(read),
                    Text.seconds(read / speed)));
            memories.forEach(memory -> row.add(fit(format, memory)));
            rows.add(row);
        });
        return Text.table(rows);
    }
}
