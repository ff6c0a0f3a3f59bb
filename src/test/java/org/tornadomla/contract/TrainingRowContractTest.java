package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.training.Blocks;
import org.tornadomla.kernels.training.Columns;
import org.tornadomla.kernels.training.HeadSum;
import org.tornadomla.kernels.training.ReluRows;
import org.tornadomla.kernels.training.RmsNormRows;
import org.tornadomla.kernels.training.RotaryRows;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Differences;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Kernels of training that work row by row or column by column. Gradients are held against differences of the operation
 * in double precision, whose own error is far below a rounding of 32 bits. Sums of n products are within n roundings of
 * the sum of their magnitudes; gradients of a norm are three such sums within each other.
 */
class TrainingRowContractTest {

    private static final double EPS = 1e-5;

    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, 1, 1), Arguments.of(target, 16, 16),
                Arguments.of(target, 3, 17), Arguments.of(target, 37, 97)));
    }

    private static int stride(int width) {
        return Padding.toMultiple(width, 64) / 16;
    }

    private static VectorFloat16 rows(float[] values, int width) {
        int rows = Padding.toVectors(values.length / width);
        float[] padded = Arrays.copyOf(values, rows * width);
        return KernelRun.rows(padded, width, stride(width));
    }

    private static IntArray sizes(int... numbers) {
        return IntArray.fromArray(numbers);
    }

    /** As a square of the width's products, which is where the largest error may be. */
    private static void assertRows(String what, VectorFloat16 found, double[] expected, int width, double bound) {
        for (int i = 0; i < expected.length; i++) {
            KernelRun.assertWithin(what + "[" + i / width + ", " + i % width + "]",
                    found.getArray().get(i / width * stride(width) * 16 + i % width), expected[i], bound);
        }
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void blocksHoldTheMatrixAndItsTranspose(Target target, int rows, int width) {
        float[] x = KernelRun.random(1, rows * width);
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(rows(x, width));
        int blocks = stride(width) / 4;
        int rowBlocks = Padding.vectors(rows);
        int vectors = Padding.vectors(width);
        IntArray sizes = run.in(sizes(0, rows, rowBlocks));
        VectorFloat16 plain = run.out(new VectorFloat16(blocks * rows * 64));
        int blockStride = vectors * 64;
        VectorFloat16 turned = run.out(new VectorFloat16(Math.ceilDiv(rowBlocks, 4) * blockStride * 16));
        String first = run.task();
        run.then(rows, graph -> graph.task(first, Blocks::rows, xs, sizes, 1, rows, blocks, stride(width), plain), xs,
                sizes, plain);
        String second = run.task();
        run.then(rowBlocks, graph -> graph.task(second, Blocks::transposed, xs, sizes, 2, vectors, stride(width), 4,
                blockStride, 0, turned), xs, sizes, turned).on(target);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                assertEquals(x[row * width + i], plain.getArray().get((i / 64 * rows + row) * 64 + i % 64));
                assertEquals(x[row * width + i],
                        turned.getArray().get(row / 64 * blockStride * 16 + i * 64 + row % 64));
            }
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void columnsAreCopiedAndAdded(Target target, int rows, int width) {
        float[] x = KernelRun.random(2, rows * width);
        float[] before = KernelRun.random(3, Padding.toVectors(width));
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(rows(x, width));
        int vectors = Padding.vectors(width);
        IntArray sizes = run.in(sizes(0, rows, vectors));
        FloatArray columns = run.poisonedFloats(vectors * 16 * rows);
        VectorFloat16 sums = run.out(KernelRun.rows(before, before.length, vectors));
        String first = run.task();
        run.then(vectors, graph -> graph.task(first, Columns::scalars, xs, sizes, 1, 2, stride(width), columns), xs,
                sizes, columns);
        String second = run.task();
        run.then(vectors, graph -> graph.task(second, Columns::sums, xs, sizes, 1, 2, stride(width), 1, sums), xs,
                sizes, sums).on(target);
        for (int i = 0; i < width; i++) {
            double sum = before[i];
            double magnitude = Math.abs(before[i]);
            for (int row = 0; row < rows; row++) {
                assertEquals(x[row * width + i], columns.get(i * rows + row));
                sum += x[row * width + i];
                magnitude += Math.abs(x[row * width + i]);
            }
            KernelRun.assertWithin("sum of column " + i, sums.getArray().get(i), sum, rows * ROUNDING * magnitude);
        }
    }

    private static double[] norm(double[] x, double[] weight, double factor) {
        int width = weight.length;
        double[] y = new double[x.length];
        for (int row = 0; row < x.length / width; row++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                squares += x[row * width + i] * x[row * width + i];
            }
            for (int i = 0; i < width; i++) {
                y[row * width + i] = factor * weight[i] * x[row * width + i] / Math.sqrt(squares / width + EPS);
            }
        }
        return y;
    }

    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void normAndItsGradients(Target target, int rows, int width) {
        float factor = 1.5f;
        float[] x = KernelRun.random(4, rows * width);
        float[] weight = KernelRun.random(5, width);
        float[] dY = KernelRun.random(6, rows * width);
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(rows(x, width));
        VectorFloat16 ws = run.in(KernelRun.rows(weight, width, stride(width)));
        VectorFloat16 dys = run.in(rows(dY, width));
        int vectors = Padding.vectors(width);
        IntArray sizes = run.in(sizes(0, rows, vectors));
        FloatArray scales = run.poisonedFloats(rows);
        VectorFloat16 y = run.poisonedVectors(Padding.toVectors(rows) * stride(width));
        VectorFloat16 dx = run.poisonedVectors(Padding.toVectors(rows) * stride(width));
        VectorFloat16 dw = run.poisonedVectors(stride(width));
        String first = run.task();
        run.then(rows, graph -> graph.task(first, RmsNormRows::forward, xs, ws, sizes, 1, width, stride(width),
                (float) EPS, factor, scales, y), xs, ws, sizes, scales, y);
        String second = run.task();
        run.then(rows, graph -> graph.task(second, RmsNormRows::input, xs, ws, scales, dys, sizes, 1, width,
                stride(width), factor, 0, dx), xs, ws, scales, dys, sizes, dx);
        String third = run.task();
        run.then(vectors, graph -> graph.task(third, RmsNormRows::weight, xs, scales, dys, sizes, 1, 2, stride(width),
                factor, 0, dw), xs, scales, dys, sizes, dw).on(target);
        double[] wide = Comparer.widen(x);
        double[] wideWeight = Comparer.widen(weight);
        double[] wideGradient = Comparer.widen(dY);
        double[] expected = norm(wide, wideWeight, factor);
        assertRows("y", y, expected, width, (width / 2.0 + 6) * ROUNDING * largest(expected));
        double[] dX = Differences.gradient(v -> norm(v, wideWeight, factor), wide, wideGradient);
        // One over the root of the least square of a row is the largest factor of the gradient.
        assertRows("dx", dx, dX, width, 3 * (width + 6) * ROUNDING * steepest(wide, width, factor) + 1e-8);
        double[] dW = Differences.gradient(v -> norm(wide, v, factor), wideWeight, wideGradient);
        assertRows("dw", dw, dW, width, (rows + width / 2.0 + 6) * ROUNDING * rows * 16 + 1e-8);
    }

    private static double steepest(double[] x, int width, double factor) {
        double steepest = 0;
        for (int row = 0; row < x.length / width; row++) {
            double squares = Arrays.stream(x, row * width, (row + 1) * width).map(v -> v * v).sum();
            steepest = Math.max(steepest, factor * 16 / Math.sqrt(squares / width + EPS));
        }
        return steepest;
    }

    /** Two heads, the second half of each turned; turned back it is what it was. */
    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void rotationTurnsAndTurnsBack(Target target, int rows, int width) {
        int dimension = 2 * width;
        int headVectors = 1 + Padding.vectors(dimension);
        int stride = Padding.toMultiple(2 * headVectors * 16, 64) / 16;
        float[] x = KernelRun.random(7, rows * 2 * headVectors * 16);
        for (int i = 0; i < x.length; i++) {
            if (i % (headVectors * 16) >= 16 + dimension) {
                x[i] = 0;
            }
        }
        float[] angles = KernelRun.random(8, 5 * width);
        KernelRun run = new KernelRun();
        FloatArray cosines = run.in(new FloatArray(angles.length));
        FloatArray sines = run.in(new FloatArray(angles.length));
        for (int i = 0; i < angles.length; i++) {
            cosines.set(i, (float) Math.cos(angles[i]));
            sines.set(i, (float) Math.sin(angles[i]));
        }
        IntArray positions = run.in(new IntArray(rows));
        for (int row = 0; row < rows; row++) {
            positions.set(row, row % 5);
        }
        IntArray sizes = run.in(sizes(0, rows));
        VectorFloat16 turned = run.out(KernelRun.rows(x, 2 * headVectors * 16, stride));
        VectorFloat16 back = run.out(KernelRun.rows(x, 2 * headVectors * 16, stride));
        String first = run.task();
        run.then(rows, graph -> graph.task(first, RotaryRows::turn, cosines, sines, positions, sizes, 1, 2, headVectors,
                1, dimension, stride, 1f, turned), cosines, sines, positions, sizes, turned);
        for (float direction : new float[]{1f, -1f}) {
            String task = run.task();
            run.then(
                    rows, graph -> graph.task(task, RotaryRows::turn, cosines, sines, positions, sizes, 1, 2,
                            headVectors, 1, dimension, stride, direction, back),
                    cosines, sines, positions, sizes, back);
        }
        run.on(target);
        for (int i = 0; i < x.length; i++) {
            int row = i / (2 * headVectors * 16);
            int column = i % (2 * headVectors * 16);
            int part = column % (headVectors * 16) - 16;
            double expected = x[i];
            if (part >= 0 && part < dimension) {
                double angle = angles[row % 5 * width + part / 2];
                double other = x[i + (part % 2 == 0 ? 1 : -1)];
                expected = x[i] * Math.cos(angle) + (part % 2 == 0 ? -other : other) * Math.sin(angle);
            }
            int at = row * stride * 16 + column;
            KernelRun.assertWithin("turned[" + i + "]", turned.getArray().get(at), expected, 40 * ROUNDING);
            KernelRun.assertWithin("back[" + i + "]", back.getArray().get(at), x[i], 80 * ROUNDING);
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void headsAreAdded(Target target, int rows, int width) {
        int vectors = Padding.vectors(width);
        float[] x = KernelRun.random(9, rows * 3 * vectors * 16);
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(KernelRun.rows(x, 3 * vectors * 16, 3 * vectors));
        IntArray sizes = run.in(sizes(0, rows));
        VectorFloat16 y = run.poisonedVectors(rows * stride(width));
        String task = run.task();
        run.then(rows, graph -> graph.task(task, HeadSum::rows, xs, sizes, 1, 3, vectors, stride(width), 0, y), xs,
                sizes, y).on(target);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < vectors * 16; i++) {
                int at = row * 3 * vectors * 16 + i;
                double sum = (double) x[at] + x[at + vectors * 16] + x[at + 2 * vectors * 16];
                KernelRun.assertWithin("y[" + row + ", " + i + "]", y.getArray().get(row * stride(width) * 16 + i), sum,
                        40 * ROUNDING);
            }
        }
    }

    /** Of numbers below 0, of 0 and of others; one gradient is written, another is added to what stands there. */
    @ParameterizedTest(name = "{0} {1} x {2}")
    @MethodSource("sizes")
    void numbersBelowZeroBecomeZero(Target target, int rows, int width) {
        float[] x = KernelRun.random(10, rows * width);
        for (int i = 0; i < x.length; i += 5) {
            x[i] = 0;
        }
        float[] dy = KernelRun.random(11, x.length);
        float[] before = KernelRun.random(12, x.length);
        KernelRun run = new KernelRun();
        VectorFloat16 xs = run.in(rows(x, width));
        VectorFloat16 dys = run.in(rows(dy, width));
        IntArray sizes = run.in(sizes(0, rows));
        VectorFloat16 y = run.poisonedVectors(rows * stride(width));
        VectorFloat16 dx = run.poisonedVectors(rows * stride(width));
        VectorFloat16 added = run.out(rows(before, width));
        String first = run.task();
        run.then(rows, graph -> graph.task(first, ReluRows::forward, xs, sizes, 1, stride(width), y), xs, sizes, y);
        String second = run.task();
        run.then(rows, graph -> graph.task(second, ReluRows::input, xs, dys, sizes, 1, stride(width), 0, dx), xs, dys,
                sizes, dx);
        String third = run.task();
        run.then(rows, graph -> graph.task(third, ReluRows::input, xs, dys, sizes, 1, stride(width), 1, added), xs, dys,
                sizes, added).on(target);
        double[] slopes = new double[x.length];
        double[] sums = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            slopes[i] = x[i] > 0 ? dy[i] : 0;
            sums[i] = before[i] + slopes[i];
            x[i] = Math.max(x[i], 0);
        }
        assertRows("y", y, Comparer.widen(x), width, 0);
        assertRows("dx", dx, slopes, width, 0);
        assertRows("sum", added, sums, width, 8 * ROUNDING);
    }
}
