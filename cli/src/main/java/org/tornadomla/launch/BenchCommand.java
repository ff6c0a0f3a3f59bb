package org.tornadomla.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tornadomla.error.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mla bench}: measures beside PyTorch, on each engine and number of threads, and reports. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = {"Measure beside PyTorch, see benchmarks/README.md;",
            "with --model or --perplexity a whole model, see bench --model X --help.",
            "Status 1 when an answer was wrong, which is then not timed."})
public final class BenchCommand implements Callable<Integer> {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss'Z'")
            .withZone(ZoneOffset.UTC);

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Half a second a point, and no growth curves.")
    private boolean quick;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "Threads of the library and of PyTorch (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--only", paramLabel = "REGEX", description = "Only points whose names contain this.")
    private String only;

    @Option(names = "--report", paramLabel = "DIR", description = "Write one page, DIR/index.html, too.")
    private Path report;

    @Option(names = "--from", paramLabel = "FILE", description = "Measure nothing: report what this file holds.")
    private Path from;

    @Option(names = "--docs", description = "Write the tables of docs/benchmarks.md.")
    private boolean docs;

    /** Whether arguments are those of a measurement of a whole model, which has options of its own. */
    public static boolean isOfModel(List<String> arguments) {
        return !arguments.isEmpty() && arguments.getFirst().equals("bench")
                && arguments.stream().anyMatch(argument -> argument.matches("--(model|perplexity)(=.*)?"));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run(Running.sources(), Running.start());
    }

    /** Measures, where the options say so, and reports. */
    int run(Project project, Start start) throws IOException, InterruptedException {
        if (threads < 1) {
            throw new ConfigurationException("--threads is " + threads + ", must be a number from 1 on");
        }
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads > processors) {
            spec.commandLine().getErr()
                    .println("threads is " + threads + ", measuring with all " + processors + " of this machine");
            threads = processors;
        }
        if (from != null && !Files.isReadable(from)) {
            throw new ConfigurationException("--from is " + from + ", which is no file of results");
        }
        Path folder = report == null ? project.root().resolve("benchmarks/results") : report;
        Files.createDirectories(folder);
        Path results = from == null ? folder.resolve(NAME.format(Instant.now()) + ".jsonl") : from;
        BenchRun run = new BenchRun(start, project, results, reportArguments(project, results),
                spec.commandLine().getOut());
        int status = from == null ? run.measure(plan(run)) : 0;
        return Math.max(status, run.report());
    }

    /** The runs: on the bundled engines, on the SDK where there is one, and on more threads. */
    private List<BenchRun.Step> plan(BenchRun run) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(run.measureArguments());
        if (quick) {
            arguments.add("--quick");
        }
        if (only != null) {
            arguments.addAll(List.of("--only", only));
        }
        return steps(arguments, threads, quick ? threads : Runtime.getRuntime().availableProcessors(), run.hasSdk());
    }

    /**
     * The runs of the benchmarks' program, in order.
     *
     * @param arguments what each is given
     * @param threads   threads of the first ones
     * @param most      most threads to go up to, on the bundled engines alone
     * @param sdk       whether there is an SDK
     */
    static List<BenchRun.Step> steps(List<String> arguments, int threads, int most, boolean sdk) {
        List<BenchRun.Step> steps = new ArrayList<>(List.of(new BenchRun.Step(false, threads, arguments)));
        if (sdk) {
            steps.add(new BenchRun.Step(true, threads, arguments));
        }
        List<String> onlyThreads = new ArrayList<>(arguments);
        onlyThreads.add("--threads-only");
        for (int count = threads + 1; count <= most; count++) {
            steps.add(new BenchRun.Step(false, count, onlyThreads));
        }
        return steps;
    }

    private List<String> reportArguments(Project project, Path results) {
        List<String> arguments = new ArrayList<>(List.of("report", "--results", results.toString()));
        if (report != null) {
            arguments.addAll(List.of("--html", report.resolve("index.html").toString()));
        }
        if (docs) {
            arguments.addAll(List.of("--docs", project.root().resolve("docs/benchmarks.md").toString()));
        }
        return arguments;
    }
}
