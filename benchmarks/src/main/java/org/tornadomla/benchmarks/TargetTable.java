package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The values that the library aims at, beside what was measured: ratios of time against PyTorch on as many threads. */
final class TargetTable {

    private static final String OPENCL = "opencl";
    private static final String TORNADOVM = "tornadovm";
    private static final String JVM = "jvm";
    private static final String MATRIX = Suite.MATRIX + "x" + Suite.MATRIX;
    private static final String LITE = Layer.V2_LITE.toString();
    private static final int LONG_CONTEXT = 16_384;
    private static final double MEMORY_FLOOR = 1.5;
    /** Room for noise in a fitted exponent. */
    private static final double EXPONENT_SLACK = 0.05;
    private static final String MISSING = "not measured";

    private final Results results;
    private final List<TargetRow> rows = new ArrayList<>();

    private TargetTable(Results results) {
        this.results = results;
    }

    /** Fills the table from results. */
    static List<TargetRow> of(Results results) {
        TargetTable table = new TargetTable(results);
        table.products();
        table.layers();
        table.growth();
        table.model();
        return table.rows;
    }

    private void products() {
        double[] opencl = {1.0, 0.8, 1.2};
        double[] tornadovm = {1.1, 1.0, 1.3};
        int[] counts = {1, 8, 128};
        for (int i = 0; i < counts.length; i++) {
            Point point = new Point("matmul", MATRIX, counts[i], 1);
            String what = "y = xW^T " + MATRIX + ", " + counts[i] + (counts[i] == 1 ? " row" : " rows") + ", against PyTorch";
            atMost(what, point, Suite.PEER, OPENCL, opencl[i]);
            atMost(what, point, Suite.PEER, TORNADOVM, tornadovm[i]);
        }
    }

    private void layers() {
        Point decode = new Point("decode", LITE, 4096, 1);
        String step = "V2-Lite layer, decode at 4096 cached, ";
        atMost(step + "against PyTorch absorbed", decode, Suite.PEER_ABSORBED, OPENCL, 0.9);
        atMost(step + "against PyTorch absorbed", decode, Suite.PEER_ABSORBED, TORNADOVM, 1.1);
        timesFaster(step + "against PyTorch expanded, the card's way", decode, OPENCL, 40);
        timesFaster(step + "against PyTorch expanded, the card's way", decode, TORNADOVM, 30);
        timesFaster(step + "against PyTorch expanded, the card's way", decode, JVM, 8);
        for (int tokens : new int[] {128, 512}) {
            Point prompt = new Point("prefill", LITE, tokens, 1);
            String what = "V2-Lite layer, prefill of " + tokens + " tokens, against PyTorch";
            atMost(what, prompt, Suite.PEER, OPENCL, 1.1);
            atMost(what, prompt, Suite.PEER, TORNADOVM, 1.3);
        }
        Point small = new Point("decode_int8", LITE, 512, 1);
        String int8 = "V2-Lite layer, decode at 512 cached, int8 weights, against PyTorch float32";
        atMost(int8, small, Suite.PEER_ABSORBED, OPENCL, 0.45);
        atMost(int8, small, Suite.PEER_ABSORBED, TORNADOVM, 0.6);
    }

    private void growth() {
        for (String engine : List.of(OPENCL, TORNADOVM)) {
            List<Result> steps = results.of("decode_growth", LITE).stream().filter(r -> r.engine().equals(engine)).toList();
            String what = "V2-Lite layer, decode from 512 to 65,536 cached, exponent of time over bytes";
            String far = "the same from 16,384 cached on, time over the memory floor";
            boolean judged = engine.equals(OPENCL);
            if (steps.size() < 2) {
                rows.add(new TargetRow(what, engine, judged ? "<= 1" : "reported", MISSING, "", null));
                continue;
            }
            double exponent = exponent(steps, Result::seconds);
            double floor = farthest(steps, Result::seconds);
            rows.add(new TargetRow(what, engine, judged ? "<= 1" : "reported", number(exponent),
                    number(exponent(steps, Result::bestSeconds)),
                    judged ? exponent <= 1 + EXPONENT_SLACK : null));
            rows.add(new TargetRow(far, engine, judged ? "<= " + MEMORY_FLOOR : "reported", number(floor),
                    number(farthest(steps, Result::bestSeconds)),
                    judged ? floor <= MEMORY_FLOOR : null));
        }
    }

    private static double exponent(List<Result> steps, ToDoubleFunction<Result> seconds) {
        return PowerFit.of(steps.stream().mapToDouble(r -> r.gbytePerSecond() * r.seconds()).toArray(),
                steps.stream().mapToDouble(seconds).toArray()).exponent();
    }

    /** Most times the memory floor, of the long contexts. */
    private static double farthest(List<Result> steps, ToDoubleFunction<Result> seconds) {
        return steps.stream().filter(r -> r.point().size() >= LONG_CONTEXT)
                .mapToDouble(r -> seconds.applyAsDouble(r) / (r.seconds() * r.memoryFraction())).max().orElse(Double.NaN);
    }

    private void model() {
        for (String engine : List.of(OPENCL, TORNADOVM)) {
            Optional<Result> result = results.find(ModelWorkload.DECODE, engine);
            boolean judged = engine.equals(OPENCL);
            Double speed = result.map(r -> 1 / r.seconds()).orElse(null);
            rows.add(new TargetRow("tiny-kjv, decode, tokens a second", engine, judged ? ">= 1000" : "reported",
                    speed == null ? MISSING : String.format(Locale.ROOT, "%.0f", speed),
                    result.map(r -> String.format(Locale.ROOT, "%.0f", 1 / r.bestSeconds())).orElse(""), speed == null || !judged ? null : speed >= 1000));
        }
    }

    private void atMost(String what, Point point, String peer, String engine, double limit) {
        ratio(what, point, peer, engine, "<= " + limit, TargetTable::number, value -> value <= limit);
    }

    private void timesFaster(String what, Point point, String engine, double factor) {
        ratio(what, point, Suite.PEER_EXPANDED, engine, String.format(Locale.ROOT, "%.0f times faster", factor),
                value -> String.format(Locale.ROOT, "%.1f times", 1 / value), value -> 1 / value >= factor);
    }

    private void ratio(String what, Point point, String peer, String engine, String target, Function<Double, String> text,
            Function<Double, Boolean> reached) {
        Double value = results.find(point, engine).map(r -> r.ratios().get(peer)).orElse(null);
        Double best = results.find(point, engine).map(r -> r.bestRatios().get(peer)).orElse(null);
        rows.add(new TargetRow(what, engine, target, value == null ? MISSING : text.apply(value),
                best == null ? "" : text.apply(best),
                value == null ? null : reached.apply(value)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
