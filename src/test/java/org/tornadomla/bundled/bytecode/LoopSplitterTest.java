package org.tornadomla.bundled.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulBf16;
import org.tornadomla.kernels.MatMulInt8;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

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

    @ParameterizedTest
    @ValueSource(strings = {"fewSums", "sumsThatNeedEachOther", "aCounterBesideTheLoop", "aStoreInTheBody",
        "aBoundThatMoves", "aBranchInTheBody"})
    void otherLoopsStayWhole(String name) {
        assertStays(method(LoopSplitterTest.class, name));
    }

    /** What the cases above leave out, one thing each, is what this one has. */
    @Test
    void theSameWithNothingInTheWayIsSplit() {
        Method loop = method(LoopSplitterTest.class, "eightSums");
        assertEquals(jumpsBack(loop, 16) + 2, jumpsBack(loop, 8));
    }

    static void eightSums(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 a2 = new Float16();
        Float16 a3 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        Float16 b2 = new Float16();
        Float16 b3 = new Float16();
        for (int i = 0; i < n; i++) {
            Float16 v = w.get(2 * i);
            Float16 u = w.get(2 * i + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            a2 = Float16.add(a2, Float16.mult(v, x.get(i + 2 * n)));
            a3 = Float16.add(a3, Float16.mult(v, x.get(i + 3 * n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
            b2 = Float16.add(b2, Float16.mult(u, x.get(i + 2 * n)));
            b3 = Float16.add(b3, Float16.mult(u, x.get(i + 3 * n)));
        }
        y.set(0, Float16.add(Float16.add(Float16.add(a0, a1), Float16.add(a2, a3)),
                Float16.add(Float16.add(b0, b1), Float16.add(b2, b3))));
    }

    static void fewSums(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        for (int i = 0; i < n; i++) {
            Float16 v = w.get(2 * i);
            Float16 u = w.get(2 * i + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
        }
        y.set(0, Float16.add(Float16.add(a0, a1), Float16.add(b0, b1)));
    }

    static void sumsThatNeedEachOther(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 a2 = new Float16();
        Float16 a3 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        Float16 b2 = new Float16();
        Float16 b3 = new Float16();
        for (int i = 0; i < n; i++) {
            Float16 v = w.get(2 * i);
            Float16 u = w.get(2 * i + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            a2 = Float16.add(a2, Float16.mult(v, x.get(i + 2 * n)));
            a3 = Float16.add(a3, Float16.mult(v, x.get(i + 3 * n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
            b2 = Float16.add(b2, Float16.mult(u, x.get(i + 2 * n)));
            b3 = Float16.add(b3, Float16.mult(u, a0));
        }
        y.set(0, Float16.add(Float16.add(Float16.add(a0, a1), Float16.add(a2, a3)),
                Float16.add(Float16.add(b0, b1), Float16.add(b2, b3))));
    }

    static void aCounterBesideTheLoop(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 a2 = new Float16();
        Float16 a3 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        Float16 b2 = new Float16();
        Float16 b3 = new Float16();
        int at = 0;
        for (int i = 0; i < n; i++) {
            Float16 v = w.get(at);
            Float16 u = w.get(at + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            a2 = Float16.add(a2, Float16.mult(v, x.get(i + 2 * n)));
            a3 = Float16.add(a3, Float16.mult(v, x.get(i + 3 * n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
            b2 = Float16.add(b2, Float16.mult(u, x.get(i + 2 * n)));
            b3 = Float16.add(b3, Float16.mult(u, x.get(i + 3 * n)));
            at = at + 2;
        }
        y.set(0, Float16.add(Float16.add(Float16.add(a0, a1), Float16.add(a2, a3)),
                Float16.add(Float16.add(b0, b1), Float16.add(b2, b3))));
    }

    static void aStoreInTheBody(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 a2 = new Float16();
        Float16 a3 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        Float16 b2 = new Float16();
        Float16 b3 = new Float16();
        for (int i = 0; i < n; i++) {
            Float16 v = w.get(2 * i);
            Float16 u = w.get(2 * i + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            a2 = Float16.add(a2, Float16.mult(v, x.get(i + 2 * n)));
            a3 = Float16.add(a3, Float16.mult(v, x.get(i + 3 * n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
            b2 = Float16.add(b2, Float16.mult(u, x.get(i + 2 * n)));
            b3 = Float16.add(b3, Float16.mult(u, x.get(i + 3 * n)));
            y.set(i + 1, b3);
        }
        y.set(0, Float16.add(Float16.add(Float16.add(a0, a1), Float16.add(a2, a3)),
                Float16.add(Float16.add(b0, b1), Float16.add(b2, b3))));
    }

    static void aBoundThatMoves(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 a2 = new Float16();
        Float16 a3 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        Float16 b2 = new Float16();
        Float16 b3 = new Float16();
        int bound = n;
        for (int i = 0; i < bound; i++) {
            Float16 v = w.get(2 * i);
            Float16 u = w.get(2 * i + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            a2 = Float16.add(a2, Float16.mult(v, x.get(i + 2 * n)));
            a3 = Float16.add(a3, Float16.mult(v, x.get(i + 3 * n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
            b2 = Float16.add(b2, Float16.mult(u, x.get(i + 2 * n)));
            bound = n - (int) x.get(i);
            b3 = Float16.add(b3, Float16.mult(u, x.get(bound)));
        }
        y.set(0, Float16.add(Float16.add(Float16.add(a0, a1), Float16.add(a2, a3)),
                Float16.add(Float16.add(b0, b1), Float16.add(b2, b3))));
    }

    static void aBranchInTheBody(VectorFloat16 w, FloatArray x, int n, VectorFloat16 y) {
        Float16 a0 = new Float16();
        Float16 a1 = new Float16();
        Float16 a2 = new Float16();
        Float16 a3 = new Float16();
        Float16 b0 = new Float16();
        Float16 b1 = new Float16();
        Float16 b2 = new Float16();
        Float16 b3 = new Float16();
        for (int i = 0; i < n; i++) {
            Float16 v = w.get(2 * i);
            Float16 u = w.get(2 * i + 1);
            a0 = Float16.add(a0, Float16.mult(v, x.get(i)));
            a1 = Float16.add(a1, Float16.mult(v, x.get(i + n)));
            a2 = Float16.add(a2, Float16.mult(v, x.get(i + 2 * n)));
            a3 = Float16.add(a3, Float16.mult(v, x.get(i + 3 * n)));
            b0 = Float16.add(b0, Float16.mult(u, x.get(i)));
            b1 = Float16.add(b1, Float16.mult(u, x.get(i + n)));
            b2 = Float16.add(b2, Float16.mult(u, x.get(i + 2 * n)));
            if (x.get(i) > 0) {
                b3 = Float16.add(b3, Float16.mult(u, x.get(i + 3 * n)));
            }
        }
        y.set(0, Float16.add(Float16.add(Float16.add(a0, a1), Float16.add(a2, a3)),
                Float16.add(Float16.add(b0, b1), Float16.add(b2, b3))));
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
