package org.tornadomla.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.testing.ChildJvm.Exit;
import org.tornadomla.testing.ChildJvm;

/**
 * A kernel that TornadoVM cannot compile, in JVMs of their own: with bail-out on, TornadoVM runs it as Java and gives
 * the right numbers, and only a red line tells.
 */
@EnabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "bail-out is TornadoVM's, and no SDK is active")
class BailoutTest {

    private static final String MAIN = "org.tornadomla.cli.Main";
    private static final String[] GENERATE = {"generate", "--model", "models/tiny-kjv", "--max-tokens", "4", "--trust",
        "--prompt", "In the"};

    @TempDir
    private Path directory;

    @BeforeEach
    void breakKernel() {
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-g", "-parameters", "-proc:none", "-d",
                directory.resolve("broken").toString(), "-cp", System.getProperty("java.class.path"),
                "src/test/resources/broken/Unpack.java");
        assertEquals(0, status, "the broken kernel is Java");
    }

    @Test
    void selfTestFindsTheKernelThatRanAsJava() throws Exception {
        Exit broken = start(true, "True", BailoutSelfTest.class.getName());
        assertTrue(broken.out().contains("FAILED") && broken.out().contains("Unpack.rows) ran as Java on the host"),
                broken.toString());
        Exit sound = start(false, "True", BailoutSelfTest.class.getName());
        assertTrue(sound.out().contains("passed, "), sound.toString());
    }

    @Test
    void withoutSelfTestARunWithBailoutIsAnError() throws Exception {
        assertRefused(2, "bail-out is on", start(true, "True", MAIN, GENERATE));
    }

    @Test
    void withoutSelfTestAndBailoutTheKernelIsAnError() throws Exception {
        assertRefused(1, "graph head failed on tornadovm", start(true, "False", MAIN, GENERATE));
        Exit sound = start(false, "False", MAIN, GENERATE);
        assertEquals(0, sound.status(), sound.toString());
        assertFalse(sound.out().isBlank());
    }

    private static void assertRefused(int status, String reason, Exit exit) {
        assertEquals(status, exit.status(), exit.toString());
        // TornadoVM's own code writes a line there when a driver refuses a kernel.
        assertTrue(exit.out().lines().allMatch(line -> line.startsWith("[TornadoVM-OCL-JNI] ERROR")),
                "numbers came out: " + exit);
        List<String> errors = exit.err().lines().filter(line -> line.startsWith("error: ") && line.contains(reason))
                .toList();
        assertEquals(1, errors.size(), exit.toString());
    }

    private Exit start(boolean broken, String bailout, String main, String... arguments) throws Exception {
        return new ChildJvm(List.of("-Dtornado.recover.bailout=" + bailout),
                broken ? directory.resolve("broken") : null, Map.of()).run(directory, main, arguments);
    }
}
