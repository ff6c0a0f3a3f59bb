package org.tornadomla.benchmarks;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code measure}: runs the suite on every device of the active runtime and appends to a results file. */
@Command(name = "measure", mixinStandardHelpOptions = true,
        description = {"Measure on every device of the active runtime, the peer in turns with it.",
            "Each result is in the file as soon as it is known.",
            "Status 1 when an answer was wrong, which is then not timed."})
final class MeasureCommand implements Callable<Integer> {

    private static final double BUDGET = 4;
    private static final double QUICK_BUDGET = 0.5;

    @Option(names = "--results", required = true, paramLabel = "FILE",
            description = "File that results are appended to.")
    private Path file;

    @Option(names = "--engine", paramLabel = "ENGINE", description = "Only this engine.")
    private String engine;

    @Option(names = "--quick", description = "Half a second a point instead of 4, and no growth curves.")
    private boolean quick;

    @Option(names = "--threads-only", description = "Only what is compared over numbers of threads.")
    private boolean threadsOnly;

    @Option(names = "--only", paramLabel = "REGEX",
            description = "Only points whose names contain this, for example \"decode v2-lite\".")
    private Pattern only;

    @Option(names = "--commit", defaultValue = "unknown", paramLabel = "HASH",
            description = "Commit to note with the results.")
    private String commit;

    @Option(names = "--model", required = true, paramLabel = "DIR",
            description = "Directory of the whole model that is measured.")
    private Path model;

    private final long start = System.nanoTime();
    private int wrong;

    @Override
    public Integer call() {
        int threads = Runtime.getRuntime().availableProcessors();
        PeerModule.start(threads);
        Result.Run run = new Result.Run(commit, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Machine.describe());
        List<Target> targets = Targets.all().stream()
                .filter(t -> engine == null || t.engine().toString().equals(engine))
                .sorted(Comparator.comparing(t -> t.engine() == Engine.JVM)).toList();
        if (targets.isEmpty()) {
            System.err.println("error: no device of engine " + engine + "; mla devices lists them");
            return 2;
        }
        try (RandomModels layers = new RandomModels()) {
            targets.forEach(target -> measure(target, threads, run, layers));
        }
        return wrong == 0 ? 0 : 1;
    }

    private void measure(Target target, int threads, Result.Run run, RandomModels layers) {
        ResultFile results = new ResultFile(file);
        Roofline roofline = DeviceRoofline.measure(target, threads);
        System.out.printf(Locale.ROOT, "%s, %d threads: floor %.1f GFLOP/s, %.1f GB/s%n", target, threads,
                roofline.flopsPerSecond() / Suite.GIGA, roofline.bytesPerSecond() / Suite.GIGA);
        Measurement measurement = new Measurement(target, roofline, threads, quick ? QUICK_BUDGET : BUDGET, run,
                result -> {
                    results.append(result);
                    print(result);
                });
        List<Case> cases = wanted(new Suite(target, model, layers));
        int done = 0;
        for (Case point : cases) {
            long seconds = (System.nanoTime() - start) / (long) Timing.NANOSECONDS;
            System.out.printf(Locale.ROOT, "[%d/%d, %d:%02d] %s%n", ++done, cases.size(), seconds / 60, seconds % 60,
                    point.point());
            measurement.measure(point);
        }
    }

    private List<Case> wanted(Suite suite) {
        List<Case> cases = new ArrayList<>();
        if (threadsOnly) {
            cases.addAll(suite.threads());
            // All threads share the memory floor, so that they say how near a long context comes to it.
            if (Runtime.getRuntime().availableProcessors() == Machine.cores()) {
                cases.addAll(suite.decodeGrowth());
            }
        } else {
            cases.addAll(suite.compared());
            if (!quick) {
                cases.addAll(suite.growth());
            }
            cases.addAll(suite.others());
        }
        return only == null ? cases : cases.stream().filter(c -> only.matcher(c.point().toString()).find()).toList();
    }

    private void print(Result result) {
        if (!result.valid()) {
            wrong++;
            System.out.println("  " + result.failure());
            return;
        }
        StringBuilder ratios = new StringBuilder();
        result.ratios()
                .forEach((peer, ratio) -> ratios.append(String.format(Locale.ROOT, ", %.3f of %s", ratio, peer)));
        System.out.printf(Locale.ROOT,
                "  %-17s %9.3f ms %7.1f GFLOP/s %6.1f GB/s, %3.0f %% of the floor, error %.0e%s%n", result.engine(),
                result.seconds() * 1e3, result.gflopPerSecond(), result.gbytePerSecond(), result.floorFraction() * 100,
                result.error(), ratios);
    }
}
