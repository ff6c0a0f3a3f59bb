package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the project is built, with what, and what is said; Maven is a script here. */
class BuildTest {

    private static final String JAR = "cli/target/tornado-mla-cli-0.jar";
    private static final String BENCHMARKS = "benchmarks/target/tornado-mla-benchmarks-0.jar";

    @TempDir
    private Path root;

    /** What a build did: its status, and what it said. */
    private record Built(int status, String said) {
    }

    @BeforeEach
    void sources() throws Exception {
        for (String file : List.of("pom.xml", "parent/pom.xml", "src/main/A", "src/bundled/B", "src/launch/C",
                "server/pom.xml", "server/src/main/A", "tutorial/pom.xml", "tutorial/src/main/A", "cli/pom.xml",
                "cli/src/main/A", "benchmarks/pom.xml", "benchmarks/src/main/A")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "<module>..</module>\n<module>../cli</module>\n");
        }
        maven("""
                mkdir -p cli/target benchmarks/target
                touch target/run.args %s %s
                """.formatted(JAR, BENCHMARKS));
    }

    private void maven(String work) throws Exception {
        LauncherProject.program(root.resolve("mvnw"), """
                [ "$1" != -v ] || { echo "Apache Maven 3.9.11 (test)"; exit; }
                echo "$*" >> goals
                """ + work);
    }

    private Built build(String... options) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        String[] arguments = new String[1 + options.length];
        arguments[0] = root.toString();
        System.arraycopy(options, 0, arguments, 1, options.length);
        int status = Build.run(new PrintStream(said, true, StandardCharsets.UTF_8), arguments);
        return new Built(status, said.toString(StandardCharsets.UTF_8));
    }

    private List<String> goals() throws Exception {
        Path goals = root.resolve("goals");
        return Files.exists(goals) ? Files.readAllLines(goals) : List.of();
    }

    private void age(String file, int seconds) throws Exception {
        Files.setLastModifiedTime(root.resolve(file), FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    @Test
    void whatIsUpToDateIsNotBuiltAgain() throws Exception {
        assertEquals(new Built(0, "building tornado-mla ...\n"), build());
        assertEquals(new Built(0, ""), build());
        assertEquals(1, goals().size());
        assertTrue(goals().getFirst().endsWith("-f parent/pom.xml -pl ../cli -am package"), goals()::toString);
        assertFalse(Files.exists(root.resolve("target/unfinished")));
    }

    /** An old jar that the build left as it was is as new as the sources were when the build began. */
    @Test
    void aJarThatStaysTheSameIsUpToDate() throws Exception {
        build();
        maven("");
        age(JAR, 1000);
        assertEquals(new Built(0, "building tornado-mla ...\n"), build());
        assertEquals(new Built(0, ""), build());
        assertEquals(2, goals().size());
    }

    @Test
    void benchmarksAreBuiltWithTheProgram() throws Exception {
        assertEquals(new Built(0, "building the benchmarks ...\n"), build("--benchmarks"));
        assertTrue(goals().getFirst().endsWith("-pl ../cli,../benchmarks -am package"), goals()::toString);
        assertEquals(new Built(0, ""), build("--benchmarks"));
        assertEquals(new Built(0, ""), build());
        age(BENCHMARKS, 1000);
        assertEquals(new Built(0, ""), build(), "the program's jar is up to date");
        assertEquals(new Built(0, "building the benchmarks ...\n"), build("--benchmarks"));
        age(JAR, -30);
        assertEquals(new Built(0, "building the benchmarks ...\n"), build("--benchmarks"), "older than the program");
    }

    /** Classes that the compiler would not look at again, and jars of libraries that are no longer used. */
    @Test
    void oldClassesAndLibrariesAreTakenAway() throws Exception {
        for (String file : List.of("target/classes/a/A.class", "cli/target/lib/old.jar", "cli/target/other")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.createFile(root.resolve(file));
        }
        build();
        assertFalse(Files.exists(root.resolve("target/classes")) || Files.exists(root.resolve("cli/target/lib")));
        assertTrue(Files.exists(root.resolve("cli/target/other")), "nothing else");
    }

    @Test
    void aBuildThatFailsIsShownAndDoneAgain() throws Exception {
        maven("echo 'A.java:3: no such symbol'; exit 1\n");
        Built failed = build();
        assertEquals(1, failed.status());
        assertTrue(failed.said().endsWith("A.java:3: no such symbol\nerror: the build failed, see above\n"),
                failed.said());
        assertTrue(Files.exists(root.resolve("target/unfinished")));
        maven("mkdir -p cli/target; touch target/run.args " + JAR + "\n");
        assertEquals(new Built(0, "building tornado-mla ...\n"), build());
    }
}
