package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.RmsNorm;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Kernels that work row by row: the norm and the copy to scalars. */
class RowContractTest {

    private static final int ROWS_AT = 7;
    private static final float EPS = 1e-6f;

    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, 1, 1), Arguments.of(target, 3, 16),
                Arguments.of(target, 2, 17), Arguments.of(target, 5, 31), Arguments.of(target, 37, 97)));
    }

    /** Rows with a vector of NaN between them, and one of NaN behind the count. */
    private static VectorFloat16 spread(float[] x, int width) {
        int stride = Padding.vectors(width) + 1;
        int rows = x.length / width;
        VectorFloat16 spread = new VectorFloat16((rows + 1) * stride * Padding.LANES);
        for (int row = 0; row <= rows; row++) {
            for (int i = row == rows ? 0 : (stride - 1) * Padding.LANES; i < stride * Padding.LANES; i++) {
                spread.getArray().set(row * stride * Padding.LANES + i, Float.NaN);
            }
        }
        for (int row = 0; row < rows; row++) {
            KernelRun.put(spread, row * stride, x, row * width, width);
        }
        return spread;
    }

    /**
     * The mean of n squares is within n roundings, and its root within half of them; six more for what is done with it.
     */
    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void normAgreesWithTheReference(Target target, int rows, int width) {
        float[] x = KernelRun.random(1, rows * width);
        float[] weight = KernelRun.random(2, width);
        int padded = Padding.toVectors(width);
        int stride = Padding.vectors(width) + 1;
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(spread(x, width));
        VectorFloat16 w = run.in(Packing.vector(weight, padded, i -> i < width ? i : -1));
        IntArray step = run.in(KernelRun.count(ROWS_AT, rows));
        FloatArray y = run.poisonedFloats((rows + 1) * padded);
        String task = run.task();
        run.then(rows, graph -> graph.task(task, RmsNorm::rows, xs, w, step, ROWS_AT, width, stride, EPS, y), xs, w,
                step, y).on(target);
        double[] expected = Operations.rmsNorm(Comparer.widen(x), rows, weight, EPS);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < padded; i++) {
                double value = i < width ? expected[row * width + i] : 0;
                KernelRun.assertWithin("y[" + row + ", " + i + "]", y.get(row * padded + i), value,
                        (width / 2.0 + 6) * ROUNDING * Math.abs(value));
            }
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void unpackCopiesExactly(Target target, int rows, int width) {
        float[] x = KernelRun.random(3, rows * width);
        int padded = Padding.toVectors(width);
        int stride = Padding.vectors(width) + 1;
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(spread(x, width));
        IntArray step = run.in(KernelRun.count(ROWS_AT, rows));
        FloatArray y = run.poisonedFloats((rows + 1) * padded);
        String task = run.task();
        run.then(rows, graph -> graph.task(task, Unpack::rows, xs, step, ROWS_AT, width, stride, y), xs, step, y)
                .on(target);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < padded; i++) {
                assertEquals(i < width ? x[row * width + i] : 0, y.get(row * padded + i));
            }
        }
    }
}
