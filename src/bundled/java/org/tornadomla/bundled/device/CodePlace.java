package org.tornadomla.bundled.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The jar or the folder that classes came from, and what is in it. What was computed by some code may be kept as long
 * as the code is the same.
 */
public final class CodePlace {

    private static final String CLASS = ".class";
    private static final CodePlace LIBRARY = new CodePlace(path(CodePlace.class));

    private final Optional<Path> path;
    private long content;

    private CodePlace(Optional<Path> path) {
        this.path = path;
    }

    /** The place of the library and its runtime. */
    public static CodePlace library() {
        return LIBRARY;
    }

    /**
     * The jar or the folder of a class; empty for one that was made while the program runs, or is in a jar in a jar.
     */
    public static Optional<Path> path(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        try {
            return location == null || !location.getProtocol().equals("file")
                    ? Optional.empty()
                    : Optional.of(Path.of(location.toURI()));
        } catch (URISyntaxException e) {
            // A loader made the address without replacing what may not be in one, such as a blank.
            return Optional.empty();
        }
    }

    /** Whether a class came from here. */
    public boolean holds(Class<?> type) {
        return path.isPresent() && path(type).equals(path);
    }

    /**
     * A number that changes with the classes. Of a jar it is made of their checksums: a jar that was built again from
     * the same sources is another file with the same classes. Of a folder, in which somebody is at work, it is made of
     * sizes and times of change. Where the place is no file, it is a number of this process alone, for which nothing
     * that was kept is found.
     */
    public synchronized long content() {
        if (content == 0) {
            content = path.isPresent() ? of(path.get()) : ThreadLocalRandom.current().nextLong();
        }
        return content;
    }

    /** The same for any jar or folder. */
    public static long of(Path place) {
        try {
            return Files.isDirectory(place) ? ofFolder(place) : ofJar(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long ofJar(Path jar) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream().filter(entry -> entry.getName().endsWith(CLASS)).mapToLong(CodePlace::of).sum();
        }
    }

    private static long of(ZipEntry entry) {
        return mix(entry.getName().hashCode(), entry.getSize(), entry.getCrc());
    }

    private static long ofFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(CLASS))
                    .mapToLong(file -> mix(folder.relativize(file).toString().hashCode(), file.toFile().length(),
                            file.toFile().lastModified()))
                    .sum();
        }
    }

    /** Spreads what is known of a file over 64 bits, so that sums of different files differ. */
    private static long mix(long name, long size, long mark) {
        long mixed = (name * 31 + size) * 0x9E3779B97F4A7C15L ^ mark;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
