package org.tornadomla.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Steps of training in a PyTorch of its own, in a process that waits while others are measured. */
final class TorchSteps implements AutoCloseable {

    private static final Path SCRIPT = Path.of("benchmarks", "training", "steps.py");

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;
    private final String version;

    /**
     * Starts it.
     *
     * @param python    a Python with torch
     * @param arguments of steps.py
     */
    TorchSteps(String python, String... arguments) {
        List<String> command = new ArrayList<>(List.of(python, SCRIPT.toString()));
        command.addAll(List.of(arguments));
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new UncheckedIOException(python + " cannot be started; name a Python with torch", e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        version = answer();
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("PyTorch has ended; what it said stands above");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PyTorch's version. */
    String version() {
        return version;
    }

    /** Seconds of some steps. */
    double run(int steps) {
        questions.println(steps);
        return Double.parseDouble(answer());
    }

    /** Lengths of results and gradients. */
    double[] check() {
        questions.println("check");
        return List.of(answer().split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
