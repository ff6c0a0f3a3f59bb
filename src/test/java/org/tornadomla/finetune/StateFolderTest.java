package org.tornadomla.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;

/** Who trains in a folder has it alone, and gives it back whole. */
class StateFolderTest {

    @TempDir
    private Path folder;

    /** Some file systems know no locks; the file that was opened for one is closed again. */
    @Test
    void aLockThatCannotBeAskedForLeavesNothingOpen() {
        List<FileChannel> opened = new ArrayList<>();
        String said = assertThrows(CheckpointException.class, () -> StateFolder.open(folder, file -> {
            opened.add(file);
            throw new IOException("No locks available");
        })).getMessage();
        assertEquals("cannot keep the state of the training in " + folder + ": No locks available", said);
        assertThrows(UnsupportedOperationException.class, () -> StateFolder.open(folder, file -> {
            opened.add(file);
            throw new UnsupportedOperationException();
        }));
        assertTrue(opened.size() == 2 && opened.stream().noneMatch(FileChannel::isOpen), opened::toString);
        StateFolder.open(folder).close();
    }

    @Test
    void theSecondIsToldToWait() {
        StateFolder first = StateFolder.open(folder);
        String said = assertThrows(ConfigurationException.class, () -> StateFolder.open(folder)).getMessage();
        assertTrue(said.startsWith("another run trains with the state in " + folder), said);
        String other = assertThrows(ConfigurationException.class, () -> StateFolder.open(folder, _ -> null))
                .getMessage();
        assertTrue(other.equals(said), other);
        first.close();
        assertFalse(Files.exists(folder), "nothing was kept");
        StateFolder.open(folder).close();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        String said = assertThrows(CheckpointException.class, () -> StateFolder.open(file)).getMessage();
        assertTrue(said.startsWith("cannot keep the state of the training in " + file), said);
    }
}
