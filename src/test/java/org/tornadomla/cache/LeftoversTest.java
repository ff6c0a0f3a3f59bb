package org.tornadomla.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issue 12, point 11: what killed snapshots leave is taken away, and nothing else. */
@Timeout(300)
class LeftoversTest {

    private static final CacheConfig CONFIG = CacheConfig.builder(1, new RowLayout(4, 2)).pages(1).build();

    @TempDir
    private Path folder;

    /** Stops in the middle of a snapshot until somebody kills it. */
    static final class Stuck {

        private Stuck() {
        }

        /** @param arguments the file to write */
        public static void main(String[] arguments) {
            new SnapshotWriter(SnapshotHeader.of(CONFIG, 2), (layer, position, payload) -> {
                System.out.println("writing");
                System.out.flush();
                try {
                    Thread.sleep(600_000);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }).write(Path.of(arguments[0]));
        }
    }

    private Process stuck(String name) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Stuck.class.getName(), folder.resolve(name).toString())
                .redirectError(Redirect.to(new File("/dev/null"))).start();
        assertEquals("writing", process.inputReader().readLine());
        return process;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void snapshot(String name) {
        try (LatentCache cache = new LatentCache(CONFIG)) {
            cache.snapshot(cache.open(), folder.resolve(name));
        }
    }

    @Test
    void point11OnlyLeftoversOfDeadProcessesAreTakenAway() throws Exception {
        Files.writeString(folder.resolve("a.partial"), "somebody else's");
        Files.writeString(folder.resolve("b.not-an-id.partial"), "somebody else's");
        Process alive = stuck("alive");
        try {
            stuck("dead").destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            assertEquals(2, files().stream().filter(name -> name.matches("(dead|alive)[.].*[.]partial")).count(),
                    files()::toString);
            snapshot("mine");
            assertEquals(0, files().stream().filter(name -> name.startsWith("dead.")).count(), files()::toString);
            assertEquals(1, files().stream().filter(name -> name.startsWith("alive.")).count(), files()::toString);
        } finally {
            alive.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        try (LatentCache cache = new LatentCache(CONFIG)) {
            cache.restore(folder.resolve("mine"));
        }
        assertEquals(List.of("a.partial", "b.not-an-id.partial", "mine"), files(), "restoring looks too");
    }

    /** A writer of this process is alive, though the lock of a process does not keep its own threads out. */
    @Test
    void snapshotsOfThisProcessAreLeftAlone() throws Exception {
        Path slow = folder.resolve("slow");
        new SnapshotWriter(SnapshotHeader.of(CONFIG, 1), (layer, position, payload) -> {
            snapshot("quick");
            snapshot("quick");
        }).write(slow);
        assertEquals(List.of("quick", "slow"), files());
        assertTrue(Files.size(slow) > Files.size(folder.resolve("quick")));
    }
}
