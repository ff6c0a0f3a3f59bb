package org.tornadomla.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** The fixed set of points that a report is made of, on one device. */
final class Suite {

    /** Begin of the engine name of every peer. */
    static final String PEER = "pytorch";
    /** The peer's absorbed step, the fastest that it has. */
    static final String PEER_ABSORBED = PEER + ":absorbed";
    /** The peer's expanded step, the deepseek-mla card's way. */
    static final String PEER_EXPANDED = PEER + ":expanded";
    /** Operations or bytes of a giga. */
    static final double GIGA = 1e9;
    /** The square matrix of the product. */
    static final int MATRIX = 2048;
    /** Steps behind more and more cached tokens. */
    static final String DECODE_GROWTH = "decode_growth";
    /** Longer and longer prompts. */
    static final String PREFILL_GROWTH = "prefill_growth";
    /** More and more sequences. */
    static final String BATCH_GROWTH = "batch_growth";

    private static final String MATRIX_LABEL = MATRIX + "x" + MATRIX;
    private static final long SEED = 1;
    private static final List<Integer> PRODUCT_ROWS = List.of(1, 8, 128);
    private static final int SHORT_CACHE = 512;
    private static final int LONG_CACHE = 4096;
    private static final List<Integer> PROMPTS = List.of(128, 512);
    private static final int ROWS = 512;
    private static final int WIDTH = 2048;
    private static final List<Integer> GROWING_CACHES = List.of(65_536, 32_768, 16_384, 8192, 4096, 2048, 1024, 512);
    private static final List<Integer> GROWING_PROMPTS = List.of(64, 128, 256, 512, 1024, 2048, 4096);
    private static final List<Integer> GROWING_BATCHES = List.of(1, 4, 16, 64);

    private final Target target;
    private final Path model;
    private final Map<Layer, LayerData> data = new EnumMap<>(Layer.class);
    private final RandomModels layers;

    /**
     * The suite on a device.
     *
     * @param model  directory of the whole model that is measured
     * @param layers checkpoints of decoder layers
     */
    Suite(Target target, Path model, RandomModels layers) {
        this.target = target;
        this.layers = layers;
        this.model = model;
    }

    /** What the targets are about: products, steps and prompts beside the peer, and the whole model. */
    List<Case> compared() {
        List<Case> cases = new ArrayList<>();
        for (int rows : PRODUCT_ROWS) {
            Supplier<MatMulData> product = new Shared<>(() -> MatMulData.of(rows, MATRIX, MATRIX));
            cases.add(Case.compared(new Point("matmul", MATRIX_LABEL, rows, 1),
                    () -> new MatMulWorkload(product.get(), target),
                    () -> Map.of(PEER, PeerWorkload.linear(product.get()))));
        }
        for (Layer layer : List.of(Layer.V2_LITE, Layer.CARD)) {
            cases.add(step(layer, LONG_CACHE));
            PROMPTS.forEach(tokens -> cases.add(prompt(layer, tokens)));
            cases.add(step(layer, SHORT_CACHE));
        }
        cases.add(narrow(WeightFormats.INT8));
        cases.add(narrow(WeightFormats.BF16));
        Shared<ModelWorkload> whole = new Shared<>(() -> new ModelWorkload(model, target));
        cases.add(new Case(ModelWorkload.DECODE, () -> whole.get().decode(ModelWorkload.CONTEXT), Map::of, true));
        cases.add(Case.alone(ModelWorkload.PREFILL, () -> whole.get().prefill(ModelWorkload.CONTEXT)));
        return cases;
    }

    /** Steps behind more and more cached tokens, longer prompts, larger batches. */
    List<Case> growth() {
        List<Case> cases = new ArrayList<>(decodeGrowth());
        GROWING_PROMPTS
                .forEach(tokens -> cases.add(Case.alone(new Point(PREFILL_GROWTH, Layer.CARD.toString(), tokens, 1),
                        () -> new PrefillWorkload(data(Layer.CARD), target, AttentionMode.AUTO, tokens))));
        GROWING_BATCHES.forEach(batch -> cases.add(Case.alone(
                new Point(BATCH_GROWTH, Layer.V2_LITE.toString(), SHORT_CACHE, batch),
                () -> new DecodeWorkload(data(Layer.V2_LITE), target, AttentionMode.ABSORBED, SHORT_CACHE, batch))));
        return cases;
    }

