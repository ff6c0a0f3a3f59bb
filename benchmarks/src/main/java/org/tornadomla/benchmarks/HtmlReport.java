package org.tornadomla.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import org.tornadomla.weights.WeightFormats;

/** The report as one page that needs nothing beside itself. */
final class HtmlReport {

    private static final String[] COLOURS = {"#2563eb", "#059669", "#d97706", "#7c3aed", "#db2777", "#0891b2"};
    private static final List<
            String> TARGET_COLUMNS = List.of("what", "engine", "target", "measured", "by best times", "reached");
    private static final String PEER_COLOUR = "#6b7280";
    private static final double LEAST_ERROR = 1e-8;
    private static final String MORE_THREADS_COLOUR = "#1e293b";
    private static final double MILLISECONDS = 1e3;
    private static final double MICROSECONDS = 1e6;
    private static final String MATRIX = Suite.MATRIX + "x" + Suite.MATRIX;
    private static final String LITE = Layer.V2_LITE.toString();
    private static final String V3 = Layer.V3_CUT.toString();
    private static final String TINY = Layer.TINY_KJV.toString();
    private static final List<
            Point> ARITHMETIC = List.of(new Point("matmul", MATRIX, 8, 1), new Point("matmul", MATRIX, 128, 1),
                    new Point("prefill", LITE, 128, 1), new Point("prefill", LITE, 512, 1));
    private static final List<
            Point> MEMORY = List.of(new Point("matmul", MATRIX, 1, 1), new Point("decode", LITE, 512, 1),
                    new Point("decode", LITE, 4096, 1), Suite.narrowPoint(WeightFormats.BF16),
                    Suite.narrowPoint(WeightFormats.INT8), new Point("rms_norm", "2048", 512, 1),
                    new Point("rotary", LITE, 512, 1), new Point("softmax", "2048", 512, 1));
    private static final List<Point> SMALL = List.of(new Point("decode", Layer.CARD.toString(), 4096, 1),
            new Point("prefill", Layer.CARD.toString(), 512, 1), new Point("mixture", TINY, 1, 1),
            new Point("layer_decode", TINY, 512, 1), ModelWorkload.DECODE, ModelWorkload.PREFILL);
    private static final List<Point> LAYERS = List.of(new Point("mixture", LITE, 1, 1),
            new Point("mixture", LITE, 128, 1), new Point("layer_decode", LITE, 512, 1),
            new Point("layer_prefill", LITE, 128, 1), new Point("decode", V3, 512, 1), new Point("mixture", V3, 1, 1),
            new Point("layer_decode", V3, 512, 1));
    private static final List<Point> PROFILED = List.of(new Point("decode", LITE, 4096, 1),
            new Point("prefill", LITE, 128, 1), new Point("layer_decode", LITE, 512, 1), ModelWorkload.DECODE);

    private final Results results;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(Results results) {
        this.results = results;
    }

    /** Writes the page. */
    static String of(Results results) {
        HtmlReport report = new HtmlReport(results);
        report.head();
        report.targets();
        report.bars();
        report.growth();
        report.tasks();
        report.page.append("</main></body></html>\n");
        return report.page.toString();
    }

