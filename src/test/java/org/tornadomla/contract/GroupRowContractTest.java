package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.GroupEmbedding;
import org.tornadomla.kernels.GroupExpertSum;
import org.tornadomla.kernels.GroupNorm;
import org.tornadomla.kernels.GroupPositionScale;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Operations;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels of groups that work row by row, with groups of several sizes and fewer groups than rows. */
class GroupRowContractTest {

    private static final int ROWS_AT = 7;
    private static final float EPS = 1e-6f;
    private static final KernelContext CONTEXT = new KernelContext();

    /** Target, rows, width, groups, work-items of a group. */
    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 1), Arguments.of(target, 3, 16, 3, 32),
                        Arguments.of(target, 2, 17, 5, 7), Arguments.of(target, 5, 131, 2, 100),
                        Arguments.of(target, 37, 97, 4, 32)));
    }

    /**
     * The mean of n squares is within n roundings, and its root within half of them; six more for what is done with it.
     */
    private static double normBound(int width, double value) {
        return (width / 2.0 + 6) * ROUNDING * Math.abs(value);
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void normsOfFirstAndOfChosenRows(Target target, int rows, int width, int groups, int items) {
        float[] x = KernelRun.random(1, rows * width);
        float[] weight = KernelRun.random(2, width);
        int stride = width + 3;
        KernelRun run = new KernelRun();
        FloatArray xs = run.in(KernelRun.strided(x, width, stride));
        FloatArray w = run.in(FloatArray.fromArray(weight));
        IntArray step = new IntArray(16 + rows);
        step.set(ROWS_AT, rows);
        for (int i = 0; i < rows; i++) {
            step.set(16 + i, rows - 1 - i);
        }
        run.in(step);
        FloatArray first = run.poisonedFloats((rows + 1) * (width + 1));
        FloatArray chosen = run.poisonedFloats((rows + 1) * width);
        String task = run.task();
        run.groups(groups, items, graph -> graph.task(task, GroupNorm::rows, CONTEXT, xs, w, step, ROWS_AT, -1, width,
                stride, width + 1, EPS, first), xs, w, step, first);
        String other = run.task();
        run.groups(groups, items, graph -> graph.task(other, GroupNorm::rows, CONTEXT, xs, w, step, ROWS_AT, 16, width,
                stride, width, EPS, chosen), xs, w, step, chosen).repeatedlyOn(target);
        double[] expected = Operations.rmsNorm(Comparer.widen(x), rows, weight, EPS);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                double value = expected[row * width + i];
                KernelRun.assertWithin("y[" + row + ", " + i + "]", first.get(row * (width + 1) + i), value,
                        normBound(width, value));
                KernelRun.assertWithin("chosen[" + row + ", " + i + "]", chosen.get((rows - 1 - row) * width + i),
                        value, normBound(width, value));
            }
            KernelRun.assertUntouched(target, first.get(row * (width + 1) + width));
        }
        KernelRun.assertUntouched(target, chosen.get(rows * width));
    }

    private static StepBuffer tokens(int count) {
        StepBuffer step = new StepBuffer(
                Capacity.builder().tokens(count).writes(1).pages(1, 1, 1).positions(1).build());
        step.clear();
        step.addSequence(new int[1], 0);
        for (int token = 0; token < count; token++) {
            step.addToken(0, 11 * (count - token), 0, 0, 0);
            step.setTokenId(token, (3 * token + 2) % (count + 4));
        }
        step.finish(1, 1, 0, false, 0);
        return step;
    }

    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void embedsAndScalesByPosition(Target target, int rows, int width, int groups, int items) {
        float[] words = KernelRun.random(4, (rows + 4) * width);
        float[] factors = KernelRun.random(5, 11 * rows / 4 + 1);
        StepBuffer step = tokens(rows);
        int stride = width + 1;
        KernelRun run = new KernelRun();
        FloatArray table = run.in(FloatArray.fromArray(words));
        FloatArray scales = run.in(FloatArray.fromArray(factors));
        IntArray steps = run.in(step.array());
        FloatArray x = run.poisonedFloats(rows * stride);
        String task = run.task();
        run.groups(groups, items, graph -> graph.task(task, GroupEmbedding::rows, CONTEXT, table, steps,
                step.tokensAt(), width, stride, x), table, steps, x);
        String scale = run.task();
        run.groups(groups, items, graph -> graph.task(scale, GroupPositionScale::rows, CONTEXT, scales, steps,
                step.tokensAt(), 4, width, stride, x), scales, steps, x).repeatedlyOn(target);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                float word = words[(3 * row + 2) % (rows + 4) * width + i];
                assertEquals(word * factors[11 * (rows - row) / 4], x.get(row * stride + i), "[" + row + ", " + i);
            }
            KernelRun.assertUntouched(target, x.get(row * stride + width));
        }
    }

    /** Three experts a token; a product and a sum for each, and what {@link #normBound} allows. */
    @ParameterizedTest(name = "{0} {1} x {2}, {3} groups of {4}")
    @MethodSource("sizes")
    void sumsOfExperts(Target target, int rows, int width, int groups, int items) {
        int perToken = 3;
        int sorted = rows * perToken;
        float[] parts = KernelRun.random(6, sorted * width);
        float[] weights = KernelRun.random(7, sorted);
        float[] norm = KernelRun.random(8, width);
        float[] before = KernelRun.random(9, rows * width);
        int stride = width + 2;
        KernelRun run = new KernelRun();
        FloatArray outputs = run.in(KernelRun.strided(parts, width, stride));
        FloatArray shares = run.in(FloatArray.fromArray(weights));
        FloatArray normWeight = run.in(FloatArray.fromArray(norm));
        IntArray grouping = new IntArray(5 + sorted);
        for (int i = 0; i < sorted; i++) {
            grouping.set(5 + i, sorted - 1 - i);
        }
        run.in(grouping);
        IntArray step = run.in(KernelRun.count(StepLayout.TOKENS, rows));
        FloatArray summed = run.out(KernelRun.strided(before, width, width + 1));
        FloatArray normed = run.out(KernelRun.strided(before, width, width + 1));
        String task = run.task();
        run.groups(groups, items, graph -> graph.task(task, GroupExpertSum::rows, CONTEXT, outputs, shares, grouping,
                step, 5, perToken, width, stride, width + 1, summed), outputs, shares, grouping, step, summed);
        String other = run.task();
        run.groups(groups, items,
                graph -> graph.task(other, GroupExpertSum::normed, CONTEXT, outputs, shares, grouping, step, normWeight,
                        5, perToken, width, stride, width + 1, EPS, normed),
                outputs, shares, grouping, step, normWeight, normed).on(target);
        double[] sums = new double[rows * width];
        double[] magnitudes = new double[rows * width];
        for (int i = 0; i < sums.length; i++) {
            for (int k = 0; k < perToken; k++) {
                int choice = i / width * perToken + k;
                double part = (double) parts[(sorted - 1 - choice) * width + i % width] * weights[choice];
                sums[i] += part;
                magnitudes[i] += Math.abs(part);
            }
        }
        double[] normedSums = Operations.rmsNorm(sums, rows, norm, EPS);
        for (int i = 0; i < sums.length; i++) {
            int at = i / width * (width + 1) + i % width;
            double own = Math.abs(before[i]);
            KernelRun.assertWithin("sum " + i, summed.get(at), before[i] + sums[i],
                    5 * ROUNDING * (own + magnitudes[i]));
            // An element's own error, and that of the root, which is at most the largest relative one of a row.
            double worst = 0;
            for (int j = i / width * width; j < i / width * width + width; j++) {
                worst = Math.max(worst, magnitudes[j]);
            }
            double scale = Math.abs(normedSums[i] / sums[i]);
            KernelRun.assertWithin("normed " + i, normed.get(at), before[i] + normedSums[i],
                    normBound(width, normedSums[i]) + 10 * ROUNDING * (own + (worst + Math.abs(sums[i])) * scale
                            + Math.abs(normedSums[i]) * worst / rootMeanSquare(sums, i / width, width)));
        }
    }

    private static double rootMeanSquare(double[] values, int row, int width) {
        double squares = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            squares += values[i] * values[i];
        }
        return Math.sqrt(squares / width + EPS);
    }
}
