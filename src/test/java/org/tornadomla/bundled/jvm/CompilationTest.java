package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
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
     * A line of {@code -XX:+PrintCompilation}: the compilation's number, its tier, a method of a kernel's class. The
     * methods around a kernel ({@code run}, {@code trips}, {@code count}) compute nothing.
     */
    private static final Pattern LINE = Pattern
            .compile("\\s*\\d+\\s+(\\d+)\\s[ %s!bn]*\\s([1-4])\\s+(\\S+\\$Kernel/\\S+::(?:kernel|\\w+\\$\\d+))\\s(.*)");

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+BackgroundCompilation", "-XX:Tier3DelayOn=0", "-Xbatch"})
    void kernelsAreCompiledByTheSecondCompilerOnly(String order) throws Exception {
        Set<String> offered = new LinkedHashSet<>();
        Set<String> refused = new HashSet<>();
        Set<String> compiled = new HashSet<>();
        for (String line : output(order).split("\n")) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String compilation = matcher.group(1) + " of " + matcher.group(3);
                if (Integer.parseInt(matcher.group(2)) == LAST) {
                    compiled.add(matcher.group(3).replaceAll("/\\w+", ""));
                } else if (matcher.group(4).contains("COMPILE SKIPPED")) {
                    refused.add(compilation);
                } else {
                    offered.add(compilation);
                }
            }
        }
        assertFalse(offered.isEmpty(), "no kernel was offered to the first compiler; do the lines look otherwise?");
        // There is one thread of the first compiler, which may be at its last compilation when the process ends.
        Set<String> run = new LinkedHashSet<>(offered);
        run.remove(List.copyOf(offered).getLast());
        run.removeAll(refused);
        assertEquals(Set.of(), run, "compiled by the first compiler");
        String product = "org.tornadomla.kernels.MatMul$rows$Kernel::";
        assertTrue(compiled.stream().anyMatch(method -> method.startsWith(product)),
                () -> "no part of a product is compiled after " + STEPS + " steps, but " + compiled);
    }

    private static String output(String order) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("mla.test.launch").split(" ")));
        command.addAll(List.of("-XX:+PrintCompilation", order, "-XX:ActiveProcessorCount=2", "-cp",
                System.getProperty("java.class.path"), AllocationRun.class.getName(), "1", "64", "0",
                String.valueOf(STEPS)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
