package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's script: what it refuses, whatever the locale is, and two first starts at once. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a bash script")
class LauncherTest {

    private static final Map<String, String> ASCII = Map.of("LC_ALL", "C", "LANG", "C");
    private static final String MODEL = Path.of("models/tiny-kjv").toAbsolutePath().toString();

    @TempDir
    private Path directory;

    @Test
    void whatIsRefusedIsOneLineWithTheCure() throws Exception {
        LauncherProject project = LauncherProject.built(directory.resolve("project"));
        assertRefused(project.run(Map.of("TORNADOVM_HOME", directory.toString()), "devices"), "holds no TornadoVM SDK");
        assertRefused(project.run(Map.of(), "devices", "--engine", "tornadovm"),
                "engine tornadovm needs an SDK: set TORNADOVM_HOME");
        assertRefused(project.run(Map.of("JAVA_HOME", "", "PATH", tools(), "HOME", ""), "test", "--engine", "opencl"),
                "given opencl");
    }

    /** A PATH with the launcher's tools and without a JDK or Maven. */
    private String tools() throws Exception {
        Path tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : List.of("bash", "env", "dirname", "readlink", "sed", "find", "locale")) {
            for (String folder : List.of("/bin", "/usr/bin")) {
                Path program = Path.of(folder, tool);
                if (Files.exists(program) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), program);
                }
            }
        }
        return tools.toString();
    }

    private static void assertRefused(LauncherProject.Exit exit, String reason) {
        assertEquals(2, exit.status(), exit.toString());
        List<String> errors = exit.err().lines().filter(line -> !line.startsWith("WARNING")).toList();
        assertEquals(1, errors.size(), exit.toString());
        assertTrue(errors.getFirst().startsWith("error: ") && errors.getFirst().contains(reason), exit.toString());
    }

    @Test
    void linkToTheLauncherWorks() throws Exception {
        LauncherProject project = LauncherProject.built(directory.resolve("project"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), project.root().resolve("mla"));
        assertRefused(LauncherProject.start(Map.of("TORNADOVM_HOME", directory.toString()), link, "devices").end(),
                "holds no TornadoVM SDK");
    }

    /** Each blank and each letter of a path reaches the JVM, in a locale that knows ASCII only. */
    @Test
    void foldersThatAreNotAscii() throws Exception {
        LauncherProject project = LauncherProject.built(directory.resolve("Bücher und 本"));
        Path model = Files.createDirectories(project.root().resolve("é model"));
        Files.copy(Path.of(MODEL, "config.json"), model.resolve("config.json"));
        LauncherProject.Exit exit = project.run(ASCII, "info", model.toString());
        assertEquals(0, exit.status(), exit.toString());
        assertTrue(exit.out().startsWith("deepseek_v2: 4 layers"), exit.toString());
    }

    @Test
    void promptThatIsNotAscii() throws Exception {
        LauncherProject project = LauncherProject.built(directory.resolve("project"));
        Path file = Files.writeString(directory.resolve("prompt.txt"), "Größe, 本");
        // Each byte of these letters is a token of the model's; the refusal counts them before anything is computed.
        assertRefused(generate(project, "--prompt", "Größe, 本"), "the prompt has 12 tokens, context is 4");
        assertRefused(generate(project, "--file", file.toString()), "the prompt has 12 tokens, context is 4");
    }

    private static LauncherProject.Exit generate(LauncherProject project, String... prompt) throws Exception {
        return project.run(ASCII, "generate", "--model", MODEL, "--engine", "jvm", "--trust", "--context", "4",
                prompt[0], prompt[1]);
    }

    /** Bytes that are no UTF-8 are refused in a file; in an argument too. */
    @Test
    void promptThatIsNotUtf8() throws Exception {
        LauncherProject project = LauncherProject.built(directory.resolve("project"));
        Path script = directory.resolve("latin");
        LauncherProject.program(script,
                "exec bash '" + project.root() + "/mla' generate --model '" + MODEL + "' --prompt $'Gr\\xf6\\xdfe'\n");
        assertRefused(LauncherProject.start(ASCII, script).end(), "argument 5 is not UTF-8");
    }

    /** Another file that the JVM opens has their numbers otherwise, and is read as a prompt or written to. */
    @Test
    void closedStreams() throws Exception {
        LauncherProject project = LauncherProject.built(directory.resolve("project"));
        String mla = "exec bash '" + project.root() + "/mla' ";
        Path script = directory.resolve("closed");
        LauncherProject.program(script, mla + "generate --engine jvm --trust --model '" + MODEL + "' <&-\n");
        assertRefused(LauncherProject.start(Map.of(), script).end(), "the prompt is empty");
        LauncherProject.program(script, mla + "info '" + MODEL + "' >&-\n");
        LauncherProject.Exit unwritten = LauncherProject.start(Map.of(), script).end();
        assertEquals(1, unwritten.status(), unwritten.toString());
        assertTrue(unwritten.err().contains("the output cannot be written"), unwritten.toString());
    }

    /** The build of each excludes that of the other, and what one has built the other takes. */
    @Test
    void twoFirstStartsAtOnce() throws Exception {
        LauncherProject project = LauncherProject.unbuilt(directory.resolve("project"));
        Path jar = directory.resolve("made.jar");
        LauncherProject.writeJar(jar);
        LauncherProject.program(project.root().resolve("mvnw"), """
                case "$*" in
                  -v) echo "Apache Maven 3.9.11 (test)"; exit ;;
                esac
                mkdir only-one || exit 1
                echo build >> builds
                sleep 1
                printf '%%s\\n' "%s" > target/run.args
                : > target/memory.args
                cp "%s" cli/target/tornado-mla-cli-0.jar
                rmdir only-one
                """.formatted(System.getProperty("mla.test.launch"), jar));
        LauncherProject.Started first = LauncherProject.start(Map.of(), project.root().resolve("mla"), "devices",
                "--engine", "tornadovm");
        LauncherProject.Started second = LauncherProject.start(Map.of(), project.root().resolve("mla"), "devices",
                "--engine", "tornadovm");
        LauncherProject.Exit one = first.end();
        LauncherProject.Exit other = second.end();
        for (LauncherProject.Exit exit : List.of(one, other)) {
            assertTrue(exit.err().endsWith("see tornado-config/README.md\n"), exit.toString());
        }
        assertEquals("build\n", Files.readString(project.root().resolve("builds")));
        assertEquals(1, (one.err() + other.err()).lines().filter("building tornado-mla ..."::equals).count());
    }

    /** The jar is there when what it needs is not yet: the next start builds again. */
    @Test
    void aBuildThatIsInterruptedIsDoneAgain() throws Exception {
        LauncherProject project = LauncherProject.unbuilt(directory.resolve("project"));
        Path jar = directory.resolve("made.jar");
        LauncherProject.writeJar(jar);
        LauncherProject.program(project.root().resolve("mvnw"), """
                case "$*" in
                  -v) echo "Apache Maven 3.9.11 (test)"; exit ;;
                esac
                echo build >> builds
                printf '%%s\n' "%s" > target/run.args
                : > target/memory.args
                cp "%s" cli/target/tornado-mla-cli-0.jar
                [ -e second ] || { touch second; kill -9 $PPID; sleep 1; }
                """.formatted(System.getProperty("mla.test.launch"), jar));
        project.run(Map.of(), "devices", "--engine", "tornadovm");
        LauncherProject.Exit exit = project.run(Map.of(), "devices", "--engine", "tornadovm");
        assertTrue(exit.err().endsWith("see tornado-config/README.md\n"), exit.toString());
        assertEquals("build\nbuild\n", Files.readString(project.root().resolve("builds")));
        assertFalse(project.run(Map.of(), "devices", "--engine", "tornadovm").err().contains("building"));
    }

    @Test
    void aBuildThatFailsIsShown() throws Exception {
        LauncherProject project = LauncherProject.unbuilt(directory.resolve("project"));
        LauncherProject.program(project.root().resolve("mvnw"), """
                echo "Apache Maven 3.9.11 (test)"
                [ "$1" = -v ] || { echo "something is wrong"; exit 7; }
                """);
        LauncherProject.Exit exit = project.run(Map.of(), "devices");
        assertEquals(1, exit.status(), exit.toString());
        assertTrue(exit.err().contains("something is wrong\n") && exit.err().endsWith("the build failed, see above\n"),
                exit.toString());
    }

    @Test
    void withoutMavenAndItsDownload() throws Exception {
        LauncherProject project = LauncherProject.unbuilt(directory.resolve("project"));
        LauncherProject.program(project.root().resolve("mvnw"), "echo 'cannot fetch' >&2; exit 1\n");
        LauncherProject.Exit exit = project.run(Map.of("PATH", tools()), "devices");
        assertEquals(2, exit.status(), exit.toString());
        assertTrue(exit.err().contains("error: Maven is needed to build tornado-mla"), exit.toString());
    }
}
