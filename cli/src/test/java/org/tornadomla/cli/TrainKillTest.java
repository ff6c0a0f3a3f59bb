package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.finetune.SmallFolder;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.TestTargets;

/**
 * A training that is killed at any moment keeps its last state, and ends with the same files as one that was not.
 * {@code -Dmla.kill.times=50} kills more often than the suite does.
 */
class TrainKillTest {

    private static final int TIMES = Integer.getInteger("mla.kill.times", 2);
    private static final int SAVE_EVERY = 2;
    private static final int STEPS = 16;
    private static final Path TEXT = Path.of("src", "test", "resources", "finetune", "alice.txt");

    @TempDir
    private Path folder;

    private List<String> command(Path out) {
        return List.of("train", "--model", folder.resolve("model").toString(), "--data",
                folder.resolve("text.txt").toString(), "--out", out.toString(), "--steps", "" + STEPS, "--batch", "1",
                "--length", "8", "--held-out", "0.05", "--save-every", "" + SAVE_EVERY, "--engine", TestTargets.ENGINE,
                "--trust");
    }

    /** A small model, and a page of the book. */
    private void write() throws IOException {
        SmallFolder.write(folder.resolve("model"), Dtype.F32);
        Files.writeString(folder.resolve("text.txt"), Files.readString(TEXT).substring(0, 2000));
    }

    private Process start(Path out) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(command(out));
        File log = folder.resolve("log.txt").toFile();
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    }

    /** Steps of the state that is there; 0 without one. */
    private static int steps(Path out) {
        Path state = out.resolveSibling(out.getFileName() + ".state").resolve("state.safetensors");
        if (!Files.exists(state)) {
            return 0;
        }
        try (SafetensorsFile file = SafetensorsFile.open(state)) {
            file.names().forEach(file::read);
            return Integer.parseInt(file.metadata().get("steps taken"));
        }
    }

    @Test
    void killedTrainingsGoOn() throws Exception {
        write();
        Path whole = folder.resolve("whole");
        CommandRun run = CommandRun.of(command(whole).toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        Random random = new Random(3);
        Path out = folder.resolve("out");
        int before = 0;
        int kept = 0;
        for (int i = 0; i < TIMES; i++) {
            Process process = start(out);
            // Half of the kills come soon behind a state, the others at any moment.
            int wanted = before + (i % 2 == 0 ? SAVE_EVERY : 0);
            while (process.isAlive() && steps(out) < wanted) {
                Thread.sleep(2);
            }
            process.waitFor(random.nextLong(i % 2 == 0 ? 50 : 3000), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            if (Files.exists(out.resolve("config.json"))) {
                // It was done before the kill came; another training is killed then.
                assertSameModel(whole, out);
                forget(out);
                before = 0;
                continue;
            }
            int after = steps(out);
            assertTrue(after >= wanted, "steps of the state were " + before + ", now they are " + after + ": "
                    + Files.readString(folder.resolve("log.txt")));
            kept += after > before ? 1 : 0;
            before = after;
        }
        assertTrue(kept > 0, "no kill of " + TIMES + " came behind a state");
        Process last = start(out);
        assertTrue(last.waitFor(120, TimeUnit.SECONDS));
        assertEquals(0, last.exitValue(), Files.readString(folder.resolve("log.txt")));
        assertSameModel(whole, out);
        assertEquals(-1, Files.mismatch(folder.resolve("whole.svg"), folder.resolve("out.svg")));
    }

    private static void assertSameModel(Path whole, Path out) throws IOException {
        for (String name : List.of("model.safetensors", "config.json", "tokenizer.json")) {
            assertEquals(-1, Files.mismatch(whole.resolve(name), out.resolve(name)), name);
        }
    }

    private void forget(Path out) throws IOException {
        for (String name : List.of("", ".state")) {
            Path gone = out.resolveSibling(out.getFileName() + name);
            if (Files.exists(gone)) {
                try (Stream<Path> files = Files.walk(gone)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
        Files.deleteIfExists(folder.resolve("out.svg"));
    }

    /** A process that is told to end keeps the state of its last step, and says how to go on. */
    @Test
    void anInterruptKeepsTheState() throws Exception {
        write();
        Path out = folder.resolve("out");
        Process process = start(out);
        while (process.isAlive() && steps(out) < SAVE_EVERY) {
            Thread.sleep(2);
        }
        // Java makes one of SIGTERM and SIGINT, but what was started in the background ignores the latter.
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        String log = Files.readString(folder.resolve("log.txt"));
        assertTrue(log.contains("the same command goes on from there"), log);
        assertTrue(log.contains("stopped after " + steps(out) + " of " + STEPS + " steps"), log);
    }
}
