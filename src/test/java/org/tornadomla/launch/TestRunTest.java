package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.error.ConfigurationException;

/** How the test suite is run, and what is said of tests that were not. */
class TestRunTest {

    @TempDir
    private Path directory;

    @Test
    void mavenGetsTheUsersArguments() {
        Start start = new Start(new Project(directory), List.of(), Map.of(), 2);
        assertEquals(
                List.of("test", "-Pcheck", "-f", "parent/pom.xml", "-Dbenchmarks.tests.skipped=true",
                        "-Dmla.require.opencl=true"),
                TestCommand.mavenArguments(start, "auto", List.of("-Dmla.require.opencl=true")));
        assertEquals(List.of("test", "-Dtest=A"), TestCommand.mavenArguments(start, "auto", List.of("-Dtest=A")),
                "sources are not analysed for a single test");
        Start further = new Start(new Project(directory), List.of(),
                Map.of("MLA_JAVA_OPTIONS", "-Dmla.cores=many -Da=#"), 2);
        assertEquals(List.of("test", "-Dfurther.flags=-Dmla.cores=many \"-Da=#\"", "-Dtest=A"),
                TestCommand.mavenArguments(further, "auto", List.of("-Dtest=A")), "the user's options");
        String message = assertThrows(ConfigurationException.class,
                () -> TestCommand.mavenArguments(start, "opencl", List.of())).getMessage();
        assertTrue(message.endsWith("given opencl"), message);
    }

    @Test
    void skippedTestsAreListedWithTheirReasons() throws Exception {
        Files.writeString(directory.resolve("TEST-a.xml"),
                """
                        <testsuite><testcase name="b" classname="C"><skipped message="no &amp; device"/></testcase>
                        <testcase name="ran" classname="C"/>
                        <testcase name="a" classname="C"><skipped><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: x
                        at y]]></skipped></testcase></testsuite>
                        """);
        assertEquals(List.of("skipped: C.a: TestAbortedException: Assumption failed: x", "skipped: C.b: no & device"),
                SkippedTests.in(directory));
        assertEquals(List.of(), SkippedTests.in(directory.resolve("none")));
    }

    @Test
    void mavensVersion() {
        assertTrue(Maven.isNewEnough("Apache Maven 3.9.11 (3e54)\nMaven home: /x"));
        assertTrue(Maven.isNewEnough("\u001b[1mApache Maven 3.6.3\u001b[m"));
        assertFalse(Maven.isNewEnough("Apache Maven 3.6.2 (x)"));
        assertFalse(Maven.isNewEnough("mvnw: cannot fetch"));
    }
}
