package org.tornadomla.benchmarks;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.attention.AttentionMode;

/** The fixed set of points that a report is made of. */
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

    private static final String MATRIX_LABEL = MATRIX + "x" + MATRIX;
    private static final long SEED = 1;
    private static final List<Integer> PRODUCT_ROWS = List.of(1, 8, 128);
    private static final int NORM_ROWS = 512;
    private static final int NORM_WIDTH = 2048;
    private static final List<Integer> COMPARED_CACHES = List.of(512, 4096);
    private static final List<Integer> COMPARED_PROMPTS = List.of(128, 512);
    private static final List<Integer> CACHES = List.of(65_536, 32_768, 16_384, 8192, 4096, 2048, 1024, 512);
    private static final List<Integer> PROMPTS = List.of(64, 256, 1024, 4096);
    private static final List<Integer> BATCHES = List.of(4, 16, 64);
    private static final int BATCH_CACHE = 512;

    private final Measurement measurement;
    private final Path model;

    /**
     * The suite on a device.
     *
     * @param model directory of the whole model that is measured
     */
    Suite(Measurement measurement, Path model) {
        this.measurement = measurement;
        this.model = model;
    }

    /** What the targets are about: products, steps and prompts beside the peer. */
    void compared() {
        for (int rows : PRODUCT_ROWS) {
            MatMulData data = MatMulData.of(rows, MATRIX, MATRIX);
            measure(new Point("matmul", MATRIX_LABEL, rows, 1), new MatMulWorkload(data, measurement.target()),
                    Map.of(PEER, PeerWorkload.linear(data)));
        }
        for (Layer layer : List.of(Layer.CARD, Layer.V2_LITE)) {
            LayerData data = new LayerData(layer, SEED);
            COMPARED_CACHES.forEach(cached -> step(data, cached));
            COMPARED_PROMPTS.forEach(tokens -> prompt(data, tokens));
        }
    }

    /** A whole model, operations that only move bytes, and the widest layer. */
    void others() {
        measure(ModelWorkload.DECODE, ModelWorkload.decode(model, measurement.target()), Map.of());
        measure(ModelWorkload.PREFILL, ModelWorkload.prefill(model, measurement.target()), Map.of());
        measure(new Point("rms_norm", String.valueOf(NORM_WIDTH), NORM_ROWS, 1),
                new RmsNormWorkload(NORM_ROWS, NORM_WIDTH, measurement.target()), Map.of());
        Layer lite = Layer.V2_LITE;
        measure(new Point("rotary", lite.toString(), NORM_ROWS, 1),
                new RotaryWorkload(NORM_ROWS, lite.config().numHeads(), lite.config().qkRopeHeadDim(), measurement.target()), Map.of());
        step(new LayerData(Layer.V3_CUT, SEED), BATCH_CACHE);
    }

    /** Steps behind more and more cached tokens, longer prompts, larger batches. */
    void growth() {
        LayerData lite = new LayerData(Layer.V2_LITE, SEED);
        try (DecodeWorkload workload = new DecodeWorkload(lite, measurement.target(), AttentionMode.ABSORBED, CACHES.getFirst(), 1)) {
            for (int cached : CACHES) {
                workload.shorten(cached);
                measurement.alone(new Point("decode_growth", lite.layer().toString(), cached, 1), workload);
            }
        }
        LayerData card = new LayerData(Layer.CARD, SEED);
        for (int tokens : PROMPTS) {
            measure(new Point("prefill_growth", card.layer().toString(), tokens, 1),
                    new PrefillWorkload(card, measurement.target(), AttentionMode.AUTO, tokens), Map.of());
        }
        for (int batch : BATCHES) {
            measure(new Point("batch_growth", lite.layer().toString(), BATCH_CACHE, batch),
                    new DecodeWorkload(lite, measurement.target(), AttentionMode.ABSORBED, BATCH_CACHE, batch), Map.of());
        }
    }

    /** One step of the layer, for runs that differ in their number of threads. */
    void threads() {
        LayerData lite = new LayerData(Layer.V2_LITE, SEED);
        step(lite, COMPARED_CACHES.getLast());
        prompt(lite, COMPARED_PROMPTS.getFirst());
    }

    private void step(LayerData data, int cached) {
        PeerLayer peer = new PeerLayer(data);
        Map<String, Workload> peers = new LinkedHashMap<>();
        peers.put(PEER_ABSORBED, peer.decodeAbsorbed(cached, 1));
        peers.put(PEER_EXPANDED, peer.decodeExpanded(cached, 1));
        measure(new Point("decode", data.layer().toString(), cached, 1),
                new DecodeWorkload(data, measurement.target(), AttentionMode.ABSORBED, cached, 1), peers);
    }

    private void prompt(LayerData data, int tokens) {
        measure(new Point("prefill", data.layer().toString(), tokens, 1),
                new PrefillWorkload(data, measurement.target(), AttentionMode.AUTO, tokens),
                Map.of(PEER, new PeerLayer(data).prefill(tokens)));
    }

    private void measure(Point point, Workload ours, Map<String, Workload> peers) {
        try (ours) {
            measurement.compare(point, ours, peers);
        }
    }
}
