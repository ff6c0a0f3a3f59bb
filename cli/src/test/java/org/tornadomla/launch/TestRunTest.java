package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** How the test suite is run, and what is said of tests that were not. */
class TestRunTest {

    @TempDir
    private Path directory;

    @Test
    void mavenGetsTheUsersArguments() {
        assertEquals(List.of("-Pcheck", "-Dbenchmarks.tests.skipped=true", "-Dmla.require.opencl=true"),
                arguments(Map.of(), List.of("-Dmla.require.opencl=true")));
        assertEquals(
                List.of("-Dfurther.flags=-Dmla.cores=many \"-Da=#\"", "-Pcheck", "-Dbenchmarks.tests.skipped=true"),
                arguments(Map.of("MLA_JAVA_OPTIONS", "-Dmla.cores=many -Da=#"), List.of()), "the user's options");
        String message = assertThrows(ConfigurationException.class,
                () -> TestCommand.mavenArguments(start(Map.of()), new Project(directory), "opencl", List.of()))
                .getMessage();
        assertTrue(message.endsWith("given opencl"), message);
    }

    /** A plugin's configuration would win over Maven's own option, which the README has users install with. */
    @Test
    void eachModuleSkipsItsTestsWhenMavenIsToldTo() throws IOException {
        Pattern fixed = Pattern.compile("<configuration>(?:(?!</configuration>).)*<skip(Tests)?>", Pattern.DOTALL);
        try (Stream<Path> modules = Files.list(Path.of("."))) {
            for (Path pom : modules.map(module -> module.resolve("pom.xml")).filter(Files::exists).toList()) {
                assertFalse(fixed.matcher(Files.readString(pom)).find(), pom::toString);
            }
        }
    }

    private Start start(Map<String, String> environment) {
        return new Start(new Project(directory), List.of(), environment, 2);
    }

    /** What Maven is given besides what it always is. */
    private List<String> arguments(Map<String, String> environment, List<String> given) {
        List<String> all = TestCommand.mavenArguments(start(environment), new Project(directory), "auto", given);
        assertEquals(List.of("-f", "parent/pom.xml", "test", "-Dmaven.test.failure.ignore=true"), all.subList(0, 4));
        return all.subList(4, all.size());
    }

    @BeforeEach
    void modules() throws IOException {
        for (String file : List.of("parent/pom.xml", "src/test/java/org/a/ATest.java",
                "cli/src/test/java/org/b/BTest.java", "cli/src/test/java/org/b/BOtherTest.java")) {
            Files.createDirectories(directory.resolve(file).getParent());
            Files.writeString(directory.resolve(file),
                    "<module>..</module>\n<module>../server</module>\n<module>../cli</module>\n");
        }
    }

    /** Sources are not analysed for single tests, and modules without them are not built. */
    @Test
    void classesAreTestedWhereTheyAre() {
        List<String> more = List.of("-am", "-Dsurefire.failIfNoSpecifiedTests=false");
        assertEquals(joined(List.of("-pl", ".."), more, List.of("-Dtest=ATest")),
                arguments(Map.of(), List.of("-Dtest=ATest")));
        assertEquals(joined(List.of("-pl", "..,../cli"), more, List.of("-Dtest=ATest#one,B*Test", "-o")),
                arguments(Map.of(), List.of("ATest#one", "-o", "B*Test")));
        assertEquals(joined(List.of("-pl", "../cli"), more, List.of("-Dtest=org.b.*Test")),
                arguments(Map.of(), List.of("org.b.*Test")));
        assertEquals(joined(List.of("-pl", "..,../server,../cli"), more, List.of("-Dtest=!ATest")),
                arguments(Map.of(), List.of("-Dtest=!ATest")));
        String message = assertThrows(ConfigurationException.class, () -> arguments(Map.of(), List.of("CTest")))
                .getMessage();
        assertEquals("no module has a test class CTest", message);
    }

    private static List<String> joined(List<String> modules, List<String> more, List<String> classes) {
        return Stream.of(modules, more, classes).flatMap(List::stream).toList();
    }

    @Test
    void aModuleThatWasNotTestedIsNamed() throws Exception {
        Path fetched = directory.resolve("spark.jar");
        List<String> whole = List.of("-f", "parent/pom.xml", "test", "-Pcheck");
        String said = TestCommand.untestedSpark(whole, fetched).orElseThrow();
        assertTrue(said.contains("the module spark was not tested") && said.contains(fetched.toString()), said);
        assertTrue(TestCommand.untestedSpark(List.of("test", "-Dtest=A"), fetched).isEmpty(), "one test was wanted");
        assertTrue(TestCommand.untestedSpark(List.of("-Pcheck", "-Pspark"), fetched).isEmpty());
        Files.createFile(fetched);
        assertTrue(TestCommand.untestedSpark(whole, fetched).isEmpty(), "Maven tests it itself");
        assertTrue(Files.readString(Path.of("parent/pom.xml"))
                .contains("<exists>${user.home}/" + TestCommand.SPARK + "</exists>"), "Maven looks there too");
    }

    @Test
    void reportsOfAllModulesAreOne() throws Exception {
        List<Path> modules = new Project(directory).modules();
        assertFalse(TestReports.in(modules).passed(), "no test ran");
        Path first = Files.createDirectories(directory.resolve("target/surefire-reports"));
        Files.writeString(first.resolve("TEST-a.xml"),
                """
                        <testsuite tests="3" failures="0" errors="0" skipped="2"><testcase name="b" classname="C"><skipped message="no &amp; device"/></testcase>
                        <testcase name="ran" classname="C"/>
                        <testcase name="a" classname="C"><skipped><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: x
                        at y]]></skipped></testcase></testsuite>
                        """);
        assertEquals(List.of("skipped: C.a: TestAbortedException: Assumption failed: x", "skipped: C.b: no & device"),
                TestReports.in(modules).skipped());
        assertEquals("tests: 1 run, 0 failed, 2 skipped, in 1 module", TestReports.in(modules).summary());
        assertTrue(TestReports.in(modules).passed());
        Path other = Files.createDirectories(directory.resolve("cli/target/surefire-reports"));
        Files.writeString(other.resolve("TEST-b.xml"), "<testsuite tests='5' failures='1' errors='1'/>");
        assertEquals("tests: 6 run, 2 failed, 2 skipped, in 2 modules", TestReports.in(modules).summary());
        assertFalse(TestReports.in(modules).passed());
        Files.writeString(other.resolve("TEST-b.xml"), "<testsuite tests='5'");
        assertFalse(TestReports.in(modules).passed(), "a report that is cut off");
    }
}
