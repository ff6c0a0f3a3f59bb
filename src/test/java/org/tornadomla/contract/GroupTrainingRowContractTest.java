package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.training.GroupColumnSums;
import org.tornadomla.kernels.training.GroupCrossEntropy;
import org.tornadomla.kernels.training.GroupHeadSum;
import org.tornadomla.kernels.training.GroupLayerNorm;
import org.tornadomla.kernels.training.GroupRmsNorm;
import org.tornadomla.kernels.training.GroupSquares;
import org.tornadomla.kernels.training.GroupTable;
import org.tornadomla.kernels.training.GroupTurn;
import org.tornadomla.kernels.training.SquaredNorm;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Differences;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels of training that groups of work-items compute row by row or column by column, with groups of several sizes,
 * three times with the same bits, on arrays that begin as NaN. Gradients are held against differences of the operation
 * in double precision. Sums of n products are within n roundings of the sum of their magnitudes.
 */
class GroupTrainingRowContractTest {

    private static final KernelContext CONTEXT = new KernelContext();
    private static final double EPS = 1e-5;

    /** Target, rows, width, groups, work-items of a group. */
    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 1), Arguments.of(target, 3, 16, 3, 32),
                        Arguments.of(target, 2, 17, 5, 7), Arguments.of(target, 5, 131, 2, 100),
                        Arguments.of(target, 37, 97, 4, 32)));
    }

    private static int stride(int width) {
        return (width + 15) / 16 * 16 + 16;
    }

    /** Rows of the width, zeros up to the stride. */
    private static FloatArray rows(float[] values, int width) {
        FloatArray array = new FloatArray(values.length / width * stride(width));
        for (int i = 0; i < values.length; i++) {
            array.set(i / width * stride(width) + i % width, values[i]);
        }
        return array;
    }

    private static void assertRows(String what, FloatArray found, double[] expected, int width, double bound) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int row = 0; row < expected.length / width; row++) {
            for (int i = 0; i < stride(width); i++) {
                KernelRun.assertWithin(what + "[" + row + ", " + i + "]", found.get(row * stride(width) + i),
                        i < width ? expected[row * width + i] : 0, i < width ? bound * Math.max(1, largest) : 0);
            }
        }
    }

    /** y = factor weight (x - level mean) r + bias, of each row. */
    private static double[] norm(double[] x, double[] weight, double[] bias, double factor, int level) {
        int width = weight.length;
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += width) {
            double mean = level * Arrays.stream(x, from, from + width).sum() / width;
            double squares = Arrays.stream(x, from, from + width).map(v -> (v - mean) * (v - mean)).sum();
            for (int i = 0; i < width; i++) {
                y[from + i] = factor * weight[i] * (x[from + i] - mean) / Math.sqrt(squares / width + EPS) + bias[i];
            }
        }
        return y;
    }

    /** The gradient of a norm grows with one over the root of the least square of a row. */
    private static double steepest(double[] x, int width, int level) {
        double steepest = 1;
        for (int from = 0; from < x.length; from += width) {
            double mean = level * Arrays.stream(x, from, from + width).sum() / width;
            double squares = Arrays.stream(x, from, from + width).map(v -> (v - mean) * (v - mean)).sum();
            steepest = Math.max(steepest, 16 / Math.sqrt(squares / width + EPS));
        }
        return steepest;
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void rootMeanSquareNormAndItsGradients(Target target, int rows, int width, int groups, int items) {
        float factor = 1.5f;
        float[] x = KernelRun.random(4, rows * width);
        float[] weight = KernelRun.random(5, width);
        float[] dY = KernelRun.random(6, rows * width);
        int stride = stride(width);
        int columns = stride - 16;
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(rows(x, width));
        FloatArray ws = run.in(rows(weight, width));
        FloatArray dys = run.in(rows(dY, width));
        IntArray sizes = run.in(IntArray.fromArray(new int[]{0, rows}));
        FloatArray scales = run.poisonedFloats(rows);
        FloatArray y = run.poisonedFloats(rows * stride);
        FloatArray dx = run.poisonedFloats(rows * stride);
        FloatArray dw = run.poisonedFloats(columns);
        String first = run.task();
        run.groups(groups, items, graph -> graph.task(first, GroupRmsNorm::forward, CONTEXT, xs, ws, sizes, 1, width,
                stride, (float) EPS, factor, scales, y), xs, ws, sizes, scales, y);
        String second = run.task();
        run.groups(groups, items, graph -> graph.task(second, GroupRmsNorm::input, CONTEXT, xs, ws, scales, dys, sizes,
                1, width, stride, factor, 0, dx), xs, ws, scales, dys, sizes, dx);
        String third = run.task();
        run.groups(groups, items, graph -> graph.task(third, GroupRmsNorm::weight, CONTEXT, xs, scales, dys, sizes, 1,
                columns, stride, factor, 0, dw), xs, scales, dys, sizes, dw).repeatedlyOn(target);
        double[] wide = Comparer.widen(x);
        double[] wideWeight = Comparer.widen(weight);
        double[] wideGradient = Comparer.widen(dY);
        double[] none = new double[width];
        assertRows("y", y, norm(wide, wideWeight, none, factor, 0), width, (width / 2.0 + 6) * ROUNDING);
        assertRows("dx", dx, Differences.gradient(v -> norm(v, wideWeight, none, factor, 0), wide, wideGradient), width,
                3 * (width + 6) * ROUNDING * steepest(wide, width, 0) + 1e-8);
        double[] dW = Differences.gradient(v -> norm(wide, v, none, factor, 0), wideWeight, wideGradient);
        for (int i = 0; i < columns; i++) {
            KernelRun.assertWithin("dw[" + i + "]", dw.get(i), i < width ? dW[i] : 0,
                    (rows + width / 2.0 + 6) * ROUNDING * rows * 16 + 1e-8);
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void layerNormAndItsGradients(Target target, int rows, int width, int groups, int items) {
        float[] x = KernelRun.random(14, rows * width);
        float[] weight = KernelRun.random(15, width);
        float[] bias = KernelRun.random(16, width);
        float[] dY = KernelRun.random(17, rows * width);
        int stride = stride(width);
        int columns = stride - 16;
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(rows(x, width));
        FloatArray ws = run.in(rows(weight, width));
        FloatArray bs = run.in(rows(bias, width));
        FloatArray dys = run.in(rows(dY, width));
        IntArray sizes = run.in(IntArray.fromArray(new int[]{0, rows}));
        FloatArray kept = run.poisonedFloats(2 * rows);
        FloatArray y = run.poisonedFloats(rows * stride);
        FloatArray dx = run.poisonedFloats(rows * stride);
        FloatArray dw = run.poisonedFloats(columns);
        FloatArray db = run.poisonedFloats(columns);
        String first = run.task();
        run.groups(groups, items, graph -> graph.task(first, GroupLayerNorm::forward, CONTEXT, xs, ws, bs, sizes, 1,
                width, stride, (float) EPS, kept, y), xs, ws, bs, sizes, kept, y);
        String second = run.task();
        run.groups(groups, items, graph -> graph.task(second, GroupLayerNorm::input, CONTEXT, xs, ws, kept, dys, sizes,
                1, width, stride, 0, dx), xs, ws, kept, dys, sizes, dx);
        String third = run.task();
        run.groups(groups, items, graph -> graph.task(third, GroupLayerNorm::weight, CONTEXT, xs, kept, dys, sizes, 1,
                columns, stride, 0, dw), xs, kept, dys, sizes, dw);
        String fourth = run.task();
        run.groups(groups, items,
                graph -> graph.task(fourth, GroupColumnSums::sums, CONTEXT, dys, sizes, 1, columns, stride, 0, db), dys,
                sizes, db).repeatedlyOn(target);
        double[] wide = Comparer.widen(x);
        double[] wideWeight = Comparer.widen(weight);
        double[] wideBias = Comparer.widen(bias);
        double[] wideGradient = Comparer.widen(dY);
        double steepest = steepest(wide, width, 1);
        double bound = 4 * (width + 6) * ROUNDING * steepest + 1e-8;
        assertRows("y", y, norm(wide, wideWeight, wideBias, 1, 1), width, bound);
        // A row of one number has no gradient, and its differences divide roundings by the root of eps.
        assertRows("dx", dx, Differences.gradient(v -> norm(v, wideWeight, wideBias, 1, 1), wide, wideGradient), width,
                bound * (width == 1 ? steepest : 2));
        double[] dW = Differences.gradient(v -> norm(wide, v, wideBias, 1, 1), wideWeight, wideGradient);
        for (int i = 0; i < columns; i++) {
            KernelRun.assertWithin("dw[" + i + "]", dw.get(i), i < width ? dW[i] : 0, bound * rows * 4);
            double sum = 0;
            for (int row = 0; row < rows && i < width; row++) {
                sum += dY[row * width + i];
            }
            KernelRun.assertWithin("db[" + i + "]", db.get(i), sum, rows * 16 * ROUNDING);
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void lossesAndTheGradientOfLogits(Target target, int rows, int width, int groups, int items) {
        float[] logits = KernelRun.random(24, rows * width);
        int stride = stride(width);
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(rows(logits, width));
        IntArray targets = run.in(new IntArray(rows));
        FloatArray weights = run.in(new FloatArray(rows));
        for (int row = 0; row < rows; row++) {
            targets.set(row, row % 3 == 2 ? -1 : row * 5 % width);
            weights.set(row, 0.5f + row);
        }
        IntArray sizes = run.in(IntArray.fromArray(new int[]{rows}));
        FloatArray losses = run.poisonedFloats(rows);
        FloatArray slopes = run.poisonedFloats(rows * stride);
        String task = run.task();
        run.groups(groups, items, graph -> graph.task(task, GroupCrossEntropy::rows, CONTEXT, xs, targets, weights,
                sizes, 0, width, stride, losses, slopes), xs, targets, weights, sizes, losses, slopes)
                .repeatedlyOn(target);
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += Math.exp(logits[row * width + i]);
            }
            double weight = targets.get(row) < 0 ? 0 : weights.get(row);
            double loss = targets.get(row) < 0 ? 0 : weight * (Math.log(sum) - logits[row * width + targets.get(row)]);
            double bound = weight * (width + 40) * ROUNDING;
            KernelRun.assertWithin("loss " + row, losses.get(row), loss, bound * 4);
            for (int i = 0; i < stride; i++) {
                double slope = i < width ? weight * Math.exp(logits[row * width + i]) / sum : 0;
                KernelRun.assertWithin("slope " + row + ", " + i, slopes.get(row * stride + i),
                        i == targets.get(row) ? slope - weight : slope, bound);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void entriesAreCopiedAndAddTheirRows(Target target, int rows, int width, int groups, int items) {
        int entries = 5;
        float factor = 1.25f;
        float[] table = KernelRun.random(31, entries * width);
        float[] dY = KernelRun.random(32, rows * width);
        int stride = stride(width);
        KernelRun run = new KernelRun();
        FloatArray tables = run.in(rows(table, width));
        FloatArray dys = run.in(rows(dY, width));
        IntArray ids = run.in(new IntArray(rows));
        for (int row = 0; row < rows; row++) {
            ids.set(row, row * row % entries);
        }
        IntArray sizes = run.in(IntArray.fromArray(new int[]{rows, entries}));
        FloatArray y = run.poisonedFloats(rows * stride);
        FloatArray slopes = run.poisonedFloats(entries * stride);
        String first = run.task();
        run.groups(groups, items,
                graph -> graph.task(first, GroupTable::forward, CONTEXT, tables, ids, sizes, 0, stride, factor, y),
                tables, ids, sizes, y);
        String second = run.task();
        run.groups(groups, items, graph -> graph.task(second, GroupTable::entries, CONTEXT, ids, dys, sizes, 0, 1,
                stride, factor, 0, slopes), ids, dys, sizes, slopes).repeatedlyOn(target);
        double[] sums = new double[entries * width];
        for (int i = 0; i < rows * width; i++) {
            int entry = ids.get(i / width);
            assertEquals(factor * table[entry * width + i % width], y.get(i / width * stride + i % width));
            sums[entry * width + i % width] += factor * dY[i];
        }
        assertRows("entries", slopes, sums, width, rows * 16 * ROUNDING);
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void rotationTurnsAndHeadsAreAdded(Target target, int rows, int width, int groups, int items) {
        int dimension = 2 * width;
        int headFloats = stride(dimension);
        int stride = 2 * headFloats;
        float[] x = KernelRun.random(41, rows * stride);
        float[] angles = KernelRun.random(42, 5 * width);
        KernelRun run = new KernelRun();
        FloatArray cosines = run.in(new FloatArray(angles.length));
        FloatArray sines = run.in(new FloatArray(angles.length));
        IntArray positions = run.in(new IntArray(rows));
        for (int i = 0; i < angles.length; i++) {
            cosines.set(i, (float) Math.cos(angles[i]));
            sines.set(i, (float) Math.sin(angles[i]));
        }
        for (int row = 0; row < rows; row++) {
            positions.set(row, row % 5);
        }
        IntArray sizes = run.in(IntArray.fromArray(new int[]{rows}));
        FloatArray turned = run.out(FloatArray.fromArray(x));
        FloatArray sums = run.poisonedFloats(rows * headFloats);
        String first = run.task();
        run.groups(groups, items, graph -> graph.task(first, GroupTurn::turn, CONTEXT, cosines, sines, positions, sizes,
                0, 2, headFloats, 3, dimension, stride, -1f, turned), cosines, sines, positions, sizes, turned);
        String second = run.task();
        run.groups(groups, items, graph -> graph.task(second, GroupHeadSum::rows, CONTEXT, turned, sizes, 0, 2,
                headFloats, headFloats, 0, sums), turned, sizes, sums).on(target);
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int row = i / stride;
            int part = i % headFloats - 3;
            expected[i] = x[i];
            if (part >= 0 && part < dimension) {
                double angle = -angles[row % 5 * width + part / 2];
                double other = x[i + (part % 2 == 0 ? 1 : -1)];
                expected[i] = x[i] * Math.cos(angle) + (part % 2 == 0 ? -other : other) * Math.sin(angle);
            }
            KernelRun.assertWithin("turned[" + i + "]", turned.get(i), expected[i], 40 * ROUNDING);
        }
        for (int i = 0; i < rows * headFloats; i++) {
            int at = i / headFloats * stride + i % headFloats;
            KernelRun.assertWithin("sum " + i, sums.get(i), expected[at] + expected[at + headFloats], 100 * ROUNDING);
        }
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void gradientsAreClippedByTheirLength(Target target, int rows, int width, int groups, int items) {
        float[] x = KernelRun.random(51, rows * width);
        int stride = stride(width);
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(rows(x, width));
        IntArray sizes = run.in(IntArray.fromArray(new int[]{rows, rows + 1}));
        FloatArray rates = run.in(new FloatArray(2));
        rates.set(SquaredNorm.LIMIT, 0.5f);
        FloatArray sums = run.poisonedFloats(rows + 1);
        sums.set(0, 0.25f);
        FloatArray clip = run.poisonedFloats(2);
        String first = run.task();
        run.groups(groups, items,
                graph -> graph.task(first, GroupSquares::rows, CONTEXT, xs, sizes, 0, stride, 1, sums), xs, sizes,
                sums);
        String second = run.task();
        run.groups(1, items, graph -> graph.task(second, GroupSquares::factor, CONTEXT, sums, rates, sizes, 1, clip),
                sums, rates, sizes, clip).repeatedlyOn(target);
        double length = Math.sqrt(0.25 + Arrays.stream(Comparer.widen(x)).map(v -> v * v).sum());
        KernelRun.assertWithin("length", clip.get(1), length, (rows + width + 8) * ROUNDING * length);
        KernelRun.assertWithin("factor", clip.get(0), Math.min(1, 0.5 / (length + 1e-6)),
                (rows + width + 8) * ROUNDING);
    }
}
