package org.tornadomla.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as text: what was measured, the targets, growth, and where the time goes. */
final class MarkdownReport {

    private static final List<Point> PROFILED = List.of(new Point("decode", Layer.V2_LITE.toString(), 4096, 1),
            new Point("prefill", Layer.V2_LITE.toString(), 128, 1));

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    private MarkdownReport(Results results) {
        this.results = results;
    }

    /** Writes the text, which ends with a line break. */
    static String of(Results results) {
        MarkdownReport report = new MarkdownReport(results);
        report.head();
        report.targets();
        report.growth();
        report.tasks();
        return report.text.toString();
    }

    private void head() {
        Result.Run run = results.run();
        int threads = results.threads();
        text.append(run.machine()).append("; ").append(threads).append(threads == 1 ? " thread" : " threads")
                .append(" where nothing else is said; ").append(run.date()).append(", commit ").append(run.commit())
                .append(".\n");
        results.failures().forEach(failure -> text.append("\nNot reported: ").append(failure.failure()).append('\n'));
    }

    private void targets() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what", "engine", "target", "measured", "by best times", "reached"));
        for (TargetRow row : TargetTable.of(results)) {
            rows.add(List.of(row.what(), row.engine(), row.target(), row.measured(), row.best(), row.verdict()));
        }
        table("Targets", rows);
    }

    private void growth() {
        GrowthSeries.all(results).forEach(series -> table(series.title() + ", over " + series.size(), series.table()));
    }

    private void tasks() {
        for (Point point : PROFILED) {
            List<Result> found = results.engines().stream().flatMap(engine -> results.find(point, engine).stream())
                    .toList();
            List<String> engines = found.stream().filter(r -> !r.tasks().isEmpty()).map(Result::engine).toList();
            List<List<String>> rows = new ArrayList<>();
            rows.add(new ArrayList<>(List.of("task")));
            engines.forEach(engine -> rows.getFirst().add(engine + ", µs"));
            TaskShares.of(found).forEach((task, seconds) -> rows.add(row(task, engines, seconds)));
            if (!engines.isEmpty()) {
                table("Where the time goes, " + point + ", runs in a row", rows);
            }
        }
    }

    private static List<String> row(String task, List<String> engines, Map<String, Double> seconds) {
        List<String> row = new ArrayList<>(List.of(task));
        engines.forEach(engine -> row.add(
                seconds.containsKey(engine) ? String.format(Locale.ROOT, "%,.0f", seconds.get(engine) * 1e6) : ""));
        return row;
    }

    private void table(String title, List<List<String>> rows) {
        text.append("\n### ").append(title).append("\n\n");
        line(rows.getFirst());
        line(Collections.nCopies(rows.getFirst().size(), "---"));
        rows.stream().skip(1).forEach(this::line);
    }

    private void line(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
