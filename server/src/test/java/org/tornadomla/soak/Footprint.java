package org.tornadomla.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds.
 *
 * @param residentKib memory that is in use as the operating system counts it, in KiB
 * @param heapKib     objects on Java's heap behind a collection, in KiB
 * @param threads     Java's threads
 * @param files       open files
 */
record Footprint(long residentKib, long heapKib, int threads, long files) {

    static Footprint now() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:")).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).orElseThrow();
            return new Footprint(resident, (runtime.totalMemory() - runtime.freeMemory()) / 1024,
                    Thread.getAllStackTraces().size(), open.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return residentKib / 1024 + " MiB resident, " + heapKib / 1024 + " MiB of objects, " + threads + " threads, "
                + files + " files";
    }
}
