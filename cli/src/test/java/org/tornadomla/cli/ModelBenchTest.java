package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.testing.TestTargets;

/** The commands that measure a whole model. Times are only looked at for being some. */
class ModelBenchTest {

    private static final String TINY = "models/tiny-kjv";
    private static final Path Q8 = Path.of("src/test/resources/goldens/gguf/tiny-kjv-Q8_0.gguf");

    @TempDir
    private Path folder;

    @Test
    void aLineOfJsonATest() throws IOException {
        CommandRun run = CommandRun.of("bench", "--model", TINY, "--engine", TestTargets.ENGINE, "-p", "8,0", "-n", "3",
                "-d", "0,5", "-r", "2", "-o", "jsonl", "--weights", "f32");
        assertEquals(0, run.status(), run.err());
        List<String> lines = run.out().lines().toList();
        assertEquals(4, lines.size(), run.out());
        JsonNode last = new ObjectMapper().readTree(lines.getLast());
        assertEquals(3, last.path("n_gen").asInt());
        assertEquals(0, last.path("n_prompt").asInt());
        assertEquals(5, last.path("n_depth").asInt());
        assertEquals("f32", last.path("weights").asText());
        assertEquals(2, last.path("samples_ts").size());
        double mean = (last.path("samples_ts").get(0).asDouble() + last.path("samples_ts").get(1).asDouble()) / 2;
        assertTrue(mean > 0);
        assertEquals(mean, last.path("avg_ts").asDouble(), 1e-9 * mean);
        assertTrue(last.path("first_token_s").asDouble() > 0);
        assertTrue(last.path("ratio").isMissingNode());
    }

    @Test
    void aTestThatIsLongerThanTheModelAllowsIsRefusedBeforeLoading() {
        CommandRun run = CommandRun.of("bench", "--model", TINY, "--engine", TestTargets.ENGINE, "-p", "0", "-n", "32",
                "-d", "0,1000");
        assertEquals(2, run.status(), run.err());
        assertTrue(run.err().contains("test tg32 @ d1000 takes 1032 tokens, this model has 1024 positions;"
                + " ask for less with -d, -p or -n"), run.err());
        assertFalse(run.err().contains("loading"), run.err());
    }

    @Test
    void aTableInLlamaBenchsWords() {
        CommandRun run = CommandRun.of("bench", "--model=" + TINY, "--engine", TestTargets.ENGINE, "-p", "8", "-n", "0",
                "-d", "4", "-r", "1", "--weights", "f32");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("pp8 @ d4"), run.out());
        assertTrue(run.out().contains("tiny-kjv"), run.out());
        assertFalse(run.out().contains("tg"), run.out());
        assertTrue(run.out().contains("first token after"), run.out());
    }

    @Test
    void clientsAreMeasuredTogether() throws IOException {
        CommandRun run = CommandRun.of("bench", "--model", TINY, "--clients", "1,3", "--engine", TestTargets.ENGINE,
                "-p", "5", "-n", "3", "-r", "1", "--shared", "70", "--weights", "f32");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("prompts of 5 tokens and answers of 3"), run.out());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(lines.size() - 2).strip().matches("3( +\\S+)+"), run.out());
        assertTrue(lines.getLast().startsWith("first token of a turn of 70 tokens after"), run.out());
        Files.copy(Path.of(TINY, "config.json"), folder.resolve("config.json"));
        CommandRun random = CommandRun.of("bench", "--model", folder.toString(), "--random-weights", "--clients=2",
                "--engine", TestTargets.ENGINE, "-p", "2", "-n", "2", "-r", "1");
        assertEquals(0, random.status(), random.err());
        assertEquals(2, CommandRun.of("bench", "--model", TINY, "--clients", "0").status());
    }

    @Test
    void perplexityIsPrintedAsLlamaCppPrintsIt() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"),
                "And the LORD spake unto Moses, saying, Speak unto the children of Israel. ".repeat(3));
        CommandRun run = CommandRun.of("bench", "--perplexity", text.toString(), "--model", TINY, "--engine",
                TestTargets.ENGINE, "--ctx-size", "16", "--weights", "f32");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().strip().matches(
                "\\[1\\]\\d+\\.\\d{4},\\[2\\](.|\\R)*Final estimate: PPL = \\d+\\.\\d{4} " + "\\+/- \\d+\\.\\d{5}"),
                run.out());
    }

    @Test
    void whatCannotBeMeasuredIsRefused() throws IOException {
        refused("nothing to measure", "--model", TINY, "-p", "0", "-n", "0");
        refused("negative", "--model", TINY, "-p", "-3");
        refused("--repetitions is 0", "--model", TINY, "-r", "0");
        refused("no model in", "--model", folder.toString());
        Path text = Files.writeString(folder.resolve("short.txt"), "And it came to pass");
        refused("at least two of them", "--model", TINY, "--engine", TestTargets.ENGINE, "--weights", "f32",
                "--perplexity", text.toString());
    }

    private static void refused(String why, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "bench";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        CommandRun run = CommandRun.of(all);
        assertTrue(run.status() != 0 && run.err().contains(why), run.err());
    }

    private LlamaBench program(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("llama-bench"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new LlamaBench(LlamaBench.find("/nowhere:" + folder, Q8, 2).orElseThrow().program(), Q8, 2, 20);
    }

    /** A program that answers as llama-bench does: with the numbers that it was given. */
    @Test
    void llamaBenchIsAskedForTheSameTests() throws IOException, InterruptedException {
        LlamaBench bench = program("echo noise\necho \"{\\\"avg_ts\\\": 1$4$6$8.5, \\\"model\\\": \\\"$2\\\"}\"\n");
        ModelBench.Test prompt = new ModelBench.Test(true, 64, 0);
        ModelBench.Test answer = new ModelBench.Test(false, 8, 16);
        assertEquals(Map.of(prompt, 12640.5, answer, 1208.5), bench.run(List.of(prompt, answer)));
        assertTrue(LlamaBench.onPath(Path.of(TINY), 1).isEmpty(), "it reads no folders");
    }

    @Test
    void aLlamaBenchThatFailsIsNamed() throws IOException {
        List<ModelBench.Test> tests = List.of(new ModelBench.Test(true, 4, 0));
        LlamaBench failing = program("exit 3\n");
        assertTrue(assertThrows(ConfigurationException.class, () -> failing.run(tests)).getMessage()
                .contains("ends with status 3 on test pp4"));
        LlamaBench silent = program("true\n");
        assertTrue(assertThrows(ConfigurationException.class, () -> silent.run(tests)).getMessage()
                .contains("writes no result"));
        LlamaBench slow = new LlamaBench(program("exec sleep 60\n").program(), Q8, 1, 1);
        assertTrue(assertThrows(ConfigurationException.class, () -> slow.run(tests)).getMessage()
                .contains("takes more than 1 s"));
    }

    @Test
    void ratiosAreOfNeighbours() {
        ModelBench.Row row = new ModelBench.Row(new ModelBench.Test(true, 1, 0), new double[]{10, 30, 8},
                new double[]{5, 10, 8});
        assertEquals(2, row.ratio());
        assertEquals(16, ModelBench.Row.mean(row.ours()));
        assertEquals(Math.sqrt((36 + 196 + 64) / 2.0), ModelBench.Row.deviation(row.ours()), 1e-12);
    }
}
