package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels never run in code of HotSpot's first compiler, which some processes would keep for their whole life. A JVM of
 * its own says what it compiles. It is made to compile in other orders: as it comes, always without a full profile
 * first, and in the foreground, so that what is compiled does not depend on time.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the engine jvm belongs to the bundled runtime")
class CompilationTest {

    private static final int STEPS = 60;

    /** The last tier, that of the second compiler. */
    private static final int LAST = 4;

    /**
     * A compilation in the JVM's own log: a method of a kernel's class, and the tier, which is not said of the last.
     * The methods around a kernel ({@code run}, {@code trips}, {@code count}) compute nothing.
     */
    private static final Pattern TASK = Pattern
            .compile("<task .*method='(\\S+\\$Kernel)/\\S+ (kernel|\\w+\\$\\d+) [^']*'(?:.* level='([123])')?.*");

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+BackgroundCompilation", "-XX:Tier3DelayOn=0", "-Xbatch"})
    void kernelsAreCompiledByTheSecondCompilerOnly(String order, @TempDir Path folder) throws Exception {
        List<String> offered = new ArrayList<>();
        List<String> first = new ArrayList<>();
        Set<String> second = new HashSet<>();
        String method = null;
        int tier = 0;
        for (String line : compilations(order, folder.resolve("compilations.xml"))) {
            Matcher task = TASK.matcher(line);
            if (task.matches()) {
                method = task.group(1) + "::" + task.group(2);
                tier = task.group(3) == null ? LAST : Integer.parseInt(task.group(3));
                if (tier < LAST) {
                    offered.add(method);
                }
            } else if (line.startsWith("<task ")) {
                method = null;
            } else if (method != null && line.startsWith("<task_done success='1'")) {
                (tier < LAST ? first : second).add(method);
            }
        }
        assertFalse(offered.isEmpty(), "no kernel was offered to the first compiler; do the lines look otherwise?");
        assertEquals(List.of(), first, "compiled by the first compiler");
        String product = "org.tornadomla.kernels.MatMul$rows$Kernel::";
        assertTrue(second.stream().anyMatch(each -> each.startsWith(product)),
                () -> "no part of a product is compiled after " + STEPS + " steps, but " + second);
    }

    /**
     * Runs a small model, and gives what the JVM notes of its compilations. What it prints of them would not do: lines
     * of two compilers run into each other.
     */
    private static List<String> compilations(String order, Path log) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("mla.test.launch").split(" ")));
        command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log, order,
                "-XX:ActiveProcessorCount=2", "-cp", System.getProperty("java.class.path"),
                AllocationRun.class.getName(), "1", "64", "0", String.valueOf(STEPS)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        // The log quotes bytes of classes, which need not be characters.
        return Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    }
}
