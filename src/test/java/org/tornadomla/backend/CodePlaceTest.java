package org.tornadomla.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.bundled.device.CodePlace;

/** What was computed by some code is kept as long as the code is the same, however often it is built. */
class CodePlaceTest {

    @TempDir
    private Path folder;

    private Path jar(long time, String... classes) throws IOException {
        Path jar = Files.createTempFile(folder, "code", ".jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String text : classes) {
                ZipEntry entry = new ZipEntry(text.substring(0, 1) + ".class");
                entry.setTime(time);
                out.putNextEntry(entry);
                out.write(text.getBytes());
            }
            ZipEntry properties = new ZipEntry("META-INF/build.properties");
            out.putNextEntry(properties);
            out.write(Long.toString(time).getBytes());
        }
        assertTrue(jar.toFile().setLastModified(time));
        return jar;
    }

    @Test
    void aJarThatIsBuiltAgainIsTheSame() throws IOException {
        long first = CodePlace.of(jar(1_000_000_000_000L, "a1", "b2"));
        assertEquals(first, CodePlace.of(jar(1_500_000_000_000L, "b2", "a1")));
    }

    @Test
    void anotherClassIsAnotherJar() throws IOException {
        long first = CodePlace.of(jar(1_000_000_000_000L, "a1", "b2"));
        for (String[] classes : List.of(new String[]{"a1", "b3"}, new String[]{"a1"}, new String[]{"a2", "b1"},
                new String[]{"a1", "b2", "c"})) {
            assertNotEquals(first, CodePlace.of(jar(1_000_000_000_000L, classes)), String.join(" ", classes));
        }
    }

    @Test
    void aFolderChangesWithTheTimeOfAClass() throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path one = Files.writeString(classes.resolve("One.class"), "1");
        long first = CodePlace.of(classes);
        Files.writeString(classes.resolve("other.txt"), "what is no class changes nothing");
        assertEquals(first, CodePlace.of(classes));
        assertTrue(one.toFile().setLastModified(1_000_000_000_000L));
        assertNotEquals(first, CodePlace.of(classes));
    }

    @Test
    void theLibrarysPlaceHoldsItsClassesAndNoOthers() {
        assertTrue(CodePlace.library().holds(Fingerprint.class));
        assertFalse(CodePlace.library().holds(CodePlaceTest.class));
        assertFalse(CodePlace.library().holds(String.class));
    }
}
