package org.tornadomla.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is whole or not there, and nothing else is left. */
class WholeFileTest {

    @TempDir
    private Path folder;

    private static void put(FileChannel channel, String text) throws IOException {
        channel.write(StandardCharsets.UTF_8.encode(text));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aWriterThatFailsLeavesWhatWasThere() throws IOException {
        Path target = Files.writeString(folder.resolve("file"), "before");
        IOException full = new IOException("No space left on device");
        assertEquals(full, assertThrows(IOException.class, () -> WholeFile.write(target, channel -> {
            put(channel, "half");
            throw full;
        })));
        assertEquals(List.of("file"), names());
        assertEquals("before", Files.readString(target));
        WholeFile.write(target, channel -> put(channel, "after"));
        assertEquals("after", Files.readString(target));
        assertEquals(List.of("file"), names());
    }

    /** What is open is nobody's leftover, may be read while it is written, and is gone where it is not finished. */
    @Test
    void anOpenFileHasItsNameWhenItIsFinished() throws IOException {
        Path target = folder.resolve("file");
        try (WholeFile file = WholeFile.begin(target); WholeFile other = WholeFile.begin(target)) {
            put(file.channel(), "whole");
            put(other.channel(), "half");
            WholeFile.removeLeftovers(target);
            assertEquals(2, names().size(), names()::toString);
            assertFalse(Files.exists(target));
            ByteBuffer read = ByteBuffer.allocate(5);
            assertEquals(5, file.channel().read(read, 0));
            file.finish();
            assertEquals("whole", Files.readString(target));
        }
        assertEquals(List.of("file"), names());
        assertEquals("whole", Files.readString(target));
    }

    @Test
    void whatADeadProcessLeftIsTakenAway() throws IOException {
        Path left = Files.createFile(folder.resolve("x.01234567-89ab-cdef-0123-456789abcdef.partial"));
        Path foreign = Files.createFile(folder.resolve("x.download.partial"));
        WholeFile.write(folder.resolve("file"), channel -> put(channel, "whole"));
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(foreign), "somebody else's");
    }
}
