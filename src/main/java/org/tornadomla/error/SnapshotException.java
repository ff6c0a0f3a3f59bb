package org.tornadomla.error;

import java.nio.file.Path;

import org.tornadomla.annotation.PublicApi;

/** A snapshot file that cannot be written, or that is refused because it is damaged or belongs to another model. */
@PublicApi
public final class SnapshotException extends CacheException {

    private final transient Path path;

    /**
     * An exception that names the file.
     *
     * @param path   the file
     * @param reason what is wrong with it, and what would be right
     */
    public SnapshotException(Path path, String reason) {
        super("snapshot " + path + ": " + reason);
        this.path = path;
    }

    /**
     * An exception that names the file.
     *
     * @param path   the file
     * @param reason what could not be done
     * @param cause  the failure of the file system
     */
    public SnapshotException(Path path, String reason, Throwable cause) {
        super("snapshot " + path + ": " + reason + ": " + cause, cause);
        this.path = path;
    }

    /** {@return the file that was refused} */
    public Path path() {
        return path;
    }
}
