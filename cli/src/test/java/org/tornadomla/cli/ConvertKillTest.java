package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.model.ModelFiles;

/**
 * A conversion that is killed at any moment leaves the file that was there, or the whole new one. {@code
 * -Dmla.kill.times=50} kills more often than the suite does.
 */
class ConvertKillTest {

    private static final int TIMES = Integer.getInteger("mla.kill.times", 2);
    private static final Path TINY = Path.of("models", "tiny-kjv");

    @TempDir
    private Path folder;

    @Test
    void killedConversions() throws Exception {
        byte[] old = "what was there before".getBytes();
        Path whole = folder.resolve("whole.gguf");
        long start = System.nanoTime();
        assertTrue(convert(whole, "q4_k").waitFor(120, TimeUnit.SECONDS));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        byte[] expected = Files.readAllBytes(whole);
        Path target = folder.resolve("target.gguf");
        Random random = new Random(1);
        int whileWriting = 0;
        for (int i = 0; i < TIMES; i++) {
            Files.write(target, old);
            Process process = convert(target, "q4_k");
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

    /** A folder is a model from the moment on at which all of it is there; until then the next run goes on. */
    @Test
    void killedConversionsToAFolder() throws Exception {
        Path whole = folder.resolve("whole");
        long start = System.nanoTime();
        assertTrue(convert(whole, "f32").waitFor(120, TimeUnit.SECONDS));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        Map<String, byte[]> expected = contents(whole);
        assertTrue(expected.containsKey("config.json"), Files.readString(folder.resolve("log.txt")));
        Path target = folder.resolve("target");
        Random random = new Random(2);
        int unfinished = 0;
        for (int i = 0; i < TIMES; i++) {
            Process process = convert(target, "f32");
            // Half of the kills come while weights are written, the others at any moment.
            if (i % 2 == 0) {
                awaitWeights(process, target, random.nextInt(expected.get("model.safetensors").length));
            } else {
                process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS);
            }
            process.destroyForcibly().waitFor();
            if (ModelFiles.isModel(target)) {
                same(expected, contents(target));
                Files.deleteIfExists(target.resolve("config.json"));
                Files.writeString(target.resolve("conversion.unfinished"), "");
            } else {
                unfinished++;
            }
        }
        assertTrue(unfinished > 0, "no kill of " + TIMES + " came before the end");
        assertTrue(convert(target, "f32").waitFor(120, TimeUnit.SECONDS));
        same(expected, contents(target));
    }

    private static void awaitWeights(Process process, Path target, long bytes)
            throws IOException, InterruptedException {
        while (process.isAlive()) {
            File[] files = target.toFile()
                    .listFiles(file -> file.getName().startsWith("model.") && file.length() >= bytes);
            if (files != null && files.length > 0) {
                return;
            }
            Thread.sleep(1);
        }
    }

    private static void same(Map<String, byte[]> expected, Map<String, byte[]> found) {
        found.remove("conversion.unfinished");
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
    }

    private static Map<String, byte[]> contents(Path folder) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
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

    private Process convert(Path target, String weights) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "convert", "--model",
                TINY.toString(), "--weights", weights, "--out", target.toString()));
        File log = folder.resolve("log.txt").toFile();
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    }
}
