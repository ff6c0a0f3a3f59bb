package org.tornadomla.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

import uk.ac.manchester.tornado.api.TaskGraph;

/** All that decides whether a device computes rightly: if none of it changed, a self-test need not run again. */
public final class Fingerprint {

    /** The age of this library, of which a process has one. */
    private static final long BUILT = newest(place(Fingerprint.class));

    private Fingerprint() {
    }

    /** A hash of the device, its driver, the runtime and this library. */
    public static String of(Target target) {
        String all = String.join("\n", target.engine().toString(), target.backend() + ":" + target.index(),
                target.name(), target.device().getPlatformName(), driver(target),
                String.valueOf(target.device().getMaxGlobalMemory()), place(TaskGraph.class).getFileName().toString(),
                String.valueOf(Runtime.version()), System.getProperty(CompilerFlags.PROPERTY, ""),
                String.valueOf(BUILT));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What the device says of itself; the SDK begins it with an address that differs in every process. */
    private static String driver(Target target) {
        return target.info().replaceAll("id=0x[0-9a-f]+", "");
    }

    /** The jar or the folder that a class came from: with an SDK its name has the SDK's version. */
    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the code of " + type + " is in no file", e);
        }
    }

    /** The time of the newest file of a jar or folder, in milliseconds. */
    private static long newest(Path place) {
        try (Stream<Path> files = Files.walk(place)) {
            return files.mapToLong(Fingerprint::time).max().orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long time(Path file) {
        return file.toFile().lastModified();
    }
}
