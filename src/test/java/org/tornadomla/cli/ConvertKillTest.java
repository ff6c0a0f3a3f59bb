package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A conversion that is killed at any moment leaves the file that was there, or the whole new one. {@code
 * -Dmla.kill.times=50} kills more often than the suite does.
 */
class ConvertKillTest {

    private static final int TIMES = Integer.getInteger("mla.kill.times", 4);
    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    @Test
    void killedConversions() throws Exception {
        byte[] old = "what was there before".getBytes();
        Path whole = folder.resolve("whole.gguf");
        long start = System.nanoTime();
        assertTrue(convert(whole).waitFor(120, TimeUnit.SECONDS));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        byte[] expected = Files.readAllBytes(whole);
        Path target = folder.resolve("target.gguf");
        Random random = new Random(1);
        int whileWriting = 0;
        for (int i = 0; i < TIMES; i++) {
            Files.write(target, old);
            Process process = convert(target);
            // Half of the kills come as soon as there is something to damage, the others at any moment.
            if (i % 2 == 0) {
                awaitBytes(process, random.nextInt(expected.length));
            } else {
                process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS);
            }
            process.destroyForcibly().waitFor();
            whileWriting += partial().isEmpty() ? 0 : 1;
            // What earlier kills left, this run took away.
            assertTrue(partial().size() <= 1, partial()::toString);
            byte[] found = Files.readAllBytes(target);
            assertArrayEquals(found.length == old.length ? old : expected, found);
        }
        assertTrue(whileWriting > 0, "no kill of " + TIMES + " came while the file was written");
    }

    /** Files that are not whole. */
    private List<Path> partial() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".partial")).toList();
        }
    }

    private void awaitBytes(Process process, long bytes) throws IOException, InterruptedException {
        while (process.isAlive() && partial().stream().noneMatch(file -> file.toFile().length() >= bytes)) {
            Thread.sleep(1);
        }
    }

    private Process convert(Path target) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "convert", "--model",
                TINY.toString(), "--weights", "q4_k", "--out", target.toString()));
        File log = folder.resolve("log.txt").toFile();
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    }
}
