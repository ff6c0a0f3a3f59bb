package org.tornadomla.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it keeps packed weights leaves whole ones or none. {@code -Dmla.kill.times=50} kills
 * more often than the suite does.
 */
class PackedKillTest {

    private static final int TIMES = Integer.getInteger("mla.kill.times", 4);
    private static final Path MODEL = Path.of("model");
    /** Weights that are kept in turns, each under a key of its own. */
    private static final int KINDS = 2;

    @TempDir
    private Path folder;

    @Test
    void killedWriters() throws Exception {
        List<List<MemorySegment>> kinds = Stream.of(0, 1).map(PackedCacheTest::contents).toList();
        Random random = new Random(1);
        int whileWriting = 0;
        for (int i = 0; i < TIMES; i++) {
            Set<Path> before = partials();
            Process writer = start();
            awaitPartial(writer, before);
            writer.waitFor(random.nextLong(200), TimeUnit.MILLISECONDS);
            writer.destroyForcibly().waitFor();
            whileWriting += partials().isEmpty() ? 0 : 1;
            check(kinds, i % KINDS);
        }
        assertTrue(whileWriting > 0, "no kill of " + TIMES + " came while the file was written");
    }

    private void check(List<List<MemorySegment>> kinds, int kind) throws IOException {
        List<MemorySegment> expected = kinds.get(kind);
        Optional<List<MemorySegment>> found = cache(folder).find(MODEL, "key " + kind, PackedCacheTest.sizes(expected));
        for (int array = 0; found.isPresent() && array < expected.size(); array++) {
            assertArrayEquals(expected.get(array).toArray(ValueLayout.JAVA_BYTE),
                    found.get().get(array).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static PackedCache cache(Path folder) {
        return new PackedCache(folder, 1L << 30, 0);
    }

    private Set<Path> partials() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".partial")).collect(Collectors.toSet());
        }
    }

    /** Waits until a process writes; what the one before left has another name. */
    private void awaitPartial(Process process, Set<Path> before) throws IOException, InterruptedException {
        while (process.isAlive()) {
            if (!before.containsAll(partials())) {
                return;
            }
            Thread.sleep(1);
        }
        throw new AssertionError("the writer ended by itself: " + Files.readString(folder.resolve("log.txt")));
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Writer.class.getName(), folder.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log.txt").toFile())
                .start();
    }

    /** Keeps the kinds in turns until it is killed. */
    static final class Writer {

        private Writer() {
        }

        /** The argument is the folder. */
        public static void main(String[] arguments) {
            List<List<MemorySegment>> kinds = Stream.of(0, 1).map(PackedCacheTest::contents).toList();
            for (int i = 0;; i++) {
                if (!cache(Path.of(arguments[0])).keep(MODEL, "key " + i % KINDS, kinds.get(i % KINDS))) {
                    throw new IllegalStateException("not kept");
                }
            }
        }
    }
}
