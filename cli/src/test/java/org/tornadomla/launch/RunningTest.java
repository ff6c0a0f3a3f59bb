package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** What commands on the sources know of where they run, and what the launcher is told. */
class RunningTest {

    private static final String HOME = "mla.home";
    private static final String LAUNCHER = "this command works on the project's sources; start it with the launcher mla";

    private final String before = System.getProperty(HOME);

    @TempDir
    private Path folder;

    @AfterEach
    void restore() {
        home(before);
    }

    private static void home(String home) {
        if (home == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, home);
        }
    }

    @Test
    void commandsOnSourcesNeedTheLauncher() {
        home(null);
        assertEquals(LAUNCHER, assertThrows(ConfigurationException.class, Running::sources).getMessage());
        Project project = new Project(folder);
        assertEquals(LAUNCHER,
                assertThrows(ConfigurationException.class, () -> Running.start(project, Map.of())).getMessage());
    }

    @Test
    void anImageHasNoSources() throws IOException {
        home(folder.toString());
        assertEquals(new Project(folder), Running.sources());
        Files.createDirectory(folder.resolve("app"));
        String said = assertThrows(ConfigurationException.class, Running::sources).getMessage();
        assertTrue(said.endsWith("which an image has not; start it in a clone"), said);
    }

    @Test
    void theLauncherNamesTheJdks() {
        Start start = Running.start(new Project(folder),
                Map.of("MLA_JDKS", "26 /a jdk\n\n25 /b\n", "MLA_JAVA_OPTIONS", "-Da=b"));
        assertEquals(List.of(new Jdk(26, Path.of("/a jdk")), new Jdk(25, Path.of("/b"))), start.jdks());
        assertEquals(List.of("-Da=b"), start.furtherOptions());
    }

    /** The launcher becomes the program whose words are printed; without them it shows one line. */
    @Test
    void wordsOrALine() throws IOException {
        Files.createDirectories(folder.resolve("app"));
        Files.createFile(folder.resolve("app/tornado-mla-cli-0.jar"));
        Start start = Running.start(new Project(folder), Map.of("MLA_JDKS", "25 /jdk"));
        Printed printed = print(() -> start, "info");
        assertEquals(0, printed.status);
        List<String> words = printed.out.lines().toList();
        assertEquals("/jdk/bin/java", words.getFirst());
        assertEquals("org.tornadomla.cli.Main", words.getLast());
        Printed refused = print(() -> start, "info", "--engine", "tornadovm");
        assertEquals(new Printed(2, "", "error: an image runs on the engines jvm and opencl alone; engine tornadovm"
                + " needs a clone of the project\n"), refused);
        assertEquals(new Printed(2, "", "error: java.io.IOException: No space left on device\n"), print(() -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        }));
    }

    private record Printed(int status, String out, String err) {
    }

    private static Printed print(Supplier<Start> start, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Start.print(start, new PrintStream(out, true), new PrintStream(err, true), arguments);
        return new Printed(status, out.toString(), err.toString());
    }
}
