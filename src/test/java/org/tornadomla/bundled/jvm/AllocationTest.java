package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Vectors of compiled kernels are registers, not objects. A JVM of its own runs without profiles of types, with which
 * the compiler guesses classes that it cannot derive: in some processes there is such a profile in time, in others not.
 * It compiles in the foreground, so that what a step allocates depends on the steps before it, not on time.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the engine jvm belongs to the bundled runtime")
class AllocationTest {

    /**
     * A step allocates its inputs, results, launches and the private arrays of kernels, 76,000 bytes and 980,000. Its
     * loops over keys and weights make 80,000 vectors and more: as objects they are 27 million bytes and 50 million. A
     * tenth of that fails. Everything is compiled after 73 steps and 7.
     */
    @ParameterizedTest
    @CsvSource({"1, 512, 2700000, 120", "64, 0, 5000000, 15"})
    void vectorsAreNoObjects(int tokens, int cached, long limit, int steps) throws Exception {
        assumeTrue(VectorUnit.PARTS > 0, () -> "vectors of 16 floats are objects here: " + VectorUnit.reason());
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("mla.test.launch").split(" ")));
        command.addAll(List.of("-XX:-UseTypeProfile", "-Xbatch", "-XX:ActiveProcessorCount=1", "-cp",
                System.getProperty("java.class.path"), AllocationRun.class.getName(), String.valueOf(tokens),
                String.valueOf(cached), String.valueOf(limit), String.valueOf(steps)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        String[] lines = output.strip().split("\n");
        long allocated = Long.parseLong(lines[lines.length - 1]);
        assertTrue(allocated < limit, () -> "a step of " + tokens + " tokens allocates " + allocated + " bytes");
    }
}
