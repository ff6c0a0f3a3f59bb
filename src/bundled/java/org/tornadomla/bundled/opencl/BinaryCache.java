package org.tornadomla.bundled.opencl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Built programs on disk, one file each, named by the hash of all that they depend on. A file starts with the hash of
 * its content, so that a damaged one is taken for absent. Failing to keep a program costs time, never an error.
 */
final class BinaryCache {

    private static final int HASH_BYTES = 32;

    private final Path directory;

    /**
     * @param directory the folder, made when first needed; null keeps nothing
     */
    BinaryCache(Path directory) {
        this.directory = directory;
    }

    /** The name under which a program is kept. */
    static String key(String device, String options, String source) {
        return HexFormat.of()
                .formatHex(hash((device + "\n" + options + "\n" + source).getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether programs are kept at all; asking a driver for a program's binary may cost another compilation. */
    boolean isKept() {
        return directory != null;
    }

    /** The kept program, or null. */
    byte[] load(String key) {
        if (directory == null) {
            return null;
        }
        try {
            byte[] file = Files.readAllBytes(path(key));
            byte[] content = file.length < HASH_BYTES ? new byte[0] : Arrays.copyOfRange(file, HASH_BYTES, file.length);
            boolean whole = content.length > 0 && Arrays.equals(hash(content), 0, HASH_BYTES, file, 0, HASH_BYTES);
            return whole ? content : null;
        } catch (IOException absent) {
            return null;
        }
    }

    /** Keeps a program: written beside its place and renamed, so that no reader sees a part of it. */
    void store(String key, byte[] content) {
        Path beside = null;
        try {
            Files.createDirectories(directory);
            beside = Files.createTempFile(directory, "program", ".part");
            byte[] file = Arrays.copyOf(hash(content), HASH_BYTES + content.length);
            System.arraycopy(content, 0, file, HASH_BYTES, content.length);
            Files.write(beside, file);
            Files.move(beside, path(key), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException full) {
            delete(beside);
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
        return directory.resolve(key + ".clbin");
    }

    private static byte[] hash(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
