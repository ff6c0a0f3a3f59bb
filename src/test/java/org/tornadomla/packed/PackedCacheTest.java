package org.tornadomla.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** What is kept comes back bit for bit, or not at all. */
class PackedCacheTest {

    private static final Path MODEL = Path.of("some", "model");

    @TempDir
    private Path folder;

    /** Contents of a few sizes, one of them more than a checksum's piece. */
    static List<MemorySegment> contents(long seed) {
        Random random = new Random(seed);
        return Stream.of(1, 4096, 0, PackedHeader.PIECE + 5000, 70_000).map(bytes -> {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            return Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes)
                    .copyFrom(MemorySegment.ofArray(content));
        }).toList();
    }

    static List<Long> sizes(List<MemorySegment> contents) {
        return contents.stream().map(MemorySegment::byteSize).toList();
    }

    private PackedCache cache() {
        return new PackedCache(folder, 1L << 30, 0);
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.reduce((left, right) -> {
                throw new AssertionError(left + " and " + right);
            }).orElseThrow();
        }
    }

    private static void assertSame(List<MemorySegment> expected, Optional<List<MemorySegment>> found) {
        assertEquals(expected.size(), found.orElseThrow().size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).toArray(ValueLayout.JAVA_BYTE),
                    found.get().get(i).toArray(ValueLayout.JAVA_BYTE));
            assertEquals(0, found.get().get(i).address() % PackedHeader.PAGE, "devices share whole pages");
        }
    }

    @Test
    void whatIsKeptComesBack() {
        List<MemorySegment> contents = contents(1);
        assertTrue(cache().find(MODEL, "key", sizes(contents)).isEmpty());
        assertTrue(cache().keep(MODEL, "key", contents));
        assertSame(contents, cache().find(MODEL, "key", sizes(contents)));
        List<MemorySegment> others = contents(2);
        assertTrue(cache().keep(MODEL, "other key", others));
        assertSame(others, cache().find(MODEL, "other key", sizes(others)));
        assertTrue(cache().bytes() > PackedHeader.PIECE && cache().bytes() < 2L * PackedHeader.PIECE,
                "a model has one file");
    }

    @Test
    void whatWasMadeForSomethingElseIsTakenAway() throws IOException {
        List<MemorySegment> contents = contents(1);
        cache().keep(MODEL, "key", contents);
        assertTrue(Files.isRegularFile(onlyFile()));
        assertTrue(cache().find(MODEL, "changed", sizes(contents)).isEmpty());
        assertEquals(0, cache().bytes());
        cache().keep(MODEL, "key", contents);
        assertTrue(cache().find(MODEL, "key", List.of(1L)).isEmpty());
        assertEquals(0, cache().bytes());
    }

    @Test
    void whatIsDamagedIsTakenAway() throws IOException {
        List<MemorySegment> contents = contents(1);
        cache().keep(MODEL, "key", contents);
        Path file = onlyFile();
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = switch (i % 4) {
                case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
                case 1 -> Arrays.copyOf(whole, whole.length + 1 + random.nextInt(5000));
                // The header's end is zeros that nobody reads.
                case 2 -> flipped(whole, random.nextInt(8 + 32 + 4 + 5 * 8 + 4 + 2 * 4 + 4));
                default -> flipped(whole, 4096 + random.nextInt(whole.length - 4096));
            };
            Files.write(file, damaged);
            assertTrue(cache().find(MODEL, "key", sizes(contents)).isEmpty(), "damage " + i);
            assertFalse(Files.exists(file));
        }
        Files.write(file, whole);
        assertSame(contents, cache().find(MODEL, "key", sizes(contents)));
    }

    private static byte[] flipped(byte[] whole, int at) {
        byte[] damaged = whole.clone();
        damaged[at] ^= 0x10;
        return damaged;
    }

    @Test
    void theLimitIsKept() throws IOException {
        List<MemorySegment> contents = contents(1);
        PackedCache two = new PackedCache(folder, PackedHeader.PIECE * 5L / 2, 0);
        for (int model = 0; model < 3; model++) {
            Path path = Path.of("model " + model);
            assertTrue(two.keep(path, "key", contents));
            if (model == 1) {
                makeOld(Path.of("model 1"));
                assertTrue(two.find(Path.of("model 0"), "key", sizes(contents)).isPresent());
            }
        }
        assertTrue(two.find(Path.of("model 0"), "key", sizes(contents)).isPresent());
        assertTrue(two.find(Path.of("model 1"), "key", sizes(contents)).isEmpty());
        assertTrue(two.find(Path.of("model 2"), "key", sizes(contents)).isPresent());
        assertTrue(two.bytes() <= two.mostBytes());
        assertFalse(new PackedCache(folder, 1000, 0).keep(MODEL, "key", contents), "more than the limit");
        assertFalse(new PackedCache(folder, 1L << 30, 1L << 28).keep(MODEL, "key", contents), "less than is worth it");
        assertFalse(PackedCache.none().keep(MODEL, "key", contents));
        assertTrue(PackedCache.none().find(MODEL, "key", sizes(contents)).isEmpty());
    }

    /** It was used a day ago. */
    private void makeOld(Path model) throws IOException {
        String name = Digests.of(model.toAbsolutePath().normalize().toString()).substring(0, 32) + ".packed";
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(Instant.now().minus(1, ChronoUnit.DAYS)));
    }

    /** Whoever lives holds a lock on what it writes; numbers of processes are given again, and to other containers. */
    @Test
    void whatAKilledWriterLeftIsRemoved() throws IOException {
        Path left = Files.createFile(folder.resolve("abc.packed.0123abcd-0123-0123-0123-0123456789ab.partial"));
        List<MemorySegment> contents = contents(1);
        try (PackedBuild running = cache().build(Path.of("other"), "key", sizes(contents))) {
            cache().keep(MODEL, "key", contents);
            assertFalse(Files.exists(left));
            running.finish();
        }
        assertTrue(cache().find(Path.of("other"), "key", sizes(contents)).isPresent());
    }

    @Test
    void whatIsNotFinishedIsTakenAway() throws IOException {
        List<MemorySegment> contents = contents(1);
        try (PackedBuild _ = cache().build(MODEL, "key", sizes(contents))) {
            assertTrue(onlyFile().toString().endsWith(".partial"));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void aFolderThatCannotBeWrittenKeepsNothing() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertFalse(new PackedCache(file.resolve("below"), 1L << 30, 0).keep(MODEL, "key", contents(1)));
    }

    /** A file stands where its folder would be: nothing is kept, and who needs a file is told why there is none. */
    @Test
    void aFolderThatCannotBeMadeKeepsNothing() throws IOException {
        PackedCache blocked = new PackedCache(Files.writeString(folder.resolve("file"), "mine"), 1L << 30, 0);
        assertFalse(blocked.keep(MODEL, "key", contents(1)));
        assertEquals(0, blocked.bytes());
        String message = assertThrows(UncheckedIOException.class, () -> blocked.build(MODEL, "key", List.of(5L)))
                .getMessage();
        assertTrue(message.startsWith("cannot write to " + folder.resolve("file") + ": "), message);
        assertEquals("mine", Files.readString(folder.resolve("file")));
    }

    @Test
    void whatIsLargerThanAllowedIsNotBuilt() {
        PackedCache small = new PackedCache(folder, 1000, 0);
        String message = assertThrows(ConfigurationException.class,
                () -> small.build(MODEL, "key", List.of(600L, 401L))).getMessage();
        assertEquals("weights that are mapped take 1001 bytes in " + folder
                + ", allowed are 1000; allow 1 GiB or more (--keep-packed)", message);
        assertFalse(small.keep(MODEL, "key", contents(1)));
        assertFalse(PackedCache.none().keep(MODEL, "key", contents(1)));
    }
}
