package org.tornadomla.contract;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.training.GroupExpertChoice;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Differences;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The gradient of the logits that experts are chosen by, with groups of several sizes, against differences in double
 * precision: for softmax and sigmoid scores, and for both meanings of the factor on weights.
 */
class GroupTrainingChoiceContractTest {

    private static final KernelContext CONTEXT = new KernelContext();
    private static final int STRIDE = 48;
    private static final double TOLERANCE = 8e-6;

    /**
     * Scores, and the first experts of each row, the order of which is of no account.
     *
     * @param factor on weights; negative where those of a row are made to sum to its amount
     */
    private record Shape(int rows, int experts, int topK, boolean sigmoid, float factor) {

        /** Scores of a row's experts. */
        double[] scores(double[] logits, int row) {
            double[] powers = IntStream.range(0, experts).mapToDouble(e -> Math.exp(logits[row * experts + e]))
                    .toArray();
            double sum = Arrays.stream(powers).sum();
            return Arrays.stream(powers).map(power -> sigmoid ? power / (1 + power) : power / sum).toArray();
        }

        int expert(int pair) {
            return (pair / topK + pair % topK) % experts;
        }

        /** Every fifth row takes no expert. */
        int taken(int row) {
            return row % 5 == 3 ? 0 : 1 + row % 2;
        }

        /** Weights of all pairs and scores of all rows; weights of a row that takes no expert are 0. */
        double[] results(double[] logits) {
            double[] results = new double[rows * topK + logits.length];
            for (int row = 0; row < rows; row++) {
                double[] own = scores(logits, row);
                System.arraycopy(own, 0, results, rows * topK + row * experts, experts);
                int first = row * topK;
                double sum = IntStream.range(first, first + topK).mapToDouble(pair -> own[expert(pair)]).sum();
                for (int pair = first; pair < first + topK && taken(row) > 0; pair++) {
                    results[pair] = own[expert(pair)] * (factor < 0 ? -factor / sum : factor);
                }
            }
            return results;
        }

        FloatArray padded(double[] values) {
            FloatArray array = new FloatArray(rows * STRIDE);
            for (int i = 0; i < values.length; i++) {
                array.set(i / experts * STRIDE + i % experts, (float) values[i]);
            }
            return array;
        }
    }

    static Stream<Arguments> shapes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, new Shape(1, 1, 1, false, -2.5f), 1, 1),
                        Arguments.of(target, new Shape(37, 12, 3, false, 2.5f), 3, 7),
                        Arguments.of(target, new Shape(21, 40, 6, true, -2.5f), 2, 32),
                        Arguments.of(target, new Shape(5, 8, 3, true, 1f), 4, 128)));
    }

    @ParameterizedTest(name = "{0} {1}, {2} groups of {3}")
    @MethodSource("shapes")
    void logitsHaveTheirGradient(Target target, Shape shape, int groups, int items) {
        int pairs = shape.rows * shape.topK;
        double[] logits = Comparer.widen(KernelRun.random(1, shape.rows * shape.experts));
        float[] prices = KernelRun.random(2, shape.experts);
        float[] slopes = KernelRun.random(3, pairs);
        double[] results = shape.results(logits);
        double[] dResults = Arrays.copyOf(Comparer.widen(slopes), results.length);
        for (int i = 0; i < logits.length; i++) {
            dResults[pairs + i] = Math.min(1, shape.taken(i / shape.experts)) * prices[i % shape.experts];
        }
        double[] scores = Arrays.copyOfRange(results, pairs, results.length);
        float[] own = new float[pairs];
        int[] experts = new int[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            int row = pair / shape.topK;
            experts[pair] = shape.taken(row) == 0 ? -1 : shape.expert(pair);
            own[pair] = (float) scores[row * shape.experts + shape.expert(pair)];
        }
        FloatArray found = gradient(target, shape, groups, items, scores, experts,
                new float[][]{own, Comparer.narrow(Arrays.copyOf(results, pairs)), slopes, prices});
        double[] expected = Differences.gradient(shape::results, logits, dResults);
        for (int i = 0; i < found.getSize(); i++) {
            int e = i % STRIDE;
            KernelRun.assertWithin("logit " + i, found.get(i),
                    e < shape.experts ? expected[i / STRIDE * shape.experts + e] : 0, TOLERANCE);
        }
    }

    /** @param numbers scores of pairs, their weights, the gradients of these, prices of experts */
    private static FloatArray gradient(Target target, Shape shape, int groups, int items, double[] all, int[] experts,
            float[][] numbers) {
        KernelRun run = new KernelRun();
        FloatArray scores = run.in(shape.padded(all));
        IntArray chosen = run.in(IntArray.fromArray(experts));
        FloatArray pairs = run.in(FloatArray.fromArray(numbers[0]));
        FloatArray weights = run.in(FloatArray.fromArray(numbers[1]));
        FloatArray dweights = run.in(FloatArray.fromArray(numbers[2]));
        FloatArray costs = run.in(FloatArray.fromArray(numbers[3]));
        IntArray counts = run.in(IntArray.fromArray(IntStream.range(0, shape.rows).map(shape::taken).toArray()));
        IntArray sizes = run.in(IntArray.fromArray(new int[]{shape.rows}));
        FloatArray dlogits = run.poisonedFloats(shape.rows * STRIDE);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupExpertChoice::gradient, CONTEXT, scores, chosen, pairs, weights,
                        dweights, costs, counts, sizes, 0, shape.experts, shape.topK, shape.sigmoid ? 1 : 0,
                        shape.factor, STRIDE, dlogits),
                scores, chosen, pairs, weights, dweights, costs, counts, sizes, dlogits).repeatedlyOn(target);
        return dlogits;
    }
}
