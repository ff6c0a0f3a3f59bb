package org.tornadomla.bundled.opencl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What can be computed again, in files of a folder, one a key. A file begins with two checksums of its content, so that
 * a damaged one is taken for absent. Those that were not used for the longest time go when all take too much. Failing
 * to keep something costs time, never an error.
 */
final class KeptFiles {

    private static final int HEAD_BYTES = 2 * Integer.BYTES;
    /** To count the files takes longer than to write one, so it is not done for each. */
    private static final int STORES_BETWEEN_COUNTS = 64;
    /** Times of use are noted once a day: that costs a write to the disk, and order is all that is asked for. */
    private static final long NOTED_EVERY = 24L * 60 * 60 * 1000;

    private final Path directory;
    private final String ending;
    private final long mostBytes;
    private int stores;

    /**
     * @param directory the folder, made when first needed; null keeps nothing
     * @param ending    of the names of the files, which begin with their keys
     * @param mostBytes of all files together
     */
    KeptFiles(Path directory, String ending, long mostBytes) {
        this.directory = directory;
        this.ending = ending;
        this.mostBytes = mostBytes;
    }

    /** Whether anything is kept at all. */
    boolean isKept() {
        return directory != null;
    }

    /** What is kept under a key, or null. */
    byte[] load(String key) {
        if (directory == null) {
            return null;
        }
        try {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path(key)));
            if (file.remaining() <= HEAD_BYTES || file.getLong() != checksum(file.array(), HEAD_BYTES)) {
                return null;
            }
            noteUse(path(key));
            byte[] content = new byte[file.remaining()];
            file.get(content);
            return content;
        } catch (IOException absent) {
            return null;
        }
    }

    private static void noteUse(Path path) {
        long now = System.currentTimeMillis();
        if (now - path.toFile().lastModified() > NOTED_EVERY && !path.toFile().setLastModified(now)) {
            // It counts as used when it was written.
            return;
        }
    }

    /** Keeps something: written beside its place and renamed, so that no reader sees a part of it. */
    void store(String key, byte[] content) {
        if (directory == null || HEAD_BYTES + (long) content.length > mostBytes) {
            return;
        }
        Path beside = null;
        try {
            Files.createDirectories(directory);
            makeRoom();
            beside = Files.createTempFile(directory, "kept", ".part");
            ByteBuffer file = ByteBuffer.allocate(HEAD_BYTES + content.length);
            file.position(HEAD_BYTES).put(content).putLong(0, checksum(file.array(), HEAD_BYTES));
            Files.write(beside, file.array());
            Files.move(beside, path(key), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException full) {
            delete(beside);
        }
    }

    /** Takes the oldest files away until an eighth of the room is free, so that not each store has to. */
    private synchronized void makeRoom() throws IOException {
        if (stores++ % STORES_BETWEEN_COUNTS != 0) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.toString().endsWith(ending)).toList();
        }
        long bytes = files.stream().mapToLong(file -> file.toFile().length()).sum();
        if (bytes <= mostBytes) {
            return;
        }
        List<Path> oldest = files.stream().sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
                .toList();
        for (Path file : oldest) {
            if (bytes > mostBytes - mostBytes / 8) {
                bytes -= file.toFile().length();
                delete(file);
            }
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            // A file that nobody reads stays behind.
        }
    }

    private Path path(String key) {
        return directory.resolve(key + ending);
    }

    /**
     * Two checksums that the JVM's interpreter computes as fast as its compilers, which a start has not heard of yet.
     */
    private static long checksum(byte[] file, int from) {
        CRC32 first = new CRC32();
        first.update(file, from, file.length - from);
        CRC32C second = new CRC32C();
        second.update(file, from, file.length - from);
        return first.getValue() << Integer.SIZE | second.getValue();
    }
}