    /** Single operations, mixtures of experts, whole layers, and the widest one. */
    List<Case> others() {
        List<Case> cases = new ArrayList<>();
        cases.add(Case.alone(new Point("rms_norm", String.valueOf(WIDTH), ROWS, 1),
                () -> new RmsNormWorkload(ROWS, WIDTH, target)));
        cases.add(Case.alone(new Point("rotary", Layer.V2_LITE.toString(), ROWS, 1), () -> new RotaryWorkload(ROWS,
                Layer.V2_LITE.config().numHeads(), Layer.V2_LITE.config().qkRopeHeadDim(), target)));
        cases.add(Case.alone(new Point("softmax", String.valueOf(WIDTH), ROWS, 1),
                () -> new SoftmaxWorkload(ROWS, WIDTH, target)));
        cases.add(step(Layer.TINY_KJV, SHORT_CACHE));
        for (DecoderLayer layer : DecoderLayer.values()) {
            cases.addAll(mixture(layer, PRODUCT_ROWS));
            cases.addAll(layer(layer));
        }
        cases.add(step(Layer.V3_CUT, SHORT_CACHE));
        return cases;
    }

    /** A step and a prompt, for runs that differ in their number of threads. */
    List<Case> threads() {
        return List.of(step(Layer.V2_LITE, LONG_CACHE), prompt(Layer.V2_LITE, PROMPTS.getFirst()));
    }

    /** A step behind more and more cached tokens; the longest first, so that one cache serves all. */
    List<Case> decodeGrowth() {
        Shared<DecodeWorkload> workload = new Shared<>(() -> new DecodeWorkload(data(Layer.V2_LITE), target,
                AttentionMode.ABSORBED, GROWING_CACHES.getFirst(), 1));
        return GROWING_CACHES.stream()
                .map(cached -> new Case(new Point(DECODE_GROWTH, Layer.V2_LITE.toString(), cached, 1),
                        () -> workload.get().shorten(cached), Map::of, !cached.equals(GROWING_CACHES.getLast())))
                .toList();
    }

    /** A mixture of experts at several numbers of tokens, over weights that are packed once. */
    private List<Case> mixture(DecoderLayer layer, List<Integer> counts) {
        Shared<MixtureWorkload> workload = new Shared<>(
                () -> new MixtureWorkload(layers.of(layer), counts.getLast(), target));
        return counts.stream().map(rows -> new Case(new Point("mixture", layer.toString(), rows, 1),
                () -> workload.get().withRows(rows), Map::of, !rows.equals(counts.getLast()))).toList();
    }

    /** A step and a prompt of a decoder layer, over weights that are packed once. */
    private List<Case> layer(DecoderLayer layer) {
        int tokens = PROMPTS.getFirst();
        Shared<ModelWorkload> workload = new Shared<>(() -> new ModelWorkload(layers.of(layer).directory(), target));
        return List.of(
                new Case(new Point("layer_decode", layer.toString(), SHORT_CACHE, 1),
                        () -> workload.get().decode(SHORT_CACHE), Map::of, true),
                Case.alone(new Point("layer_prefill", layer.toString(), tokens, 1),
                        () -> workload.get().prefill(tokens)));
    }

    private Case step(Layer layer, int cached) {
        return Case.compared(new Point("decode", layer.toString(), cached, 1),
                () -> new DecodeWorkload(data(layer), target, AttentionMode.ABSORBED, cached, 1), () -> {
                    PeerLayer peer = new PeerLayer(data(layer));
                    Map<String, Workload> peers = new LinkedHashMap<>();
                    peers.put(PEER_ABSORBED, peer.decodeAbsorbed(cached, 1));
                    peers.put(PEER_EXPANDED, peer.decodeExpanded(cached, 1));
                    return peers;
                });
    }

    private Case prompt(Layer layer, int tokens) {
        return Case.compared(new Point("prefill", layer.toString(), tokens, 1),
                () -> new PrefillWorkload(data(layer), target, AttentionMode.AUTO, tokens),
                () -> Map.of(PEER, new PeerLayer(data(layer)).prefill(tokens)));
    }

    /** A step with weights in fewer bits, beside the peer with the same weights in 32-bit numbers. */
    private Case narrow(NumberFormat type) {
        Supplier<LayerData> rounded = new Shared<>(() -> new LayerData(Layer.V2_LITE, SEED, type));
        return Case.compared(narrowPoint(type),
                () -> new DecodeWorkload(rounded.get(), target, AttentionMode.ABSORBED, SHORT_CACHE, 1),
                () -> Map.of(PEER_ABSORBED, new PeerLayer(rounded.get()).decodeAbsorbed(SHORT_CACHE, 1)));
    }

    /** A step of the V2-Lite layer at 512 cached with weights in fewer bits. */
    static Point narrowPoint(NumberFormat type) {
        return new Point("decode_" + type.name(), Layer.V2_LITE.toString(), SHORT_CACHE, 1);
    }

    private LayerData data(Layer layer) {
        return data.computeIfAbsent(layer, l -> new LayerData(l, SEED));
    }
}
