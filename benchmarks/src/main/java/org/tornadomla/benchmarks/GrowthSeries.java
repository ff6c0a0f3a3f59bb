package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * How the time of one workload grows with one size.
 *
 * @param title  the workload
 * @param size   what grows
 * @param of     the size of a result
 * @param curves for each engine, with its threads where they are not the fewest, at least two sizes in rising order
 */
record GrowthSeries(String title, String size, ToIntFunction<Result> of, Map<String, Growth> curves) {

    private static final String LITE = Layer.V2_LITE.toString();
    private static final double MILLISECONDS = 1e3;
    private static final double MEGABYTE = 1e6;

    /** The series that have results: cached tokens, tokens of a prompt, sequences of a batch, threads. */
    static List<GrowthSeries> all(Results results) {
        Predicate<Result> ours = r -> !r.peer();
        return List
                .of(of(results, "Decode, V2-Lite layer", "cached tokens", Suite.DECODE_GROWTH, LITE,
                        r -> r.point().size(), ours, false),
                        of(results, "Prefill, card layer", "tokens of the prompt", Suite.PREFILL_GROWTH,
                                Layer.CARD.toString(), r -> r.point().size(), ours, false),
                        of(results, "Decode at 512 cached, V2-Lite layer", "sequences of a batch", Suite.BATCH_GROWTH,
                                LITE, r -> r.point().batch(), ours, false),
                        of(results, "Decode at 4096 cached, V2-Lite layer", "threads", "decode", LITE, Result::threads,
                                r -> r.point().size() == 4096 && !r.engine().equals(Suite.PEER_EXPANDED), true),
                        of(results, "Prefill of 128, V2-Lite layer", "threads", "prefill", LITE, Result::threads,
                                r -> r.point().size() == 128, true))
                .stream().filter(series -> !series.curves.isEmpty()).toList();
    }

    private static GrowthSeries of(Results results, String title, String size, String benchmark, String layer,
            ToIntFunction<Result> of, Predicate<Result> wanted, boolean overThreads) {
        Map<String, Map<Integer, Result>> points = new LinkedHashMap<>();
        for (String engine : results.engines()) {
            results.of(benchmark, layer).stream().filter(wanted).filter(r -> r.engine().equals(engine)).forEach(r -> {
                boolean plain = overThreads || r.threads() == results.threads();
                points.computeIfAbsent(plain ? engine : engine + ", " + r.threads() + " threads", e -> new TreeMap<>())
                        .put(of.applyAsInt(r), r);
            });
        }
        Map<String, Growth> curves = new LinkedHashMap<>();
        points.forEach((engine, sizes) -> {
            if (sizes.size() > 1) {
                curves.put(engine, new Growth(List.copyOf(sizes.values())));
            }
        });
        return new GrowthSeries(title, size, of, curves);
    }

    /** Exponent of an engine's time over the size. */
    double exponent(String engine) {
        return curves.get(engine).exponent(of::applyAsInt, Result::seconds);
    }

    /**
     * The series as a table: a row a size with bytes, the floors of memory and of arithmetic as the first engine has
     * them, and each engine's time with how many times its own larger floor it is; then the exponents of the engines'
     * times, over the size and over bytes.
     */
    List<List<String>> table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(new ArrayList<>(List.of(size, "MB", "memory floor, ms", "arithmetic floor, ms")));
        curves.keySet().forEach(engine -> rows.getFirst().add(engine + ", ms"));
        for (Result first : curves.values().iterator().next().steps()) {
            int at = of.applyAsInt(first);
            List<String> row = new ArrayList<>(List.of(String.format(Locale.ROOT, "%,d", at),
                    String.format(Locale.ROOT, "%.1f", first.bytes() / MEGABYTE), milliseconds(first.memoryFloor()),
                    milliseconds(first.arithmeticFloor())));
            curves.values()
                    .forEach(growth -> row.add(growth.steps().stream().filter(r -> of.applyAsInt(r) == at).findFirst()
                            .map(r -> milliseconds(r.seconds())
                                    + String.format(Locale.ROOT, " (%.1f floors)", r.seconds() / r.floor()))
                            .orElse("")));
            rows.add(row);
        }
        List<String> exponents = new ArrayList<>(List.of("exponent", "", "", ""));
        curves.forEach((engine, growth) -> exponents
                .add(String.format(Locale.ROOT, "%.2f", exponent(engine)) + overBytes(growth)));
        rows.add(exponents);
        return rows;
    }

    /** Where bytes do not grow, nothing. */
    private static String overBytes(Growth growth) {
        double first = growth.steps().getFirst().bytes();
        return growth.steps().getLast().bytes() > 1.01 * first
                ? String.format(Locale.ROOT, "; over bytes %.2f", growth.overBytes(Result::seconds))
                : "";
    }

    private static String milliseconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 1e-3 ? "%.3f" : "%.2f", seconds * MILLISECONDS);
    }
}
