package org.tornadomla.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Files that snapshots are written to before they have their name. Whoever writes one holds a lock on it, which ends
 * with the process, however that ends; a file of which nobody holds the lock is left over from a process that died.
 */
final class Leftovers {

    private static final String SUFFIX = ".partial";
    private static final Pattern NAME = Pattern.compile(".+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.partial");

    /**
     * Files that this process writes. Opening and closing one of them here would end the lock on it, since the locks of
     * a process are one.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private Leftovers() {
    }

    /** A file to write, beside the one that it becomes. */
    static Path begin(Path target) {
        Path partial = target.toAbsolutePath().resolveSibling(target.getFileName() + "." + UUID.randomUUID() + SUFFIX);
        OWN.add(partial);
        return partial;
    }

    /** A file is written, or never will be. */
    static void end(Path partial) {
        OWN.remove(partial);
    }

    /** Takes away what dead processes left in the folder of a snapshot. What cannot be taken away stays. */
    static void remove(Path snapshot) {
        Path folder = snapshot.toAbsolutePath().getParent();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder,
                file -> NAME.matcher(file.getFileName().toString()).matches() && !OWN.contains(file))) {
            for (Path file : files) {
                removeUnheld(file);
            }
        } catch (IOException unreadable) {
            // A folder that cannot be listed is somebody else's to clean; the snapshot itself will say what is wrong.
        }
    }

    private static void removeUnheld(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException inUse) {
            // It belongs to somebody, or is gone already.
        }
    }
}
