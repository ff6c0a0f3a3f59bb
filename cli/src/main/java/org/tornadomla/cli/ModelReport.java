package org.tornadomla.cli;

import java.util.Collections;
import java.util.EnumSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tornadomla.layers.Attending;
import org.tornadomla.cache.CacheConfig;
import org.tornadomla.config.WeightPart;
import org.tornadomla.config.Weight;
import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.FewCores;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** What a model is and needs, worked out from its configuration and, where they are there, from its files. */
final class ModelReport {

    private static final long GIBIBYTE = 1L << 30;
    private static final int BUDGETS = 6;
    private static final String NOT_KNOWN = "not known";
    private static final String STORED = "as stored";

    /**
     * What a run takes beside weights and cache: the JVM with classes and compilers, and scratch. Measured, see
     * docs/numerics.md.
     */
    static final long BESIDE = 300L << 20;

    private final ModelConfig model;
    private final Map<String, Weight> weights;
    private final Map<CacheType, CacheConfig> caches = new EnumMap<>(CacheType.class);

    ModelReport(ModelConfig model) {
        this.model = model;
        this.weights = model.weights();
        for (CacheType type : CacheType.values()) {
            caches.put(type, CacheConfig.builder(model.pools(), model.attention())
                    .indexPools(model.indexPools(), model.attention().indexer().map(IndexerConfig::headDim).orElse(0))
                    .pages(1).type(type).build());
        }
    }

    /** All parameters. */
    long parameters() {
        return model.parameters();
    }

    /** Parameters that take part in one token: of the routed experts only as many as are chosen. */
    long activeParameters() {
        long active = 0;
        for (Weight weight : weights.values()) {
            MoeConfig experts = model.experts().orElse(null);
            active += weight.part() == WeightPart.ROUTED_EXPERT
                    ? weight.count() * experts.numExpertsPerTok() / experts.choices()
                    : weight.count();
        }
        return active;
    }

    /** Bytes of a token in the cache of all layers. */
    long cacheBytes(CacheType type) {
        return caches.get(type).bytesPerToken();
    }

    /** Bytes that plain multi-head attention would keep of a token: keys and values of all heads in float32. */
    long multiHeadBytes() {
        CacheConfig cache = caches.get(CacheType.F32);
        return cache.layers() * cache.multiHeadFloatsPerToken() * Float.BYTES;
    }

    /**
     * Bytes that an engine holds for the weights, as {@code mla generate} loads them: of a type the matrices that are
     * multiplied with, among them a second form of the attention's up-projections, in its own the embedding, and in
     * float32 all others.
     */
    long weightBytes(FormatChoice type) {
        return DecoderWeights.bytes(model, FewCores.LOOPS, type, EnumSet.allOf(Attending.class));
    }

    /** The architecture in words. */
    String architecture() {
        MlaConfig attention = model.attention();
        String text = String.format(Locale.ROOT, "%s: %d layers, %d wide, vocabulary of %d, made for %d positions%n"
                + "attention: %d heads of %d + %d (rotary), values of %d, latent of %d, %s; softmax scale %.7g%n"
                + "rotary embedding: %s, theta %.0f%n", model.modelType(), model.numHiddenLayers(), model.hiddenSize(),
                model.vocabSize(), model.maxPositionEmbeddings(), attention.numHeads(), attention.qkNopeHeadDim(),
                attention.qkRopeHeadDim(), attention.vHeadDim(), attention.kvLoraRank(),
                attention.qLoraRank() > 0 ? "queries compressed to " + attention.qLoraRank() : "queries not compressed",
                attention.softmaxScale(), lower(attention.rope().type()), attention.rope().theta());
        return text + model.experts().map(this::mixture)
                .orElse("feed-forward: dense, " + model.intermediateSize() + " wide" + System.lineSeparator());
    }

    private String mixture(MoeConfig experts) {
        return String.format(Locale.ROOT, "feed-forward: %d dense layers, %d wide; %d layers of %d experts, %d wide, "
                + "%d chosen a token and %d shared%s%n" + "routing: %s of %s scores, %d of %d groups, %s, times %s%n",
                model.blocks(DenseBlock.class).count(), model.intermediateSize(),
                model.blocks(MixtureBlock.class).count(), experts.nRoutedExperts(), experts.moeIntermediateSize(),
                experts.numExpertsPerTok(), experts.nSharedExperts(),
                experts.nZeroExperts() > 0
                        ? ", " + experts.nZeroExperts() + " more to choose from that pass their input on"
                        : "",
                lower(experts.topkMethod()), lower(experts.scoring()), experts.topkGroup(), experts.nGroup(),
                experts.normTopkProb() ? "normalised" : "not normalised", experts.routedScalingFactor());
    }

