package org.tornadomla.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    /** Makes a class anew, as if it came from somewhere. */
    private static final class Maker extends ClassLoader {

        Class<?> make(Class<?> like, URL location) throws IOException {
            byte[] code;
            try (InputStream in = like.getResourceAsStream(like.getSimpleName() + ".class")) {
                code = in.readAllBytes();
            }
            CodeSource source = new CodeSource(location, (Certificate[]) null);
            return defineClass(like.getName(), code, 0, code.length, new ProtectionDomain(source, null));
        }
    }

    /** Such as a class that a program made, and one of a jar within a jar. */
    @Test
    void aClassMayBeInNoFile() throws IOException {
        for (URL location : Arrays.asList(null, URI.create("jrt:/java.base").toURL(), new File("/a folder").toURL())) {
            Class<?> made = new Maker().make(Fingerprint.class, location);
            assertEquals(Optional.empty(), CodePlace.path(made));
            assertFalse(CodePlace.library().holds(made));
        }
    }
}
