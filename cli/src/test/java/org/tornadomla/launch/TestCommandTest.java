package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;
import picocli.CommandLine;

/** {@code mla test}: what of Maven's output is shown, and what the command ends with; Maven is a script here. */
class TestCommandTest {

    private static final String PASSED = "<testsuite tests='3' failures='0' errors='0'/>";

    @TempDir
    private Path root;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void project() throws Exception {
        for (String file : List.of("parent/pom.xml", "src/test/java/a/ATest.java", "target/classes/A.class",
                "target/test-classes/ATest.class", "target/surefire-reports/TEST-old.xml")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "<module>..</module>\n<module>../cli</module>\n");
        }
        maven("", PASSED);
    }

    /** A Maven that says some lines and writes a report. */
    private void maven(String work, String report) throws Exception {
        LauncherProject.program(root.resolve("mvnw"), """
                [ "$1" != -v ] || { echo "Apache Maven 3.9.11 (test)"; exit; }
                echo "$*" > arguments
                ls target > found
                mkdir -p target/surefire-reports
                cat > target/surefire-reports/TEST-a.xml <<'EOF'
                %s
                EOF
                %s
                """.formatted(report, work));
    }

    private int test(String... arguments) throws Exception {
        TestCommand command = new TestCommand();
        new CommandLine(command).setOut(new PrintWriter(said)).parseArgs(arguments);
        Start start = new Start(new Project(root), List.of(), Map.of(), 2);
        return command.run(new Project(root), start, root.resolve("home"));
    }

    private String log() {
        return root.resolve("target/test.log").toString();
    }

    @Test
    void showsWhatClassesDidAndTheirSum() throws Exception {
        maven("""
                echo '[INFO] Scanning for projects...'
                echo '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in a.ATest'
                echo '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0'
                """, PASSED);
        assertEquals(0, test("ATest", "-o"), said::toString);
        assertEquals(
                "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in a.ATest\n"
                        + "tests: 3 run, 0 failed, 0 skipped, in 1 module\nthe whole output is in " + log() + "\n",
                said.toString());
        assertEquals(3, Files.readAllLines(Path.of(log())).size());
        String arguments = Files.readString(root.resolve("arguments"));
        assertTrue(arguments.endsWith("-pl .. -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ATest -o\n"),
                arguments);
    }

    /** Only what is compiled is analysed; for one class the classes stay, and reports of an earlier run never do. */
    @Test
    void wholeRunsCompileEverything() throws Exception {
        assertEquals(0, test("ATest"), said::toString);
        assertEquals(List.of("classes", "test.log"), Files.readAllLines(root.resolve("found")));
        assertEquals(0, test(), said::toString);
        assertEquals(List.of("test.log"), Files.readAllLines(root.resolve("found")));
        assertTrue(said.toString().contains("the benchmarks were compiled and not tested; their tests, which need"
                + " PyTorch: ./mvnw -f parent/pom.xml -pl ../benchmarks"), said::toString);
        assertTrue(said.toString().contains("the module spark was not tested"), said::toString);
    }

    @Test
    void aTestThatFailsIsAFailure() throws Exception {
        maven("echo '[ERROR]   ATest.one:3 expected: <1> but was: <2>'\necho '[ERROR] Tests run: 3, Failures: 1'\n",
                "<testsuite tests='3' failures='1' errors='0'/>");
        assertEquals(1, test("ATest"));
        assertTrue(said.toString().startsWith(
                "[ERROR]   ATest.one:3 expected: <1> but was: <2>\ntests: 3 run, 1 failed, 0 skipped, in 1 module\n"),
                said::toString);
    }

    /** A build that failed, and one that lost a JVM of tests, whatever the reports say. */
    @Test
    void whatMavenSaysCountsToo() throws Exception {
        maven("exit 1\n", PASSED);
        assertEquals(1, test("ATest"));
        maven("echo '[ERROR] The forked VM terminated without saying properly goodbye'\n", PASSED);
        assertEquals(1, test("ATest"));
        assertTrue(said.toString().contains("terminated without saying properly goodbye\n"), said::toString);
        maven("", "<testsuite tests='1' failures='0' errors='0'><testcase name='b' classname='C'>"
                + "<skipped message='no device'/></testcase></testsuite>");
        assertEquals(1, test("ATest"), "no test ran");
        assertTrue(said.toString().contains("skipped: C.b: no device\ntests: 0 run"), said::toString);
    }

    @Test
    void aClassThatIsNowhereIsRefusedBeforeAnythingRuns() throws Exception {
        assertThrows(ConfigurationException.class, () -> test("NoTest"));
        assertTrue(Files.exists(root.resolve("target/test-classes/ATest.class")), "nothing was begun");
        assertFalse(Files.exists(root.resolve("arguments")));
    }
}
