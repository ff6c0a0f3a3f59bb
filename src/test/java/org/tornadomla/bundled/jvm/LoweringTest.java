package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.tensor.CacheType;

/**
 * Every kernel of the library has a form in which vectors are registers, on processors whose registers hold 4, 8 and 16
 * floats. A JVM of its own makes each form, which needs no such processor. It has the launcher's option by which Java
 * compiles methods of any length.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the engine jvm belongs to the bundled runtime")
class LoweringTest {

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void everyKernelIsLowered(int lanes) throws Exception {
        String output = output(lanes, LoweringRun.class);
        List<String> kernels = output.lines().filter(line -> line.contains("lowered")).toList();
        assertTrue(kernels.size() >= 100, output);
        assertEquals(List.of(), kernels.stream().filter(line -> line.contains("not lowered")).toList());
    }

    /** Which registers hold a vector changes no bit of a result. */
    @Test
    void resultsDoNotDependOnRegisters() throws Exception {
        List<String> narrow = output(4, RegistersRun.class).lines().filter(line -> line.startsWith("bits")).toList();
        assertEquals(CacheType.values().length, narrow.size());
        for (int lanes : new int[]{8, 16}) {
            assertEquals(narrow,
                    output(lanes, RegistersRun.class).lines().filter(line -> line.startsWith("bits")).toList());
        }
    }

    private static String output(int lanes, Class<?> program) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("mla.test.launch").split(" ")));
        command.addAll(List.of("-XX:-DontCompileHugeMethods", "-Dmla.jvm.lanes=" + lanes, "-cp",
                System.getProperty("java.class.path"), program.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
