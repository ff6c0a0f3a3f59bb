package org.tornadomla.packed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.UserCache;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.files.WholeFile;

/**
 * Where the packed weights of models are kept between runs: a file a model, which the next run maps.
 *
 * <p>A file is written beside its place and moved there when it is whole, is checked by checksums before it is used,
 * and is taken away when anything that it depends on changed: the model's files, the number format, the device, this
 * library. Two processes may use a folder at once.
 *
 * @param folder     holds the files; need not exist
 * @param mostBytes  of all files together: those that were not used for the longest time go; 0 keeps nothing
 * @param leastBytes weights that take less are packed each time
 */
@PublicApi
public record PackedCache(Path folder, long mostBytes, long leastBytes) {

    private static final String ENDING = ".packed";
    /** What is left on the disk for others. */
    private static final long SPARE = 1L << 30;
    private static final long GIBIBYTE = 1L << 30;
    private static final long LEAST = 64L << 20;

    /** Keeps nothing, and takes nothing that was kept. */
    public static PackedCache none() {
        return new PackedCache(Path.of(""), 0, 0);
    }

    /** The user's own, for models of 64 MiB and more. */
    public static PackedCache ofUser(int gibibytes) {
        return new PackedCache(UserCache.folder().resolve("packed"), gibibytes * GIBIBYTE, LEAST);
    }

    /** The file of a model. */
    private Path file(Path model) {
        return folder.resolve(Digests.of(model.toAbsolutePath().normalize().toString()).substring(0, 32) + ENDING);
    }

    private boolean isOff(List<Long> arrays) {
        long bytes = arrays.stream().mapToLong(Long::longValue).sum();
        return mostBytes == 0 || bytes < leastBytes || bytes > mostBytes;
    }

    /**
     * The packed weights of a model.
     *
     * @param model  its file or folder
     * @param key    names all that the arrays depend on
     * @param arrays bytes of each
     * @return contents, in their order; empty when they are not kept
     */
    public Optional<List<MemorySegment>> find(Path model, String key, List<Long> arrays) {
        Path file = file(model);
        if (isOff(arrays) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Optional<List<MemorySegment>> found = PackedFile.open(file, Digests.of(key)).map(PackedFile::arrays)
                    .filter(kept -> kept.stream().map(MemorySegment::byteSize).toList().equals(arrays));
            if (found.isPresent()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            } else {
                Files.deleteIfExists(file);
            }
            return found;
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Keeps the packed weights of a model, if there is room.
     *
     * @param model  its file or folder
     * @param key    names all that the arrays depend on
     * @param arrays contents; stay as they are until this returns
     * @return whether they are kept
     */
    public boolean keep(Path model, String key, List<MemorySegment> arrays) {
        List<Long> sizes = arrays.stream().map(MemorySegment::byteSize).toList();
        if (isOff(sizes)) {
            return false;
        }
        try {
            Files.createDirectories(folder);
            Path file = file(model);
            // Before the room is counted that they take.
            WholeFile.removeLeftovers(file);
            long bytes = sizes.stream().mapToLong(Long::longValue).sum();
            makeRoom(file, bytes);
            if (Files.getFileStore(folder).getUsableSpace() < bytes + SPARE) {
                return false;
            }
            PackedFile.write(file, Digests.of(key), arrays);
            return true;
        } catch (IOException | UncheckedIOException unwritable) {
            // The weights are packed again next time.
            return false;
        }
    }

    /**
     * Begins to keep the packed weights of a model where they are then filled, in place of memory.
     *
     * @param model  its file or folder
     * @param key    names all that the arrays depend on
     * @param arrays bytes of each
     * @throws ConfigurationException when the limit or the disk has no room for them
     * @throws UncheckedIOException   when the folder cannot be written
     * @hidden
     */
    @Internal
    public PackedBuild build(Path model, String key, List<Long> arrays) {
        long bytes = arrays.stream().mapToLong(Long::longValue).sum();
        if (bytes > mostBytes) {
            throw new ConfigurationException(
                    "weights that are mapped take " + bytes + " bytes in " + folder + ", allowed are " + mostBytes
                            + "; allow " + Math.ceilDiv(bytes, GIBIBYTE) + " GiB or more (--keep-packed)");
        }
        try {
            Files.createDirectories(folder);
            WholeFile.removeLeftovers(file(model));
            makeRoom(file(model), bytes);
            long usable = Files.getFileStore(folder).getUsableSpace();
            if (usable < bytes + SPARE) {
                throw new ConfigurationException("weights that are mapped take " + bytes + " bytes in " + folder
                        + ", and its disk has " + usable + " (" + SPARE + " are left for others)");
            }
            return PackedBuild.begin(file(model), Digests.of(key),
                    arrays.stream().mapToLong(Long::longValue).toArray());
        } catch (IOException | UncheckedIOException unwritable) {
            throw new UncheckedIOException("cannot write to " + folder + ": " + unwritable.getMessage(),
                    cause(unwritable));
        }
    }

    /** Bytes of all files. */
    public long bytes() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING)).mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException none) {
            return 0;
        }
    }

    /** A folder that cannot be listed to its end says so in an unchecked exception. */
    private static IOException cause(Exception failure) {
        return failure instanceof UncheckedIOException listing
                ? Objects.requireNonNull(listing.getCause())
                : (IOException) failure;
    }

    /** Takes away the file in whose place another comes, and those that were not used for the longest time. */
    private void makeRoom(Path own, long bytes) throws IOException {
        Files.deleteIfExists(own);
        List<Path> oldest = files(ENDING).stream()
                .sorted(Comparator.comparingLong(file -> file.toFile().lastModified())).toList();
        long all = bytes() + bytes;
        for (Path file : oldest) {
            if (all > mostBytes) {
                all -= file.toFile().length();
                Files.deleteIfExists(file);
            }
        }
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
