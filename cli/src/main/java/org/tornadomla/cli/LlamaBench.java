package org.tornadomla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.gguf.GgufModel;

/**
 * llama.cpp's {@code llama-bench} on the same file, for a comparison.
 *
 * @param program the program
 * @param model   a GGUF file
 * @param threads it may use
 * @param seconds that a run may take
 */
record LlamaBench(Path program, Path model, int threads, long seconds) {

    private static final long HOUR = TimeUnit.HOURS.toSeconds(1);

    /** The program of the user's path; empty where there is none, or the model is no GGUF file. */
    static Optional<LlamaBench> onPath(Path model, int threads) {
        return GgufModel.isGguf(model)
                ? find(System.getenv().getOrDefault("PATH", ""), model, threads)
                : Optional.empty();
    }

    static Optional<LlamaBench> find(String path, Path model, int threads) {
        return Pattern.compile(Pattern.quote(File.pathSeparator)).splitAsStream(path)
                .filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, "llama-bench"))
                .filter(Files::isExecutable).findFirst().map(program -> new LlamaBench(program, model, threads, HOUR));
    }

    /**
     * Runs each test once.
     *
     * @return tokens a second by test
     * @throws ConfigurationException when the program fails, takes too long or says nothing of a test
     */
    Map<ModelBench.Test, Double> run(List<ModelBench.Test> tests) throws IOException, InterruptedException {
        Map<ModelBench.Test, Double> speeds = new HashMap<>();
        for (ModelBench.Test test : tests) {
            speeds.put(test, run(test));
        }
        return speeds;
    }

    private double run(ModelBench.Test test) throws IOException, InterruptedException {
        List<String> command = List.of(program.toString(), "-m", model.toString(), "-t", "" + threads, "-p",
                "" + (test.prompt() ? test.count() : 0), "-n", "" + (test.prompt() ? 0 : test.count()), "-d",
                "" + test.depth(), "-r", "1", "-o", "jsonl");
        Path answer = Files.createTempFile("llama-bench", ".jsonl");
        try {
            Process process = new ProcessBuilder(command).redirectOutput(answer.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(test, "takes more than " + seconds + " s");
            }
            if (process.exitValue() != 0) {
                throw failed(test, "ends with status " + process.exitValue());
            }
            String line = Files.readString(answer).lines().filter(text -> text.startsWith("{")).findFirst()
                    .orElseThrow(() -> failed(test, "writes no result"));
            JsonNode speed = new ObjectMapper().readTree(line).path("avg_ts");
            if (!speed.isNumber()) {
                throw failed(test, "writes no avg_ts");
            }
            return speed.asDouble();
        } finally {
            Files.deleteIfExists(answer);
        }
    }

    private ConfigurationException failed(ModelBench.Test test, String what) {
        return new ConfigurationException(
                program + " " + what + " on test " + test + "; take it off the path to measure without it");
    }
}
