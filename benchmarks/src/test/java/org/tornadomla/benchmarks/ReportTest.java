package org.tornadomla.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results files, the table of targets and the page, from results that are made up here. */
class ReportTest {

    private static final Result.Run RUN = new Result.Run("0123abc", "2026-01-01T00:00:00Z", "a <machine> & cores");
    private static final Point PRODUCT = new Point("matmul", "2048x2048", 1, 1);

    private static Result result(Point point, String engine, double seconds, Map<String, Double> ratios) {
        return result(point, engine, 1, seconds, ratios);
    }

    /** A result whose floors are half of its time, for arithmetic, and a quarter, for memory. */
    private static Result result(Point point, String engine, int threads, double seconds, Map<String, Double> ratios) {
        return new Result(point, engine, "device", "driver", threads, seconds, seconds / 2, 1 / seconds,
                point.size() / seconds, 0.5, 0.25, 0.5, 1e-7, ratios, ratios, Map.of("graph.task", seconds / 4), null,
                RUN);
    }

    private static TargetRow row(List<TargetRow> rows, String engine, String beginning) {
        return rows.stream().filter(r -> r.engine().equals(engine) && r.what().startsWith(beginning)).findFirst()
                .orElseThrow();
    }

    @Test
    void fileKeepsResults(@TempDir Path folder) {
        ResultFile file = new ResultFile(folder.resolve("results.jsonl"));
        Result valid = result(PRODUCT, "opencl", 0.002, Map.of("pytorch", 0.9));
        Result failed = new Result(PRODUCT, "jvm", "device", "driver", 1, 0, 0, 0, 0, 0, 0, 0, Double.NaN, Map.of(),
                Map.of(), Map.of(), "wrong", RUN);
        file.append(valid);
        file.append(failed);
        assertEquals(List.of(valid, failed), file.read());
    }

