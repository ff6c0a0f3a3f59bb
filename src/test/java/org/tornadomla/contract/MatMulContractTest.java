package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The matrix product against the reference; a sum of n products is within n roundings of the sum of their magnitudes.
 */
class MatMulContractTest {

    private static final int ROWS_AT = 3;

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, false, false),
                        Arguments.of(target, 1, 17, 33, true, false), Arguments.of(target, 2, 5, 31, false, true),
                        Arguments.of(target, 7, 13, 64, true, true), Arguments.of(target, 8, 16, 32, false, false),
                        Arguments.of(target, 9, 3, 47, true, false), Arguments.of(target, 37, 41, 97, false, true)));
    }

    /** Gaps between rows of x, and rows of it behind the count, hold NaN; so does y, unless it is added to. */
    @ParameterizedTest(name = "{0} {1} x {2} -> {3}, bias {4}, accumulate {5}")
    @MethodSource("sizes")
    void agreesWithTheReference(Target target, int rows, int k, int columns, boolean biased, boolean accumulate) {
        int padded = Padding.toMultiple(columns, MatMul.BLOCK);
        int xStride = k + 3;
        int yStride = padded / Padding.LANES + 1;
        float[] x = KernelRun.random(1, rows * k);
        float[] weight = KernelRun.random(2, columns * k);
        float[] bias = KernelRun.random(3, columns);
        float[] before = KernelRun.random(4, rows * yStride * Padding.LANES);
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(spread(x, rows, k, xStride));
        VectorFloat16 w = run.in(Packing.columns(Matrix.of(columns, k, weight), columns, MatMul.BLOCK, i -> i));
        VectorFloat16 b = run.in(Packing.vector(bias, padded, i -> i < columns ? i : -1));
        IntArray step = run.in(KernelRun.count(ROWS_AT, rows));
        step.set(StepLayout.ONE, 1);
        VectorFloat16 y = run.poisonedVectors((rows + 1) * yStride);
        if (accumulate) {
            KernelRun.put(y, 0, before, 0, before.length);
        }
        String task = run.task();
        run.then(
                padded / MatMul.BLOCK, graph -> graph.task(task, MatMul::rows, xs, w, b, step, StepLayout.ONE, ROWS_AT,
                        -1, 0, 0, padded, k, xStride, yStride, biased ? 1 : 0, accumulate ? 1 : 0, y),
                xs, w, b, step, y).on(target);

        double[] expected = Operations.matmul(Comparer.widen(x), rows, weight, columns, k, biased ? bias : null);
        double[] magnitude = Operations.matmul(magnitudes(x), rows, Comparer.narrow(magnitudes(weight)), columns, k,
                biased ? Comparer.narrow(magnitudes(bias)) : null);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int at = row * yStride * Padding.LANES + column;
                double start = accumulate ? before[at] : 0;
                KernelRun.assertWithin("y[" + row + ", " + column + "]", y.getArray().get(at),
                        expected[row * columns + column] + start,
                        (k + 2) * ROUNDING * (magnitude[row * columns + column] + Math.abs(start)));
            }
            if (!accumulate) {
                for (int column = columns; column < padded; column++) {
                    assertTrue(y.getArray().get(row * yStride * Padding.LANES + column) == 0,
                            "padding columns are zero");
                }
            }
        }
    }

    private static FloatArray spread(float[] x, int rows, int k, int stride) {
        FloatArray spread = new FloatArray((rows + 1) * stride);
        spread.init(Float.NaN);
        for (int i = 0; i < x.length; i++) {
            spread.set(i / k * stride + i % k, x[i]);
        }
        return spread;
    }

    private static double[] magnitudes(float[] values) {
        return Arrays.stream(Comparer.widen(values)).map(Math::abs).toArray();
    }
}