    private void head() {
        page.append(
                """
                        <!doctype html>
                        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                        <title>tornado-mla benchmarks</title>
                        <style>
                        """)
                .append(style()).append("""
                        </style></head><body><main>
                        <h1>tornado-mla benchmarks</h1>
                        """);
        Result.Run run = results.run();
        page.append("<p class=\"small\">").append(Svg.escape(run.machine())).append("<br>commit ")
                .append(Svg.escape(run.commit())).append(", ").append(Svg.escape(run.date())).append(", ")
                .append(threads()).append("</p>\n");
        Map<String, String> devices = new TreeMap<>();
        results.all().forEach(r -> devices.putIfAbsent(label(r), r.driver()));
        devices.forEach((device, driver) -> page.append("<p class=\"small\"><b>").append(Svg.escape(device))
                .append("</b>: ").append(Svg.escape(driver)).append("</p>\n"));
        for (Result failure : results.failures()) {
            page.append("<p class=\"no\">").append(Svg.escape(failure.failure())).append("</p>\n");
        }
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the report's style cannot be read", e);
        }
    }

    private String threads() {
        int fewest = results.all().stream().mapToInt(Result::threads).min().orElse(1);
        return fewest + (fewest == 1 ? " thread" : " threads") + " where nothing else is said";
    }

    private void targets() {
        page.append("<h2>Targets</h2><div class=\"card scroll\"><table class=\"targets\"><tr>");
        TARGET_COLUMNS.forEach(column -> page.append("<th>").append(column).append("</th>"));
        page.append("</tr>\n");
        for (TargetRow row : TargetTable.of(results)) {
            List<String> cells = List.of(row.what(), row.engine(), row.target(), row.measured(), row.best(),
                    row.verdict());
            page.append("<tr>");
            for (int i = 0; i < cells.size(); i++) {
                String style = i == cells.size() - 1 ? row.verdict() : "";
                page.append("<td data-label=\"").append(TARGET_COLUMNS.get(i)).append("\" class=\"").append(style)
                        .append("\">").append(Svg.escape(cells.get(i))).append("</td>");
            }
            page.append("</tr>\n");
        }
        page.append("</table></div>\n");
    }

    private void bars() {
        page.append("<h2>Speed by device</h2><div class=\"grid\">\n");
        linear("Arithmetic, GFLOP/s (longer is faster)", ARITHMETIC, Result::gflopPerSecond,
                r -> number("%.1f", r.gflopPerSecond()));
        linear("Memory, GB/s (longer is faster)", MEMORY, Result::gbytePerSecond,
                r -> number("%.1f", r.gbytePerSecond()));
        logarithmic("Time, milliseconds (shorter is faster, logarithmic)", SMALL, r -> r.seconds() * MILLISECONDS,
                r -> number("%.2f ms", r.seconds() * MILLISECONDS));
        logarithmic("Layers with experts, milliseconds (shorter is faster, logarithmic)", LAYERS,
                r -> r.seconds() * MILLISECONDS, r -> number("%.1f ms", r.seconds() * MILLISECONDS));
        page.append(
                "</div><h2>Fraction of the floor</h2><p class=\"small\">Least time that arithmetic and memory of the device allow,"
                        + " both measured in the same run, divided by the time: 100 % is what the machine can do.</p><div class=\"grid\">\n");
        Function<Result, String> percent = r -> number("%.0f %%", r.floorFraction() * 100);
        scaled("Products and prompts", ARITHMETIC, Result::floorFraction, percent, value -> Math.min(1, value));
        scaled("Steps", MEMORY, Result::floorFraction, percent, value -> Math.min(1, value));
        scaled("Small sizes", SMALL, Result::floorFraction, percent, value -> Math.min(1, value));
        scaled("Layers with experts", LAYERS, Result::floorFraction, percent, value -> Math.min(1, value));
        page.append(
                "</div><h2>Error by device</h2><p class=\"small\">Largest difference from the float64 reference as a fraction of the"
                        + " largest value, logarithmic; a full bar is 1e-5, beyond which nothing is reported.</p><div class=\"grid\">\n");
        Function<Result, String> error = r -> number("%.1e", r.error());
        BarChart.Scale scale = BarChart.logarithmic(LEAST_ERROR, Workload.ALLOWED_ERROR);
        scaled("Products and prompts", ARITHMETIC, Result::error, error, scale);
        scaled("Steps", MEMORY, Result::error, error, scale);
        scaled("Small sizes", SMALL, Result::error, error, scale);
        scaled("Layers with experts", LAYERS, Result::error, error, scale);
        page.append("</div>\n");
    }

    private void linear(String title, List<Point> points, ToDoubleFunction<Result> value,
            Function<Result, String> text) {
        List<BarChart.Group> groups = groups(points, value, text);
        chart(new BarChart(title, groups, BarChart.linear(groups)));
    }

    private void logarithmic(String title, List<Point> points, ToDoubleFunction<Result> value,
            Function<Result, String> text) {
        List<BarChart.Group> groups = groups(points, value, text);
        double[] values = groups.stream().flatMap(g -> g.bars().stream()).mapToDouble(BarChart.Bar::value).sorted()
                .toArray();
        if (values.length > 0) {
            chart(new BarChart(title, groups, BarChart.logarithmic(values[0] / 2, values[values.length - 1])));
        }
    }

    private void scaled(String title, List<Point> points, ToDoubleFunction<Result> value, Function<Result, String> text,
            BarChart.Scale scale) {
        chart(new BarChart(title, groups(points, value, text), scale));
    }

    private List<BarChart.Group> groups(List<Point> points, ToDoubleFunction<Result> value,
            Function<Result, String> text) {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Point point : points) {
            List<BarChart.Bar> bars = results.engines().stream().flatMap(engine -> results.find(point, engine).stream())
                    .map(r -> new BarChart.Bar(label(r), value.applyAsDouble(r), text.apply(r) + "  " + r.engine(),
                            colour(r.engine())))
                    .toList();
            if (!bars.isEmpty()) {
                groups.add(new BarChart.Group(describe(point), bars));
            }
        }
        return groups;
    }

    private void chart(BarChart chart) {
        if (!chart.groups().isEmpty()) {
            page.append("<div class=\"card\"><h3>").append(Svg.escape(chart.title())).append("</h3>")
                    .append(chart.draw()).append("</div>\n");
        }
    }

    private void growth() {
        page.append(
                "<h2>Growth</h2><p class=\"small\">Time of one run; dashed: the floor, the larger of what memory and arithmetic take at"
                        + " least. The exponent is that of the power law nearest to the points, 1 where time grows as the size does.</p>"
                        + "<div class=\"grid\">\n");
        for (GrowthSeries series : GrowthSeries.all(results)) {
            List<LineChart.Curve> curves = new ArrayList<>();
            StringBuilder legend = new StringBuilder();
            series.curves().forEach((engine, growth) -> {
                double[] sizes = growth.steps().stream().mapToDouble(series.of()::applyAsInt).toArray();
                String colour = curveColour(engine);
                curves.add(new LineChart.Curve(engine, sizes, times(growth, Result::seconds), colour, false));
                curves.add(new LineChart.Curve(engine + " floor", sizes, times(growth, Result::floor), colour, true));
                legend.append("<span><i style=\"background:").append(colour).append("\"></i>")
                        .append(Svg.escape(engine)).append(", exponent ")
                        .append(number("%.2f", series.exponent(engine))).append("</span>");
            });
            page.append("<div class=\"card\"><h3>").append(Svg.escape(series.title())).append("</h3>")
                    .append(new LineChart(series.title(), series.size(), curves).draw())
                    .append("<div class=\"legend\">").append(legend)
                    .append("</div><details><summary>Numbers</summary><div class=\"scroll\">");
            table(series.table());
            page.append("</div></details></div>\n");
        }
        page.append("</div>\n");
    }

    private static double[] times(Growth growth, ToDoubleFunction<Result> seconds) {
        return growth.steps().stream().mapToDouble(seconds).map(time -> time * MILLISECONDS).toArray();
    }

    private void table(List<List<String>> rows) {
        page.append("<table>");
        for (List<String> row : rows) {
            String cell = row == rows.getFirst() ? "th" : "td";
            page.append("<tr>");
            row.forEach(text -> page.append('<').append(cell).append('>').append(Svg.escape(text)).append("</")
                    .append(cell).append('>'));
            page.append("</tr>\n");
        }
        page.append("</table>");
    }

    private void tasks() {
        page.append(
                "<h2>Where the time goes</h2><p class=\"small\">Time of each task in one run by the device's own profiler, tasks of all"
                        + " layers together, shorter is faster; outside of kernels are launches, transfers and the host. Runs in a row, so that caches"
                        + " are warmer than beside a peer.</p>" + "<div class=\"grid\">\n");
        for (Point point : PROFILED) {
            List<BarChart.Group> groups = new ArrayList<>();
            TaskShares
                    .of(results.engines().stream().flatMap(
                            engine -> results.find(point, engine).stream()).toList())
                    .forEach(
                            (task, seconds) -> groups
                                    .add(new BarChart.Group(task, seconds
                                            .entrySet().stream().map(
                                                    time -> new BarChart.Bar(time.getKey(), time.getValue(),
                                                            number("%.0f µs", time.getValue() * MICROSECONDS) + "  "
                                                                    + time.getKey(),
                                                            colour(time.getKey())))
                                            .toList())));
            chart(new BarChart(describe(point), groups, BarChart.linear(groups)));
        }
        page.append("</div>\n");
    }

    /** A curve on more threads than the others is darker than its engine's. */
    private String curveColour(String curve) {
        int comma = curve.indexOf(',');
        return comma < 0 ? colour(curve) : MORE_THREADS_COLOUR;
    }

    private String colour(String engine) {
        if (engine.startsWith(Suite.PEER)) {
            return PEER_COLOUR;
        }
        List<String> own = results.engines().stream().filter(e -> !e.startsWith(Suite.PEER)).toList();
        return COLOURS[own.indexOf(engine) % COLOURS.length];
    }

    private static String label(Result result) {
        return result.engine() + " on " + result.device();
    }

    private static String describe(Point point) {
        return switch (point.benchmark()) {
            case "matmul" ->
                "y = xW^T, " + point.layer() + ", " + point.size() + (point.size() == 1 ? " row" : " rows");
            case "decode" -> "decode, " + point.layer() + ", " + point.size() + " cached";
            case "prefill" -> "prefill, " + point.layer() + ", " + point.size() + " tokens";
            case "decode_int8", "decode_bf16" -> "decode, " + point.layer() + ", " + point.size() + " cached, "
                    + point.benchmark().substring(point.benchmark().indexOf('_') + 1) + " weights";
            case "mixture" ->
                "experts, " + point.layer() + ", " + point.size() + (point.size() == 1 ? " token" : " tokens");
            case "layer_decode" -> "whole layer, " + point.layer() + ", decode at " + point.size();
            case "layer_prefill" -> "whole layer, " + point.layer() + ", prefill of " + point.size();
            case "rms_norm" -> "RMS norm, " + point.size() + " rows of " + point.layer();
            case "rotary" -> "rotary, " + point.layer() + ", " + point.size() + " tokens";
            case "softmax" -> "softmax, " + point.size() + " rows of " + point.layer();
            case "model_decode" -> "one token of " + point.layer() + " behind " + point.size();
            case "model_prefill" -> "prompt of " + point.size() + " to " + point.layer();
            default -> point.toString();
        };
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
