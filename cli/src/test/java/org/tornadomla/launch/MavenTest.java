package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Maven builds the project, and how it is started. */
class MavenTest {

    @TempDir
    private Path root;

    private Path says(String name, String lines) throws Exception {
        Path program = root.resolve(name);
        LauncherProject.program(program, lines);
        return program;
    }

    @Test
    void versions() {
        assertTrue(Maven.isNewEnough("Apache Maven 3.9.11 (3e54)\nMaven home: /x"));
        assertTrue(Maven.isNewEnough("\u001b[1mApache Maven 3.6.3\u001b[m"));
        assertTrue(Maven.isNewEnough("Apache Maven 4.0.0"));
        assertFalse(Maven.isNewEnough("Apache Maven 3.6.2 (x)"));
        assertFalse(Maven.isNewEnough("Apache Maven 2.9.9"));
        assertFalse(Maven.isNewEnough("mvnw: cannot fetch"));
    }

    @Test
    void theWrapperComesFirst() throws Exception {
        says("mvnw", "echo Apache Maven 3.9.11\n");
        Path installed = says("mvn", "echo Apache Maven 3.9.9\n");
        ProcessBuilder process = Maven.find(root, installed.toString()).orElseThrow().process(List.of("test", "-o"));
        // It need not be executable after a download of the sources.
        assertEquals(List.of("sh", root.resolve("mvnw").toString(), "-B", "-ntp", "test", "-o"), process.command());
        assertEquals(root.toFile(), process.directory());
        assertEquals(System.getProperty("java.home"), process.environment().get("JAVA_HOME"));
        assertTrue(process.environment().get("MAVEN_OPTS").startsWith("--sun-misc-unsafe-memory-access=allow"),
                process.environment().get("MAVEN_OPTS"));
    }

    /** Without its download, with one that fails or is too old, an installed Maven is good enough. */
    @Test
    void anInstalledOneIsTheSecondChoice() throws Exception {
        Path installed = says("mvn", "echo Apache Maven 3.9.9\n");
        assertEquals(installed.toString(), chosen(installed));
        says("mvnw", "echo Apache Maven 3.9.11; exit 1\n");
        assertEquals(installed.toString(), chosen(installed));
        says("mvnw", "echo Apache Maven 3.2.5\n");
        assertEquals(installed.toString(), chosen(installed));
    }

    private String chosen(Path installed) {
        return Maven.find(root, installed.toString()).orElseThrow().process(List.of()).command().getFirst();
    }

    @Test
    void thereMayBeNone() throws Exception {
        assertEquals(Optional.empty(), Maven.find(root, root.resolve("mvn").toString()));
        Path old = says("mvn", "echo Apache Maven 3.3.9\n");
        assertEquals(Optional.empty(), Maven.find(root, old.toString()));
    }

    /** Whoever is interrupted while the wrapper fetches leaves no process behind, and stays interrupted. */
    @Test
    void anInterruptionEndsTheQuestion() throws Exception {
        says("mvnw", "echo $$ > asked; exec sleep 60\n");
        Thread asks = Thread.ofPlatform().start(() -> {
            Maven.find(root, root.resolve("mvn").toString());
            assertTrue(Thread.interrupted());
        });
        Path asked = root.resolve("asked");
        while (!Files.exists(asked) || Files.readString(asked).isBlank()) {
            Thread.sleep(5);
        }
        asks.interrupt();
        asks.join();
        long wrapper = Long.parseLong(Files.readString(asked).strip());
        Optional<ProcessHandle> left = ProcessHandle.of(wrapper).filter(ProcessHandle::isAlive);
        left.ifPresent(process -> process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        assertFalse(ProcessHandle.of(wrapper).map(ProcessHandle::isAlive).orElse(false));
    }
}
