package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** The command lines of commands, tests and benchmarks. */
class StartTest {

    private static final List<Jdk> JDKS = List.of(new Jdk(26, Path.of("/jdk-26")), new Jdk(25, Path.of("/jdk-25")));

    @TempDir
    private Path root;
    private SdkFolder sdk;

    @BeforeEach
    void project() throws Exception {
        Files.createDirectories(root.resolve("target"));
        for (String file : List.of("cli/target/tornado-mla-cli-0.jar",
                "benchmarks/target/tornado-mla-benchmarks-0.jar")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "");
        }
        LauncherProject.copy(Path.of("tornado-config"), root.resolve("tornado-config"));
        sdk = new SdkFolder(root.resolve("the sdk"), "5.2.0-jdk25", "opencl");
    }

    private Start start(Map<String, String> environment) {
        return new Start(new Project(root), JDKS, environment, 4);
    }

    private Start onSdk() {
        return start(Map.of("TORNADOVM_HOME", sdk.home().toString()));
    }

    @Test
    void withoutSdk() {
        List<String> words = start(Map.of("MLA_JAVA_OPTIONS", " -Da=1  -Db=2 ")).words(List.of("info", "x"));
        assertEquals("/jdk-26/bin/java", words.getFirst());
        assertTrue(words.containsAll(List.of("@" + root + "/target/run.args", "@" + root + "/target/memory.args",
                "-XX:SharedArchiveFile=" + root + "/target/info.jsa", "-Dmla.home=" + root)), words.toString());
        assertEquals(List.of("-Da=1", "-Db=2", "-cp",
                root + "/cli/target/tornado-mla-cli-0.jar:" + root + "/cli/target/lib/*", "org.tornadomla.cli.Main"),
                words.subList(words.size() - 5, words.size()));
    }

    /** All that an image needs lies in its app, and it looks for no SDK. */
    @Test
    void inAnImage() throws Exception {
        Path image = root.resolve("image");
        Path jar = image.resolve("app/tornado-mla-cli-0.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "");
        Start start = new Start(new Project(image), JDKS, Map.of("TORNADOVM_HOME", sdk.home().toString()), 4);
        List<String> words = start.words(List.of("generate"));
        assertTrue(
                words.containsAll(List.of("@" + image + "/app/run.args", "@" + image + "/app/memory.args",
                        "-XX:SharedArchiveFile=" + image + "/app/generate.jsa", "-Dmla.home=" + image)),
                words.toString());
        assertEquals(List.of("-cp", jar + ":" + image + "/app/lib/*", "org.tornadomla.cli.Main"),
                words.subList(words.size() - 3, words.size()));
        assertTrue(assertThrows(ConfigurationException.class,
                () -> start.words(List.of("generate", "--engine", "tornadovm"))).getMessage().startsWith("an image"));
    }

    @Test
    void enginesAndThreads() {
        List<String> words = start(Map.of()).words(List.of("generate", "--engine=jvm", "--threads", "3"));
        assertEquals(List.of("MALLOC_ARENA_MAX=1", "POCL_MAX_PTHREAD_COUNT=3", "/jdk-26/bin/java"),
                words.subList(0, 3));
        assertTrue(words.contains("-XX:ActiveProcessorCount=3"), words.toString());
        List<String> odd = start(Map.of()).words(List.of("generate", "--threads", "many"));
        assertFalse(odd.toString().contains("many"), odd.toString());
    }

    /** More threads than processors, up to numbers that no int holds, would take for ever to start. */
    @Test
    void point14ThreadsAreBoundedByTheMachine() {
        for (String count : List.of("5", "99999", "99999999999999999999")) {
            for (String command : List.of("generate", "serve", "attention", "verify", "devices")) {
                List<String> words = start(Map.of()).words(List.of(command, "--threads", count));
                assertEquals("POCL_MAX_PTHREAD_COUNT=4", words.getFirst());
                assertTrue(words.contains("-XX:ActiveProcessorCount=4"), words.toString());
            }
        }
        assertEquals("POCL_MAX_PTHREAD_COUNT=4", start(Map.of()).words(List.of("generate", "--threads=4")).getFirst());
    }

    @Test
    void onAnSdk() throws Exception {
        List<String> words = onSdk().words(List.of("devices"));
        assertEquals(List.of("/jdk-25/bin/java", "@" + root + "/target/tornadovm.args"), words.subList(0, 2));
        assertFalse(words.toString().contains("memory.args"), words.toString());
        String file = Files.readString(root.resolve("target/tornadovm.args"));
        assertTrue(file.contains("\"" + sdk.home() + "/share/java/tornado\"\n"), file);
        assertTrue(file.contains("-Dtornado.device.memory=4096MB\n"), file);
        assertEquals("/jdk-26/bin/java", onSdk().words(List.of("devices", "--engine", "opencl")).getFirst());
        assertThrows(ConfigurationException.class,
                () -> start(Map.of()).words(List.of("devices", "--engine", "tornadovm")));
    }

    /** On an SDK the JDK's own library keeps the JVM's handlers of signals, before those that the user preloads. */
    @Test
    void signalsStayTheJvms() throws Exception {
        Path home = Files.createDirectories(root.resolve("jdk/lib")).getParent();
        String library = Files.createFile(home.resolve("lib/libjsig.so")).toString();
        List<Jdk> jdks = List.of(new Jdk(25, home));
        Map<String, String> set = Map.of("TORNADOVM_HOME", sdk.home().toString(), "LD_PRELOAD", "/theirs.so");
        Start start = new Start(new Project(root), jdks, set, 4);
        String preloaded = "LD_PRELOAD=" + library + ":/theirs.so";
        assertEquals(preloaded, start.words(List.of("devices")).getFirst());
        assertEquals(preloaded, start.words(List.of("test", "--engine", "tornadovm")).getFirst());
        for (List<String> without : List.of(List.of("test"), List.of("devices", "--engine", "opencl"))) {
            assertFalse(start.words(without).toString().contains("LD_PRELOAD"));
        }
        Map<String, String> nothing = Map.of("TORNADOVM_HOME", sdk.home().toString());
        assertEquals("LD_PRELOAD=" + library,
                new Start(new Project(root), jdks, nothing, 4).words(List.of("devices")).getFirst());
    }

    /** Three times the files of the model, rounded up to MiB, and 4 GiB. */
    @Test
    void deviceMemoryFollowsTheModel() throws Exception {
        Path model = Files.createDirectories(root.resolve("model"));
        Files.write(model.resolve("weights"), new byte[(2 << 20) + 1]);
        onSdk().words(List.of("generate", "--model", model.toString()));
        String file = Files.readString(root.resolve("target/tornadovm.args"));
        assertTrue(file.contains("-Dtornado.device.memory=4105MB\n"), file);
    }

    /** They run on what they are asked to, in JVMs of their own. */
    @Test
    void aWholeModelIsMeasuredInTheCommandsOwnProcess() {
        List<String> words = start(Map.of()).words(List.of("bench", "--model", "x", "--threads", "3"));
        assertEquals("POCL_MAX_PTHREAD_COUNT=3", words.getFirst());
        assertEquals("/jdk-26/bin/java", start(Map.of()).words(List.of("bench", "--threads", "3")).getFirst());
        assertTrue(onSdk().words(List.of("bench", "--perplexity=x")).toString().contains("tornadovm.args"));
    }

    @Test
    void testsAndBenchmarksAreConductedWithoutSdk() {
        for (String command : List.of("test", "bench")) {
            List<String> words = onSdk().words(List.of(command, "--engine", "tornadovm", "--threads", "2"));
            assertEquals("/jdk-26/bin/java", words.getFirst());
            assertFalse(words.toString().contains("tornadovm.args"), words.toString());
        }
    }

    @Test
    void optionValues() {
        assertEquals(Optional.of("b"), Start.option("--a", List.of("x", "--a", "b")));
        assertEquals(Optional.of(""), Start.option("--a", List.of("--a=")));
        assertEquals(Optional.empty(), Start.option("--a", List.of("--ab", "c", "--a")));
    }

    @Test
    void stepsOfTheBenchmarks() {
        List<String> measure = List.of("measure");
        List<BenchRun.Step> steps = BenchCommand.steps(measure, 1, 3, true);
        List<String> threads = List.of("measure", "--threads-only");
        assertEquals(List.of(new BenchRun.Step(false, 1, measure), new BenchRun.Step(true, 1, measure),
                new BenchRun.Step(false, 2, threads), new BenchRun.Step(false, 3, threads)), steps);
        assertEquals(List.of(new BenchRun.Step(false, 2, measure)), BenchCommand.steps(measure, 2, 2, false));
    }

    @Test
    void commandsOfTheBenchmarks() {
        BenchRun run = new BenchRun(onSdk(), new Project(root), root.resolve("r"), List.of(),
                new PrintWriter(System.out));
        List<String> bundled = run.command(new BenchRun.Step(false, 2, List.of("measure")));
        assertEquals(List.of("/jdk-26/bin/java", "-XX:ActiveProcessorCount=2"), bundled.subList(0, 2));
        assertEquals(List.of("org.tornadomla.benchmarks.Main", "measure"),
                bundled.subList(bundled.size() - 2, bundled.size()));
        List<String> sdkRun = run.command(new BenchRun.Step(true, 1, List.of("measure")));
        assertEquals(List.of("/jdk-25/bin/java", "@" + root + "/target/tornadovm.args"), sdkRun.subList(0, 2));
    }

    @Test
    void newerSourcesMakeAJarStale() throws Exception {
        Project project = new Project(root);
        for (String file : List.of("pom.xml", "parent/pom.xml", "src/main/A", "src/bundled/B", "src/launch/C",
                "server/pom.xml", "server/src/main/A", "tutorial/pom.xml", "tutorial/src/main/A", "cli/pom.xml",
                "cli/src/main/A")) {
            Files.createDirectories(root.resolve(file).getParent());
            age(Files.writeString(root.resolve(file), ""), 50);
            age(root.resolve(file).getParent(), 50);
        }
        Path jar = root.resolve("cli/target/tornado-mla-cli-0.jar");
        age(jar, 40);
        assertTrue(project.isStale(), "no arguments were written");
        Files.writeString(project.runArguments(), "");
        assertFalse(project.isStale());
        age(root.resolve("src/main/A"), 30);
        assertTrue(project.isStale());
        age(jar, 20);
        assertFalse(project.isStale());
        age(root.resolve("cli/src/main/A"), 10);
        assertTrue(project.isStale(), "the source of another module");
        age(jar, 5);
        Files.writeString(jar.resolveSibling("tornado-mla-cli-0-javadoc.jar"), "");
        assertEquals(jar, project.jar().orElseThrow());
        Files.writeString(project.unfinished(), "");
        assertTrue(project.isStale(), "a build did not end");
        Files.delete(project.unfinished());
        Files.delete(root.resolve("src/bundled/B"));
        assertTrue(project.isStale(), "a source was deleted");
    }

    private static void age(Path file, int seconds) throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    /** An archive of classes is for a command with an engine: another engine has other classes. */
    @Test
    void archivesAreForACommandAndAnEngine() {
        assertTrue(start(Map.of()).words(List.of("generate", "--engine=opencl"))
                .containsAll(List.of("-XX:SharedArchiveFile=" + root + "/target/generate-opencl.jsa",
                        "-Dmla.archive=" + root + "/target/generate-opencl.jsa",
                        "-XX:Tier4InvocationThreshold=50000")));
        List<String> words = start(Map.of()).words(List.of("generate", "--engine", "jvm"));
        assertTrue(words.contains("-XX:SharedArchiveFile=" + root + "/target/generate-jvm.jsa"), words.toString());
        assertFalse(words.toString().contains("Tier4"), words.toString());
        assertFalse(start(Map.of()).words(List.of("generate")).toString().contains("Tier4"));
        assertTrue(start(Map.of()).words(List.of("generate", "--engine=../x"))
                .contains("-XX:SharedArchiveFile=" + root + "/target/generate.jsa"));
    }

    /** What a help text or a message left of an archive is taken away before the next run. */
    @Test
    void poorArchivesAreMadeAgain() throws Exception {
        Path archive = root.resolve("target/generate.jsa");
        String before = System.setProperty("mla.archive", archive.toString());
        try {
            PoorArchive.note();
            Files.writeString(archive, "few classes");
            // A run that makes no archive has nothing to say of it.
            PoorArchive.note();
            start(Map.of()).words(List.of("generate"));
            assertFalse(Files.exists(archive));
            Files.writeString(archive, "many classes");
            PoorArchive.note();
            start(Map.of()).words(List.of("generate"));
            assertTrue(Files.exists(archive));
        } finally {
            if (before == null) {
                System.clearProperty("mla.archive");
            } else {
                System.setProperty("mla.archive", before);
            }
        }
    }
}
