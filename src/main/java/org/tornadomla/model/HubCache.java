package org.tornadomla.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.tornadomla.config.Shortened;
import org.tornadomla.error.CheckpointException;

/**
 * The cache in which Hugging Face's tools keep what they load: a folder {@code models--owner--name} with
 * {@code refs/main}, which holds the name of a folder in {@code snapshots}.
 */
final class HubCache {

    private static final String FOLDER = "models--";

    private HubCache() {
    }

    /**
     * The snapshot that a folder of the cache means.
     *
     * @param path any path
     * @return the snapshot; the path itself where it is no folder of the cache
     * @throws CheckpointException when the cache has no snapshot, or several and no main one
     */
    static Path resolve(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        Path snapshots = path.resolve("snapshots");
        if (name == null || !name.toString().startsWith(FOLDER) || !Files.isDirectory(snapshots)) {
            return path;
        }
        try {
            Path main = path.resolve("refs").resolve("main");
            if (Files.isRegularFile(main)) {
                Path snapshot = snapshots.resolve(Files.readString(main).strip());
                if (Files.isDirectory(snapshot) && snapshot.normalize().getParent().equals(snapshots.normalize())) {
                    return snapshot;
                }
            }
            try (Stream<Path> all = Files.list(snapshots)) {
                List<Path> found = all.filter(Files::isDirectory).sorted().toList();
                if (found.size() == 1) {
                    return found.getFirst();
                }
                throw new CheckpointException(path + " is a folder of Hugging Face's cache with " + found.size()
                        + " snapshots and no refs/main that names one; give one of "
                        + Shortened.list(found.stream().map(Path::toString).toList(), ", "));
            }
        } catch (IOException | InvalidPathException e) {
            throw new CheckpointException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
