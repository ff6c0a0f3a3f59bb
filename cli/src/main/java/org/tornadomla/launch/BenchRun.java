package org.tornadomla.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.tornadomla.error.ConfigurationException;

/**
 * Runs the benchmarks' program, several times in JVMs of their own. An interruption ends the measuring, not the report
 * on what was measured until then.
 */
final class BenchRun {

    private static final String MAIN = "org.tornadomla.benchmarks.Main";

    /** The exit status of a JVM that an interruption ended. */
    private static final int INTERRUPTED = 130;

    private final Start start;
    private final Project project;
    private final Path results;
    private final List<String> reportArguments;
    private final PrintWriter out;
    private boolean reported;
    private int reportStatus;

    /**
     * One run.
     *
     * @param sdk       whether it runs on the SDK
     * @param threads   its number of threads
     * @param arguments what the program is given
     */
    record Step(boolean sdk, int threads, List<String> arguments) {
    }

    /**
     * A run that is yet to begin.
     *
     * @param results         the file that measuring writes
     * @param reportArguments what the report is told
     * @param out             is told how long it took, and where the results are
     */
    BenchRun(Start start, Project project, Path results, List<String> reportArguments, PrintWriter out) {
        this.start = start;
        this.project = project;
        this.results = results;
        this.reportArguments = reportArguments;
        this.out = out;
    }

    boolean hasSdk() {
        return start.hasSdk();
    }

    /** What every run is given that measures. */
    List<String> measureArguments() throws IOException, InterruptedException {
        return List.of("measure", "--results", results.toString(), "--model",
                project.root().resolve("models/tiny-kjv").toString(), "--commit", commit());
    }

    /** The commit, with a mark when tracked files differ from it. */
    private String commit() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--abbrev=12", "--exclude=*",
                "--dirty=-modified").directory(project.root().toFile()).redirectErrorStream(true).start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return git.waitFor() == 0 ? said : "unknown";
    }

    /**
     * Measures, step by step.
     *
     * @return the worst status of all steps
     * @throws ConfigurationException when nothing was measured
     */
    int measure(List<Step> steps) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Thread atEnd = new Thread(this::report);
        Runtime.getRuntime().addShutdownHook(atEnd);
        int status = 0;
        for (Step step : steps) {
            int ended = run(step);
            if (ended == INTERRUPTED) {
                return INTERRUPTED;
            }
            status = Math.max(status, ended);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // The interruption came with the end of the last step: the report is being made.
        }
        out.println("measured in " + TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began) + " minutes\n");
        out.flush();
        if (!Files.exists(results) || Files.size(results) == 0) {
            throw new ConfigurationException("nothing was measured");
        }
        return status;
    }

    /** Reports on what was measured, once, and says where it is. */
    synchronized int report() {
        if (!reported) {
            reported = true;
            if (!Files.exists(results)) {
                return 1;
            }
            try {
                reportStatus = run(new Step(false, 1, reportArguments));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 1;
            }
            out.println("results: " + results);
            out.flush();
        }
        return reportStatus;
    }

    private int run(Step step) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(step)).inheritIO();
        for (String variable : List.of("POCL_MAX_PTHREAD_COUNT", "OMP_NUM_THREADS", "MKL_NUM_THREADS")) {
            builder.environment().put(variable, Integer.toString(step.threads()));
        }
        return builder.start().waitFor();
    }

    /** The command line of a run. */
    List<String> command(Step step) {
        List<String> command = new ArrayList<>();
        if (step.sdk()) {
            Sdk sdk = start.sdk();
            Jdk jdk = sdk.choose(start.jdks());
            command.addAll(List.of(jdk.java().toString(), "@" + start.sdkArguments(sdk, jdk, Optional.empty())));
        } else {
            command.add(start.jdks().getFirst().java().toString());
        }
        command.add("-XX:ActiveProcessorCount=" + step.threads());
        command.addAll(start.common());
        command.addAll(List.of("-cp", start.classPath() + ":" + project.benchmarksJar().orElseThrow() + ":"
                + project.root().resolve("benchmarks/target/lib") + "/*", MAIN));
        command.addAll(step.arguments());
        return command;
    }
}
