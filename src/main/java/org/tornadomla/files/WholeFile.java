package org.tornadomla.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Files that get their name when they are whole: each is written beside its place, under a name of its own, and moved
 * there. Whoever writes one holds a lock on it, which ends with the process, however that ends; a file of which nobody
 * holds the lock is left over from a process that died.
 */
public final class WholeFile implements AutoCloseable {

    private static final String SUFFIX = ".partial";
    private static final Pattern NAME = Pattern.compile(".+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.partial");

    /**
     * Files that this process writes. Opening and closing one of them here would end the lock on it, since the locks of
     * a process are one.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path partial;
    private final FileChannel channel;

    private WholeFile(Path target, Path partial, FileChannel channel) {
        this.target = target;
        this.partial = partial;
        this.channel = channel;
    }

    /** Writes what a file holds. */
    @FunctionalInterface
    public interface Content {

        /**
         * Writes all of it.
         *
         * @param channel at the beginning of an empty file
         */
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file and forces it to the disk. One that is there is replaced when the new one is whole; nothing of the
     * new one is left where it fails. Takes away what dead processes left beside it.
     *
     * @throws IOException when it cannot be written
     */
    public static void write(Path target, Content content) throws IOException {
        try (WholeFile file = begin(target)) {
            content.write(file.channel());
            file.finish();
        }
    }

    /**
     * The same for what is in memory already.
     *
     * @throws IOException when it cannot be written
     */
    public static void write(Path target, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        write(target, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /**
     * Begins a file that is written piece by piece, or mapped and filled. Takes away what dead processes left beside
     * it. Whoever begins one calls {@link #finish} when all of it is there, and closes it in any case.
     *
     * @throws IOException when it cannot be written
     */
    public static WholeFile begin(Path target) throws IOException {
        removeLeftovers(target);
        Path partial = target.toAbsolutePath().resolveSibling(target.getFileName() + "." + UUID.randomUUID() + SUFFIX);
        OWN.add(partial);
        try {
            return new WholeFile(target, partial, locked(partial));
        } catch (IOException | RuntimeException failure) {
            OWN.remove(partial);
            throw failure;
        }
    }

    /** A new file; its lock ends when the channel is closed. */
    private static FileChannel locked(Path partial) throws IOException {
        FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            if (!channel.lock().isValid() || !Files.exists(partial)) {
                throw new IOException("the unfinished file was taken away by another process");
            }
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            Files.deleteIfExists(partial);
            throw failure;
        }
    }

    /** The unfinished file, to be written and read. */
    public FileChannel channel() {
        return channel;
    }

    /**
     * Forces the file to the disk and gives it its name. One that is there is replaced. Nothing may be written to it
     * from here on.
     *
     * @throws IOException when the disk does not take it
     */
    public void finish() throws IOException {
        channel.force(true);
        // While it is locked, so that nobody takes it for a leftover.
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder();
    }

    /** The new name is on the disk when its folder is; not every system lets a folder be opened. */
    private void forceFolder() throws IOException {
        Path folder = Objects.requireNonNull(partial.toAbsolutePath().getParent());
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
                opened.force(true);
            }
        }
    }

    /** Takes away what was written, unless the file has its name. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            try {
                Files.deleteIfExists(partial);
            } finally {
                OWN.remove(partial);
            }
        }
    }

    /**
     * Takes away what dead processes left of files in a folder. What cannot be taken away stays.
     *
     * @param target a file of the folder, which need not be there
     */
    public static void removeLeftovers(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder,
                file -> NAME.matcher(file.getFileName().toString()).matches() && !OWN.contains(file))) {
            for (Path file : files) {
                removeUnheld(file);
            }
        } catch (IOException unreadable) {
            // A folder that cannot be listed is somebody else's to clean; the file itself will say what is wrong.
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
