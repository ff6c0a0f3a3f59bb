package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

import org.tornadomla.weights.WeightFormats;

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
    private static final String REPORTED = "reported";

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
            String what = "y = xW^T " + MATRIX + ", " + counts[i] + (counts[i] == 1 ? " row" : " rows")
                    + ", against PyTorch";
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
        for (int tokens : new int[]{128, 512}) {
            Point prompt = new Point("prefill", LITE, tokens, 1);
            String what = "V2-Lite layer, prefill of " + tokens + " tokens, against PyTorch";
            atMost(what, prompt, Suite.PEER, OPENCL, 1.1);
            atMost(what, prompt, Suite.PEER, TORNADOVM, 1.3);
        }
        String narrow = "V2-Lite layer, decode at 512 cached, %s weights, against PyTorch float32";
        Point int8 = Suite.narrowPoint(WeightFormats.INT8);
        atMost(narrow.formatted("int8"), int8, Suite.PEER_ABSORBED, OPENCL, 0.45);
        atMost(narrow.formatted("int8"), int8, Suite.PEER_ABSORBED, TORNADOVM, 0.6);
        for (String engine : List.of(OPENCL, TORNADOVM)) {
            ratio(narrow.formatted("bf16"), Suite.narrowPoint(WeightFormats.BF16), Suite.PEER_ABSORBED, engine,
                    REPORTED, TargetTable::number, value -> null);
        }
    }

    private void growth() {
        int fewest = results.threads();
        growth(OPENCL, fewest, true);
        results.of(Suite.DECODE_GROWTH, LITE).stream().filter(r -> r.engine().equals(OPENCL)).mapToInt(Result::threads)
                .filter(threads -> threads > fewest).max().ifPresent(threads -> growth(OPENCL, threads, true));
        growth(TORNADOVM, fewest, false);
    }

    private void growth(String engine, int threads, boolean judged) {
        Growth growth = new Growth(results.of(Suite.DECODE_GROWTH, LITE).stream()
                .filter(r -> r.engine().equals(engine) && r.threads() == threads).toList());
        String on = threads == results.threads() ? "" : ", on " + threads + " threads";
        String step = "V2-Lite layer, decode from 512 to 65,536 cached" + on + ", exponent of time over bytes";
        String far = "V2-Lite layer, decode from 16,384 cached" + on + ", most times the ";
        String within = judged ? "<= " + MEMORY_FLOOR : REPORTED;
        if (growth.steps().size() < 2) {
            rows.add(new TargetRow(step, engine, judged ? "<= 1" : REPORTED, MISSING, "", null));
            rows.add(new TargetRow(far + "memory floor", engine, within, MISSING, "", null));
            return;
        }
        double exponent = growth.overBytes(Result::seconds);
        rows.add(new TargetRow(step, engine, judged ? "<= 1" : REPORTED,
                number(exponent) + ", the floor's own " + number(growth.overBytes(Result::floor)),
                number(growth.overBytes(Result::bestSeconds)), judged ? exponent <= 1 + EXPONENT_SLACK : null));
        double memory = growth.most(LONG_CONTEXT, Result::seconds, Result::memoryFloor);
        rows.add(new TargetRow(far + "memory floor", engine, within, number(memory),
                number(growth.most(LONG_CONTEXT, Result::bestSeconds, Result::memoryFloor)),
                judged ? memory <= MEMORY_FLOOR : null));
        rows.add(new TargetRow(far + "arithmetic floor", engine, REPORTED,
                number(growth.most(LONG_CONTEXT, Result::seconds, Result::arithmeticFloor)),
                number(growth.most(LONG_CONTEXT, Result::bestSeconds, Result::arithmeticFloor)), null));
    }

    private void model() {
        for (String engine : List.of(OPENCL, TORNADOVM)) {
            Optional<Result> result = results.find(ModelWorkload.DECODE, engine);
            boolean judged = engine.equals(OPENCL);
            Double speed = result.map(r -> 1 / r.seconds()).orElse(null);
            rows.add(new TargetRow("tiny-kjv, decode, tokens a second", engine, judged ? ">= 1000" : REPORTED,
                    speed == null ? MISSING : String.format(Locale.ROOT, "%.0f", speed),
                    result.map(r -> String.format(Locale.ROOT, "%.0f", 1 / r.bestSeconds())).orElse(""),
                    speed == null || !judged ? null : speed >= 1000));
        }
    }

    private void atMost(String what, Point point, String peer, String engine, double limit) {
        ratio(what, point, peer, engine, "<= " + limit, TargetTable::number, value -> value <= limit);
    }

    private void timesFaster(String what, Point point, String engine, double factor) {
        ratio(what, point, Suite.PEER_EXPANDED, engine, String.format(Locale.ROOT, "%.0f times faster", factor),
                value -> String.format(Locale.ROOT, "%.1f times", 1 / value), value -> 1 / value >= factor);
    }

    private void ratio(String what, Point point, String peer, String engine, String target,
            Function<Double, String> text, Function<Double, Boolean> reached) {
        Double value = results.find(point, engine).map(r -> r.ratios().get(peer)).orElse(null);
        Double best = results.find(point, engine).map(r -> r.bestRatios().get(peer)).orElse(null);
        rows.add(new TargetRow(what, engine, target, value == null ? MISSING : text.apply(value),
                best == null ? "" : text.apply(best), value == null ? null : reached.apply(value)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
