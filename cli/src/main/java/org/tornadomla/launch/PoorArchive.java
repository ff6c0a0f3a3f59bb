package org.tornadomla.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An archive of classes that a run made which loaded few of them, since it ended with a help text or a message: it
 * would slow down every later run of the command, for the JVM renews an archive only when the library changes. Such a
 * run leaves a note, since the archive is made when nothing of the program runs any more, and the next start takes both
 * away.
 */
public final class PoorArchive {

    /** The property that names the archive. */
    static final String PROPERTY = "mla.archive";

    private PoorArchive() {
    }

    /** Says of the archive that this run will make, if it makes one, that it is poor. */
    public static void note() {
        String archive = System.getProperty(PROPERTY, "");
        if (archive.isEmpty() || Files.exists(Path.of(archive))) {
            return;
        }
        try {
            Files.createFile(note(Path.of(archive)));
        } catch (IOException unwritable) {
            // The archive cannot be written either, or another run left the note.
        }
    }

    /** Takes an archive away that is noted to be poor. */
    static void remove(Path archive) {
        try {
            if (Files.deleteIfExists(note(archive))) {
                Files.deleteIfExists(archive);
            }
        } catch (IOException unwritable) {
            // It is slower than it could be.
        }
    }

    private static Path note(Path archive) {
        return archive.resolveSibling(archive.getFileName() + ".poor");
    }
}
