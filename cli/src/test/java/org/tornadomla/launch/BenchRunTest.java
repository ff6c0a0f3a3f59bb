package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;
import picocli.CommandLine;

/** {@code mla bench}: what it runs in which order, and what it ends with; the JVM that measures is a script here. */
class BenchRunTest {

    @TempDir
    private Path root;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void project() throws Exception {
        for (String file : List.of("cli/target/tornado-mla-cli-0.jar",
                "benchmarks/target/tornado-mla-benchmarks-0.jar")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.createFile(root.resolve(file));
        }
        measures("echo '{}' > \"$results\"\n");
    }

    /** A program java that notes what it is started with, and knows the file of results. */
    private void measures(String work) throws Exception {
        LauncherProject.program(root.resolve("jdk/bin/java"),
                """
                        cd %s
                        what=none results=none before=
                        for word in "$@"; do
                          case "$before $word" in
                            *Main\\ measure | *Main\\ report) what=$word ;;
                            --results\\ *) results=$word ;;
                          esac
                          before=$word
                        done
                        echo "$what on $OMP_NUM_THREADS of $POCL_MAX_PTHREAD_COUNT: ${*##*org.tornadomla.benchmarks.Main}" >> runs
                        [ "$what" = measure ] || exit 0
                        """
                        .formatted(root) + work);
    }

    private Start start() {
        return new Start(new Project(root), List.of(new Jdk(25, root.resolve("jdk"))), Map.of(), 4);
    }

    private int bench(String... options) throws Exception {
        BenchCommand command = new BenchCommand();
        new CommandLine(command).setOut(new PrintWriter(said)).setErr(new PrintWriter(said)).parseArgs(options);
        return command.run(new Project(root), start());
    }

    private List<String> runs() throws Exception {
        return Files.readAllLines(root.resolve("runs"));
    }

    @Test
    void measuresAndReports() throws Exception {
        assertEquals(0, bench("--quick", "--only", "softmax", "--docs"), said::toString);
        List<String> runs = runs();
        assertEquals(2, runs.size(), runs::toString);
        assertTrue(runs.getFirst().startsWith("measure on 1 of 1:"), runs.getFirst());
        assertTrue(runs.getFirst().endsWith("--commit unknown --quick --only softmax"), runs.getFirst());
        assertTrue(runs.getLast().startsWith("report on 1 of 1:"), runs.getLast());
        assertTrue(runs.getLast().endsWith("--docs " + root.resolve("docs/benchmarks.md")), runs.getLast());
        Path results;
        try (Stream<Path> files = Files.list(root.resolve("benchmarks/results"))) {
            results = files.findFirst().orElseThrow();
        }
        assertEquals("measured in 0 minutes\n\nresults: " + results + "\n", said.toString());
        assertTrue(results.getFileName().toString().matches("[-0-9T]+Z\\.jsonl"), results::toString);
    }

    /** A measurement from before is reported again; nothing is measured. */
    @Test
    void whatWasMeasuredIsReportedAgain() throws Exception {
        Path results = Files.writeString(root.resolve("old.jsonl"), "{}");
        Path page = root.resolve("page");
        assertEquals(0, bench("--from", results.toString(), "--report", page.toString()));
        assertTrue(Files.isDirectory(page));
        assertEquals(1, runs().size(), runs()::toString);
        assertTrue(runs().getFirst().endsWith("--results " + results + " --html " + page.resolve("index.html")),
                runs()::toString);
        assertEquals("results: " + results + "\n", said.toString());
    }

    @Test
    void theWorstStatusIsTheStatus() throws Exception {
        measures("echo '{}' > \"$results\"; exit 3\n");
        assertEquals(3, bench("--quick"), said::toString);
        assertEquals(2, runs().size(), "what was measured is reported");
    }

    @Test
    void nothingMeasuredIsNoReport() throws Exception {
        measures("");
        String message = assertThrows(ConfigurationException.class, () -> bench("--quick")).getMessage();
        assertEquals("nothing was measured", message);
        assertEquals(1, runs().size(), runs()::toString);
        assertEquals(1, new BenchRun(start(), new Project(root), root.resolve("none"), List.of(), new PrintWriter(said))
                .report());
    }

    /** Ctrl-C ends the JVM that measures: no further one is started, and the report is on what there is. */
    @Test
    void anInterruptionEndsTheMeasuringAndNotTheReport() throws Exception {
        measures("echo '{}' > \"$results\"; exit 130\n");
        Path results = root.resolve("r.jsonl");
        BenchRun run = new BenchRun(start(), new Project(root), results, List.of("report"), new PrintWriter(said));
        BenchRun.Step step = new BenchRun.Step(false, 2, List.of("measure", "--results", results.toString()));
        assertEquals(130, run.measure(List.of(step, step)));
        assertEquals(0, run.report());
        assertEquals(0, run.report(), "once");
        assertEquals(List.of("measure on 2 of 2", "report on 1 of 1"),
                runs().stream().map(line -> line.substring(0, line.indexOf(':'))).toList());
    }

    @Test
    void optionsAreChecked() throws Exception {
        for (Map.Entry<String[], String> wrong : Map
                .of(new String[]{"--threads", "0"}, "--threads is 0, must be a number from 1 on",
                        new String[]{"--from", "none.jsonl"}, "--from is none.jsonl, which is no file of results")
                .entrySet()) {
            assertEquals(wrong.getValue(),
                    assertThrows(ConfigurationException.class, () -> bench(wrong.getKey())).getMessage());
        }
        assertFalse(Files.exists(root.resolve("benchmarks/results")));
        int processors = Runtime.getRuntime().availableProcessors();
        assertEquals(0, bench("--quick", "--threads", "5000"));
        assertTrue(said.toString().startsWith("threads is 5000, measuring with all " + processors + " of this machine"),
                said::toString);
        assertTrue(runs().getFirst().startsWith("measure on " + processors + " of " + processors), runs()::toString);
    }
}
