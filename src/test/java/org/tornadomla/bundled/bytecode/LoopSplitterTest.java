package org.tornadomla.bundled.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulBf16;
import org.tornadomla.kernels.MatMulInt8;

/**
 * Which loops are split where registers hold fewer floats than a kernel's vector. Contract tests compare the results of
 * split loops with the reference.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "what is tested belongs to the bundled runtime")
class LoopSplitterTest {

    /** A product of four rows keeps 16 sums: four parts of four sums, in turns, are five loops in place of one. */
    @ParameterizedTest
    @ValueSource(classes = {MatMul.class, MatMulBf16.class, MatMulInt8.class})
    void productsOfSomeRowsAreSplitByColumns(Class<?> product) {
        Method rows = method(product, "rows");
        for (int lanes : new int[]{4, 8}) {
            assertEquals(jumpsBack(rows, 16) + 4, jumpsBack(rows, lanes));
        }
        assertEquals(vectorSums(rows, 16), vectorSums(rows, 8), "every sum stands once");
    }

    /** One row reads each vector of weights once: it waits for memory, and its order suits that. */
    @Test
    void aProductOfOneRowStaysWhole() {
        assertStays(method(MatMul.class, "row"));
    }

    /** Two columns of four rows, eight sums; what a case has in its loop besides, and what for its bound. */
    private static final String LOOP = """
            import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
            import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
            import uk.ac.manchester.tornado.api.types.vectors.Float16;
            public class Loop {
                public static void loop(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
                    int bound = n;
                    int at = 0;
                    Float16 %s;
                    for (int i = 0; i < bound; i++) {
                        Float16 v = w.get(2 * i);
                        Float16 u = w.get(2 * i + 1);
                        %s
                    }
                    y.set(0, %s);
                }
            }
            """;
    private static final List<String> SUMS = List.of("a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3");

    @TempDir
    Path folder;

    static Stream<Arguments> wholeLoops() {
        String all = body(SUMS);
        return Stream.of(Arguments.of("few sums", body(SUMS.subList(1, 8))),
                Arguments.of("sums that need each other", all + "b3 = Float16.add(b3, a0);"),
                Arguments.of("a counter that all read", all.replace("x.get(i", "x.get(at + i") + "at = at + 2;"),
                Arguments.of("a store in the body", all + "y.set(i + 1, b3);"),
                Arguments.of("a bound that moves",
                        all + "bound = n - (int) x.get(i); b3 = Float16.mult(b3, x.get(bound));"),
                Arguments.of("a branch in the body", all + "if (x.get(i) > 0) { b3 = v; }"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholeLoops")
    void otherLoopsStayWhole(String name, String body) throws Exception {
        assertStays(loop(body));
    }

    /** What the cases above have besides, one thing each, is what keeps them whole. */
    @Test
    void theSameWithNothingInTheWayIsSplit() throws Exception {
        Method loop = loop(body(SUMS));
        assertEquals(jumpsBack(loop, 16) + 2, jumpsBack(loop, 8));
    }

    private static String body(List<String> sums) {
        return sums.stream().map(sum -> "%1$s = Float16.add(%1$s, Float16.mult(%2$s, x.get(i + %3$s * n)));"
                .formatted(sum, sum.startsWith("a") ? "v" : "u", sum.substring(1))).collect(Collectors.joining("\n"));
    }

    private Method loop(String body) throws Exception {
        String none = SUMS.stream().map(sum -> sum + " = new Float16()").collect(Collectors.joining(", "));
        String all = SUMS.stream().reduce((left, right) -> "Float16.add(" + left + ", " + right + ")").orElseThrow();
        Path source = Files.writeString(folder.resolve("Loop.java"), LOOP.formatted(none, body, all));
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertTrue(
                compiler.getTask(messages, null, null,
                        List.of("-g", "-cp", System.getProperty("java.class.path"), "-d", folder.toString()), null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source)).call(),
                messages::toString);
        try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()},
                getClass().getClassLoader())) {
            Method loop = method(loader.loadClass("Loop"), "loop");
            // Read while its class file can be had.
            MethodCode.of(loop, 8);
            return loop;
        }
    }

    private static void assertStays(Method method) {
        assertEquals(jumpsBack(method, 16), jumpsBack(method, 8));
    }

    private static long jumpsBack(Method method, int lanes) {
        MethodCode code = MethodCode.of(method, lanes);
        return code.instructions().stream().filter(instruction -> instruction instanceof BranchInstruction branch
                && code.position(branch.target()) <= code.instructions().indexOf(instruction)).count();
    }

    private static long vectorSums(Method method, int lanes) {
        return MethodCode.of(method, lanes).instructions().stream()
                .filter(instruction -> instruction instanceof InvokeInstruction call && call.name().equalsString("add"))
                .count();
    }

    private static Method method(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> method.getName().equals(name)).findFirst()
                .orElseThrow();
    }
}