    @Test
    void brokenLineIsNamed(@TempDir Path folder) throws Exception {
        Path path = Files.writeString(folder.resolve("results.jsonl"), "{\"point\": 3}\n");
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> new ResultFile(path).read());
        assertTrue(refusal.getMessage().startsWith("line 1 of"), refusal.getMessage());
    }

    @Test
    void targetsAreJudged() {
        List<TargetRow> rows = TargetTable.of(new Results(List.of(result(PRODUCT, "opencl", 1, Map.of("pytorch", 0.99)),
                result(PRODUCT, "tornadovm", 1, Map.of("pytorch", 1.11)),
                result(new Point("decode", "v2-lite", 4096, 1), "jvm", 1, Map.of("pytorch:expanded", 0.1)))));
        assertEquals("yes", row(rows, "opencl", "y = xW^T 2048x2048, 1 row").verdict());
        assertEquals("no", row(rows, "tornadovm", "y = xW^T 2048x2048, 1 row").verdict());
        assertEquals("10.0 times", row(rows, "jvm", "V2-Lite layer, decode at 4096").measured());
        assertEquals("-", row(rows, "opencl", "y = xW^T 2048x2048, 8 rows").verdict());
    }

    @Test
    void growthIsFitted() {
        List<TargetRow> rows = TargetTable.of(new Results(growing(1)));
        TargetRow exponent = row(rows, "opencl", "V2-Lite layer, decode from 512");
        assertEquals("1.00, the floor's own 1.00", exponent.measured());
        assertEquals("yes", exponent.verdict());
        TargetRow floor = row(rows, "opencl", "V2-Lite layer, decode from 16,384 cached, most times the memory");
        assertEquals("4.00", floor.measured());
        assertEquals("no", floor.verdict());
        TargetRow arithmetic = row(rows, "opencl",
                "V2-Lite layer, decode from 16,384 cached, most times the arithmetic");
        assertEquals("2.00", arithmetic.measured());
        assertEquals("-", arithmetic.verdict());
    }

    /** Steps whose time grows as their bytes do. */
    private static List<Result> growing(int threads) {
        return Arrays.stream(new int[]{512, 4096, 65_536})
                .mapToObj(size -> result(new Point("decode_growth", "v2-lite", size, 1), "opencl", threads,
                        size / 1e6 / threads, Map.of()))
                .toList();
    }

    @Test
    void moreThreadsAreRowsAndCurvesOfTheirOwn() {
        Results results = new Results(Stream.concat(growing(1).stream(), growing(2).stream()).toList());
        assertTrue(TargetTable.of(results).stream().anyMatch(r -> r.what().contains("cached, on 2 threads, exponent")));
        GrowthSeries series = GrowthSeries.all(results).getFirst();
        assertEquals(List.of("opencl", "opencl, 2 threads"), List.copyOf(series.curves().keySet()));
        assertEquals(1, series.exponent("opencl, 2 threads"), 1e-9);
    }

    @Test
    void laterResultCountsAndThePeersFastest() {
        Point step = new Point("decode", "v2-lite", 4096, 1);
        Results results = new Results(
                List.of(result(step, "opencl", 0.5, Map.of()), result(step, "opencl", 0.7, Map.of()),
                        result(step, "pytorch", 0.5, Map.of()), result(step, "pytorch", 0.7, Map.of())));
        assertEquals(List.of(0.7, 0.5), results.of("decode", "v2-lite").stream().map(Result::seconds).toList());
        assertEquals(0.7, results.find(step, "opencl").orElseThrow().seconds());
        assertEquals(0.5, results.find(step, "pytorch").orElseThrow().seconds());
    }

    @Test
    void threadsAreASize() {
        Point step = new Point("decode", "v2-lite", 4096, 1);
        Results results = new Results(List.of(result(step, "opencl", 1, 0.008, Map.of()),
                result(step, "opencl", 2, 0.004, Map.of()), result(step, "pytorch:expanded", 1, 0.3, Map.of()),
                result(step, "pytorch:expanded", 2, 0.2, Map.of())));
        GrowthSeries series = GrowthSeries.all(results).getFirst();
        assertEquals("threads", series.size());
        assertEquals(-1, series.exponent("opencl"), 1e-9);
        assertEquals(List.of("opencl"), List.copyOf(series.curves().keySet()));
    }

    @Test
    void docsKeepWhatIsAroundTheResults() {
        String page = "before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nbehind\n";
        assertEquals("before\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nbehind\n",
                ReportCommand.replaced(page, "new\n"));
        assertThrows(IllegalArgumentException.class, () -> ReportCommand.replaced("nothing to replace", "new"));
    }

    @Test
    void smallTasksAreAddedUpAndTheHostComesLast() {
        Map<String, Double> tasks = Map.of("a.long", 0.9, "b.long", 0.1, "a.small", 0.001, "b.smaller", 0.0001,
                TaskShares.OUTSIDE, 0.5);
        Result result = new Result(PRODUCT, "opencl", "device", "driver", 1, 2, 2, 1, 1, 0.5, 0.5, 0.5, 1e-7, Map.of(),
                Map.of(), tasks, null, RUN);
        Map<String, Map<String, Double>> shares = TaskShares.of(List.of(result, result(PRODUCT, "jvm", 1, Map.of())));
        assertEquals(List.of("long", "task", "all others", "outside of kernels"), List.copyOf(shares.keySet()));
        assertEquals(1.0, shares.get("long").get("opencl"), 1e-12);
        assertEquals(0.0011, shares.get("all others").get("opencl"), 1e-12);
        assertEquals(Map.of("opencl", 0.5), shares.get("outside of kernels"));
    }

    @Test
    void powerLawIsFound() {
        double[] x = {1, 10, 100, 1000};
        double[] y = {3, 3 * Math.pow(10, 1.5), 3 * Math.pow(100, 1.5), 3 * Math.pow(1000, 1.5)};
        PowerFit fit = PowerFit.of(x, y);
        assertEquals(1.5, fit.exponent(), 1e-12);
        assertEquals(3, fit.factor(), 1e-9);
        assertThrows(IllegalArgumentException.class, () -> PowerFit.of(new double[]{5}, new double[]{1}));
    }

    @Test
    void pageStandsAlone() {
        String page = HtmlReport.of(new Results(List.of(result(PRODUCT, "opencl", 0.002, Map.of("pytorch", 0.9)),
                result(PRODUCT, "pytorch", 0.0022, Map.of()),
                result(new Point("decode_growth", "v2-lite", 512, 1), "opencl", 0.01, Map.of()),
                result(new Point("decode_growth", "v2-lite", 65_536, 1), "opencl", 0.1, Map.of()))));
        assertTrue(page.contains("a &lt;machine&gt; &amp; cores"));
        assertTrue(page.contains("exponent 0.47"), "10 times the time for 128 times the size is an exponent of 0.47");
        assertFalse(page.matches("(?s).*(href|src)=.*"), "the page refers to something outside itself");
        assertEquals(page.split("<svg", -1).length, page.split("</svg>", -1).length);
    }
}
