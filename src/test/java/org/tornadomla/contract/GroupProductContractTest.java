package org.tornadomla.contract;

import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.GroupProduct;
import org.tornadomla.kernels.GroupProductBf16;
import org.tornadomla.kernels.GroupProductInt8;
import org.tornadomla.kernels.GroupRows;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The products of work-groups against sums in float64 of the same weights: rows one by one and in tiles, sizes that
 * divide nothing, groups that are smaller than a tile and not a power of two, and what they do besides: bias, sums with
 * what is there, norms of rows, gates.
 */
class GroupProductContractTest {

    private static final int ROWS_AT = 3;
    private static final double EPS = 1e-6;

    private enum Format {
        F32,
        BF16,
        INT8
    }

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(
                        target -> Stream.of(Format.values())
                                .flatMap(format -> Stream.of(Arguments.of(target, format, 1, 1, 1, 0, 1),
                                        Arguments.of(target, format, 1, 133, 70, GroupRows.NORM | GroupRows.BIAS, 32),
                                        Arguments.of(target, format, 8, 200, 33, GroupRows.ACCUMULATE, 7),
                                        Arguments.of(target, format, 3, 65, 128, GroupRows.NORM | GroupRows.GATED, 16),
                                        Arguments.of(target, format, 9, 31, 5, GroupRows.BIAS | GroupRows.ACCUMULATE,
                                                64),
                                        Arguments.of(target, format, 67, 150, 130, GroupRows.NORM, 100),
                                        Arguments.of(target, format, 66, 15, 20, GroupRows.NORM, 64),
                                        Arguments.of(target, format, 66, 15, 20, GroupRows.NORM, 256),
                                        Arguments.of(target, format, 70, 40, 64, GroupRows.GATED, 256))));
    }

    /** Gaps between rows of x, and rows behind the count, hold NaN; so does y, unless it is added to. */
    @ParameterizedTest(name = "{0} {1} {2} x {3} -> {4}, flags {5}, groups of {6}")
    @MethodSource("sizes")
    void agreesWithSumsInFloat64(Target target, Format format, int rows, int k, int outputs, int flags, int items) {
        boolean normed = (flags & GroupRows.NORM) != 0;
        boolean gated = (flags & GroupRows.GATED) != 0;
        boolean added = (flags & GroupRows.ACCUMULATE) != 0;
        int xStride = k + 3;
        int yStride = outputs + 5;
        int teams = 3;
        float[] x = KernelRun.random(1, rows * k);
        float[] norm = KernelRun.random(2, k);
        float[] bias = KernelRun.random(3, outputs);
        float[] before = KernelRun.random(4, rows * yStride);
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(spread(x, k, xStride));
        FloatArray norms = run.in(FloatArray.fromArray(norm));
        FloatArray biases = run.in(FloatArray.fromArray(bias));
        IntArray step = run.in(KernelRun.count(ROWS_AT, rows));
        FloatArray y = run.poisonedFloats((rows + 1) * yStride);
        for (int i = 0; added && i < before.length; i++) {
            y.set(i, before[i]);
        }
        KernelContext context = new KernelContext();
        String task = run.task();
        double[] kept = new double[outputs * k];
        switch (format) {
            case F32 -> {
                FloatArray w = run.in(new FloatArray(outputs * k));
                float[] weights = KernelRun.random(5, outputs * k);
                for (int i = 0; i < weights.length; i++) {
                    w.set(i, weights[i]);
                    kept[i] = weights[i];
                }
                run.groups(teams, items,
                        graph -> graph.task(task, GroupProduct::rows, context, xs, norms, w, biases, step, ROWS_AT, -1,
                                0, 0, outputs, k, xStride, yStride, flags, (float) EPS, teams, y),
                        xs, norms, w, biases, step, y).on(target);
            }
            case BF16 -> {
                IntArray w = run.in(bf16(outputs, k, kept));
                run.groups(teams, items,
                        graph -> graph.task(task, GroupProductBf16::rows, context, xs, norms, w, biases, step, ROWS_AT,
                                -1, 0, 0, outputs, k, xStride, yStride, flags, (float) EPS, teams, y),
                        xs, norms, w, biases, step, y).on(target);
            }
            case INT8 -> {
                FloatArray scales = run.in(FloatArray.fromArray(KernelRun.random(6, outputs * Math.ceilDiv(k, 128))));
                IntArray w = run.in(int8(outputs, k, scales, kept));
                run.groups(teams, items,
                        graph -> graph.task(task, GroupProductInt8::rows, context, xs, norms, w, scales, biases, step,
                                ROWS_AT, -1, 0, 0, outputs, k, xStride, yStride, flags, (float) EPS, teams, y),
                        xs, norms, w, scales, biases, step, y).on(target);
            }
        }
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int i = 0; i < k; i++) {
                squares += (double) x[row * k + i] * x[row * k + i];
            }
            double scale = normed ? 1 / Math.sqrt(squares / k + EPS) : 1;
            for (int n = 0; n < outputs; n++) {
                if (gated && n / 16 % 2 == 1) {
                    continue;
                }
                double[] first = sum(kept, x, norm, row, n, k, normed);
                double value = first[0] * scale;
                double error = (k + 8) * ROUNDING * first[1] * scale;
                int column = n;
                if (gated) {
                    double[] second = sum(kept, x, norm, row, n + 16, k, normed);
                    double up = second[0] * scale;
                    double upError = (k + 8) * ROUNDING * second[1] * scale;
                    double gate = value / (1 + Math.exp(-value));
                    // The slope of silu is at most 1.1.
                    error = 1.1 * error * Math.abs(up) + Math.abs(gate) * upError + 16 * ROUNDING * Math.abs(gate * up);
                    value = gate * up;
                    column = n / 32 * 16 + n % 16;
                }
                double start = ((flags & GroupRows.BIAS) != 0 ? bias[n] : 0) + (added ? before[row * yStride + n] : 0);
                KernelRun.assertWithin("y[" + row + ", " + column + "]", y.get(row * yStride + column), value + start,
                        error + 4 * ROUNDING * (Math.abs(value) + Math.abs(start) + 4));
            }
        }
        KernelRun.assertWithin("the row behind the last is untouched",
                Float.isNaN(y.get(rows * yStride)) || added ? 0 : 1, 0, 0);
    }

    private static double[] sum(double[] w, float[] x, float[] norm, int row, int n, int k, boolean normed) {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < k; i++) {
            double product = w[n * k + i] * x[row * k + i] * (normed ? norm[i] : 1);
            sum += product;
            magnitude += Math.abs(product);
        }
        return new double[]{sum, magnitude};
    }

    private static IntArray bf16(int outputs, int k, double[] kept) {
        float[] weights = KernelRun.random(5, outputs * k);
        int words = Math.ceilDiv(k, 2);
        IntArray ints = new IntArray(outputs * words);
        for (int n = 0; n < outputs; n++) {
            for (int i = 0; i < k; i++) {
                short bits = Bfloat16.fromFloat(weights[n * k + i]);
                int at = n * words + i / 2;
                ints.set(at, ints.get(at) | (bits & 0xFFFF) << i % 2 * 16);
                kept[n * k + i] = Bfloat16.toFloat(bits);
            }
        }
        return ints;
    }

    private static IntArray int8(int outputs, int k, FloatArray scales, double[] kept) {
        float[] weights = KernelRun.random(5, outputs * k);
        int words = Math.ceilDiv(k, 4);
        IntArray ints = new IntArray(outputs * words);
        for (int n = 0; n < outputs; n++) {
            for (int i = 0; i < k; i++) {
                int number = Math.clamp(Math.round(40 * weights[n * k + i]), -127, 127);
                int at = n * words + i / 4;
                ints.set(at, ints.get(at) | (number & 0xFF) << i % 4 * 8);
                kept[n * k + i] = (double) number * scales.get(n * Math.ceilDiv(k, 128) + i / 128);
            }
        }
        return ints;
    }

    private static FloatArray spread(float[] x, int k, int stride) {
        FloatArray spread = new FloatArray((x.length / k + 1) * stride);
        spread.init(Float.NaN);
        for (int i = 0; i < x.length; i++) {
            spread.set(i / k * stride + i % k, x[i]);
        }
        return spread;
    }
}