    /**
     * A table of parameters and bytes by part.
     *
     * @param files the model's files; without them the bytes are those of the type that the configuration names
     */
    String parts(Optional<WeightSource> files) {
        Map<WeightPart, long[]> sums = new EnumMap<>(WeightPart.class);
        Map<WeightPart, Set<String>> formats = new EnumMap<>(WeightPart.class);
        for (Weight weight : weights.values()) {
            long[] sum = sums.computeIfAbsent(weight.part(), part -> new long[2]);
            sum[0] += weight.count();
            sum[1] += files.map(source -> source.storedBytes(weight.name())).orElse(declared(weight));
            files.ifPresent(source -> formats.computeIfAbsent(weight.part(), part -> new TreeSet<>())
                    .addAll(List.of(source.storedAs(weight.name()).split(", "))));
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("part", "parameters", files.isPresent() ? "bytes in the files" : "bytes as configured",
                files.isPresent() ? "stored as" : ""));
        boolean known = files.isPresent() || model.unreadableStorage().isEmpty();
        sums.forEach((part, sum) -> rows.add(List.of(lower(part), Text.count(sum[0]),
                known ? Text.bytes(sum[1]) : NOT_KNOWN, String.join(", ", formats.getOrDefault(part, Set.of())))));
        rows.add(List.of("total", Text.count(parameters()),
                known ? Text.bytes(sums.values().stream().mapToLong(sum -> sum[1]).sum()) : NOT_KNOWN, ""));
        rows.add(List.of("active a token", Text.count(activeParameters()), "", ""));
        return Text.table(rows);
    }

    private long declared(Weight weight) {
        boolean quantised = (model.fp8Blocks() || model.fourBits()) && weight.shape().size() == 2
                && weight.part() != WeightPart.EMBEDDING && weight.part() != WeightPart.HEAD
                && weight.part() != WeightPart.ROUTER;
        if (quantised && model.fourBits()) {
            return weight.count() / 2;
        }
        return weight.count() * switch (model.storedType()) {
            case FLOAT32 -> quantised ? 1 : Float.BYTES;
            case FLOAT16, BFLOAT16 -> quantised ? 1 : Short.BYTES;
        };
    }

    /**
     * A table of the context that memory budgets leave room for, by the formats in which weights are kept.
     *
     * @param stored the formats of the files, where a device would keep each matrix in its own
     * @param table  the format of the embedding
     */
    String budgets(Optional<FormatChoice> stored, NumberFormat table) {
        Map<String, FormatChoice> columns = new LinkedHashMap<>();
        formats(stored, table).forEach(
                (name, format) -> columns.put(name.equals(STORED) ? "weights " + name : name + " weights", format));
        List<Long> bytes = columns.values().stream().map(this::weightBytes).toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("memory", List.copyOf(columns.keySet())));
        rows.add(row("weights alone", bytes.stream().map(Text::bytes).toList()));
        long budget = Math.max(Long.highestOneBit(Collections.min(bytes)), GIBIBYTE / 2);
        for (int i = 0; i < BUDGETS; i++, budget *= 2) {
            long most = budget;
            rows.add(row(Text.bytes(most), bytes.stream().map(weights -> context(most, weights)).toList()));
        }
        return Text.table(rows);
    }

    /**
     * Formats in which weights are kept.
     *
     * @param stored those of the files, where a device would keep each matrix in its own
     * @param table  the format of the embedding
     * @return by name
     */
    static Map<String, FormatChoice> formats(Optional<FormatChoice> stored, NumberFormat table) {
        Map<String, FormatChoice> formats = new LinkedHashMap<>();
        stored.ifPresent(choice -> formats.put(STORED, choice));
        formats.put("f32", WeightFormats.F32);
        formats.put("bf16 or f16", WeightFormats.BF16);
        formats.put("int8", WeightFormats.INT8);
        formats.put("q4_0", WeightFormats.Q4_0);
        formats.replaceAll((_, format) -> format.withTable(table));
        return formats;
    }

    private static List<String> row(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    private String context(long budget, long weights) {
        long tokens = (budget - weights - BESIDE) / cacheBytes(CacheType.F32);
        return tokens < 1 ? "too small" : tokens + " tokens";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
