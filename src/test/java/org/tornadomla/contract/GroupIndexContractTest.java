package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.IndexerConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.GroupIndexChoice;
import org.tornadomla.kernels.GroupIndexRows;
import org.tornadomla.kernels.GroupIndexScores;
import org.tornadomla.kernels.IndexChoice;
import org.tornadomla.reference.KeyChoice;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The indexer of sparse attention by groups of work-items: keys, queries, scores and the choice of the best. */
class GroupIndexContractTest {

    private static final int POSITIONS = 61;
    private static final KernelContext CONTEXT = new KernelContext();

    /** Target, layout, heads, dim, rope, groups, work-items. */
    static Stream<Arguments> rows() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, RopeLayout.NEIGHBOURS, 1, 2, 2, 1, 1),
                        Arguments.of(target, RopeLayout.HALVES, 3, 17, 4, 2, 32),
                        Arguments.of(target, RopeLayout.EVENS_THEN_ODDS, 5, 40, 18, 3, 7),
                        Arguments.of(target, RopeLayout.HALVES, 2, 129, 64, 9, 16)));
    }

    private static StepBuffer twoTokens() {
        StepBuffer step = new StepBuffer(
                Capacity.builder().tokens(2).writes(8).pages(8, 1, 8).positions(POSITIONS).splits(1, 2).build());
        step.clear();
        int sequence = step.addSequence(new int[1], 8);
        step.addCopy(2, 7);
        for (int token = 0; token < 2; token++) {
            step.addWrite(token == 0 ? 0 : 5, token, position(token));
            step.addToken(sequence, position(token), 0, 8, 0);
        }
        step.finish(1, 1, 2, false, 0);
        return step;
    }

    private static int position(int token) {
        return (60 + 23 * token) % POSITIONS;
    }

    @ParameterizedTest(name = "{0} {1} {2} heads of {3}, {4} of them turn, {5} groups of {6}")
    @MethodSource("rows")
    void normsTurnsAndWrites(Target target, RopeLayout layout, int heads, int dim, int rope, int groups, int items) {
        RopeConfig config = RopeConfig.plain(10_000, layout);
        float[] keys = KernelRun.random(1, 2 * dim);
        float[] weight = KernelRun.random(2, dim);
        float[] bias = KernelRun.random(3, dim);
        float[] queries = KernelRun.random(4, 2 * heads * dim);
        int width = Padding.toVectors(dim);
        float[] before = KernelRun.random(5, 8 * width);
        int stride = dim + heads;
        KernelRun run = new KernelRun();
        FloatArray k = run.in(KernelRun.strided(keys, dim, stride));
        float[] both = Arrays.copyOf(weight, 2 * dim);
        System.arraycopy(bias, 0, both, dim, dim);
        FloatArray norm = run.in(FloatArray.fromArray(both));
        FloatArray q = run.in(FloatArray.fromArray(queries));
        FloatArray angles = run.in(GroupPoolContractTest.angles(config, rope, POSITIONS));
        IntArray steps = run.in(twoTokens().array());
        FloatArray pool = run.out(FloatArray.fromArray(before));
        FloatArray turned = run.poisonedFloats(2 * dim * heads + 1);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupIndexRows::rows, CONTEXT, k, norm, q, angles, steps, heads, dim, rope,
                        stride, (float) IndexerConfig.NORM_EPS, GroupPoolContractTest.code(layout), pool, turned),
                k, norm, q, angles, steps, pool, turned).repeatedlyOn(target);
        double[] normed = Operations.layerNorm(Comparer.widen(keys), 2, weight, bias, IndexerConfig.NORM_EPS);
        for (int token = 0; token < 2; token++) {
            double[] key = turned(Arrays.copyOfRange(normed, token * dim, (token + 1) * dim), token, rope, config);
            double bound = (dim + 16) * 4 * ROUNDING * largest(key);
            for (int e = 0; e < dim; e++) {
                KernelRun.assertWithin("key " + token + "[" + e + "]", pool.get((token == 0 ? 0 : 5) * width + e),
                        key[e], bound);
            }
            for (int head = 0; head < heads; head++) {
                int at = (token * heads + head) * dim;
                double[] query = turned(Comparer.widen(Arrays.copyOfRange(queries, at, at + dim)), token, rope, config);
                for (int e = 0; e < dim; e++) {
                    KernelRun.assertWithin("query " + token + "," + head + "[" + e + "]",
                            turned.get((token * dim + e) * heads + head), query[e], 8 * ROUNDING * largest(query));
                }
            }
        }
        for (int e = 0; e < width; e++) {
            assertEquals(before[2 * width + e], pool.get(7 * width + e), "the copied row");
            assertEquals(before[3 * width + e], pool.get(3 * width + e), "a row that nobody writes");
            assertEquals(e < dim ? pool.get(e) : 0f, pool.get(e), "padding");
        }
        KernelRun.assertUntouched(target, turned.get(2 * dim * heads));
    }

    private static double[] turned(double[] row, int token, int rope, RopeConfig config) {
        double[] front = Operations.rotary(Arrays.copyOf(row, rope), new int[]{position(token)}, 1, rope, config);
        double[] turned = row.clone();
        System.arraycopy(front, 0, turned, 0, rope);
        return turned;
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    /** Target, heads, dim, tokens, keys, tokens of a page, most, groups, work-items. */
    static Stream<Arguments> scores() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 2, 1, 1, 1, 1),
                Arguments.of(target, 3, 17, 3, 41, 8, 38, 2, 32), Arguments.of(target, 4, 16, 2, 131, 3, 7, 3, 7),
                Arguments.of(target, 9, 33, 2, 300, 64, 5, 2, 16), Arguments.of(target, 66, 5, 1, 33, 16, 4, 1, 100)));
    }

    /** A token that sees no more keys than it may attend to is passed over. */
    @ParameterizedTest(
            name = "{0} {1} heads of {2}, {3} tokens, {4} keys in pages of {5}, {6} wanted, {7} groups of {8}")
    @MethodSource("scores")
    void scoresAgreeWithTheSumOverHeads(Target target, int heads, int dim, int tokens, int keys, int pageTokens,
            int most, int groups, int items) {
        AttentionProblem problem = new AttentionProblem(tokens, 1, keys, pageTokens, 1, false);
        float[] queries = KernelRun.random(1, tokens * dim * heads);
        float[] weights = KernelRun.random(2, tokens * heads);
        float[] contents = KernelRun.random(3, keys * dim);
        float scale = 0.3f;
        KernelRun run = new KernelRun();
        FloatArray turned = run.in(FloatArray.fromArray(queries));
        FloatArray shares = run.in(behind(dim, weights, heads));
        FloatArray pool = run.in(problem.pool(contents, dim, new float[0], 0).getArray());
        IntArray steps = run.in(problem.step.array());
        FloatArray scores = run.poisonedFloats(tokens * keys);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupIndexScores::score, CONTEXT, turned, shares, pool, steps, pageTokens,
                        heads, dim, dim, dim + heads, most, keys, scale, scores),
                turned, shares, pool, steps, scores).repeatedlyOn(target);
        for (int token = 0; token < tokens; token++) {
            int from = problem.from(token);
            int to = problem.to(token);
            for (int key = from; key < to && to - from > most; key++) {
                double expected = 0;
                double magnitude = 0;
                for (int head = 0; head < heads; head++) {
                    double product = 0;
                    double sum = 0;
                    for (int e = 0; e < dim; e++) {
                        double part = (double) queries[(token * dim + e) * heads + head] * contents[key * dim + e];
                        product += part;
                        sum += Math.abs(part);
                    }
                    expected += scale * weights[token * heads + head] * Math.max(0, product);
                    magnitude += Math.abs(scale * weights[token * heads + head]) * sum;
                }
                KernelRun.assertWithin("score of token " + token + ", key " + key, scores.get(token * keys + key),
                        expected, (dim + heads + 4) * ROUNDING * magnitude);
            }
            if (to - from <= most) {
                KernelRun.assertUntouched(target, scores.get(token * keys + from));
            }
        }
    }

    /** Rows whose last numbers are given; those before are NaN. */
    private static FloatArray behind(int front, float[] values, int width) {
        FloatArray rows = new FloatArray(values.length / width * (front + width));
        rows.init(Float.NaN);
        for (int i = 0; i < values.length; i++) {
            rows.set(i / width * (front + width) + front + i % width, values[i]);
        }
        return rows;
    }

    /** Target, tokens, keys, most, steps of a half or none between scores, groups, work-items. */
    static Stream<Arguments> choices() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 0, 1, 1),
                        Arguments.of(target, 3, 41, 39, 0, 2, 32), Arguments.of(target, 2, 257, 64, 2, 1, 7),
                        Arguments.of(target, 2, 1031, 100, 0, 3, 16), Arguments.of(target, 1, 500, 499, 1, 1, 33),
                        Arguments.of(target, 2, 90, 1, 1000, 2, 8)));
    }

    /** Rounded scores are equal in many places; of those the first are taken. */
    @ParameterizedTest(name = "{0} {1} tokens, {2} keys, {3} wanted, in steps of 1/{4}, {5} groups of {6}")
    @MethodSource("choices")
    void choosesTheBestAndOfEqualOnesTheFirst(Target target, int tokens, int keys, int most, int steps, int groups,
            int items) {
        AttentionProblem problem = new AttentionProblem(tokens, 1, keys, 8, 1, false);
        float[] numbers = KernelRun.random(7, tokens * keys);
        for (int i = 0; i < numbers.length && steps > 0; i++) {
            numbers[i] = (float) Math.round(numbers[i] * steps) / steps;
        }
        KernelRun run = new KernelRun();
        FloatArray scores = run.in(FloatArray.fromArray(numbers));
        IntArray step = run.in(problem.step.array());
        IntArray chosen = run.poisonedInts(tokens * most);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupIndexChoice::tokens, CONTEXT, scores, step, most, keys, chosen), scores,
                step, chosen).repeatedlyOn(target);
        for (int token = 0; token < tokens; token++) {
            int from = problem.from(token);
            int seen = problem.to(token) - from;
            int at = token * keys + from;
            double[] own = Comparer.widen(Arrays.copyOfRange(numbers, at, at + seen));
            int[] expected = IntStream.of(KeyChoice.FIRST.best(own, seen, most)).map(key -> from + key).sorted()
                    .toArray();
            int[] found = IntStream.range(token * most, token * most + expected.length).map(chosen::get).toArray();
            assertArrayEquals(expected, found, "token " + token);
        }
    }

    /** Target, keys, most, groups, work-items. */
    static Stream<Arguments> brokenScores() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, 41, 7, 2, 32),
                Arguments.of(target, 257, 64, 1, 7), Arguments.of(target, 90, 1, 2, 8)));
    }

    /**
     * Scores that are not finite count as the largest float or the smallest: a search that halves the way between them
     * would not end. One token sees some of them, one nothing else, and one only NaN.
     */
    @ParameterizedTest(name = "{0} {1} keys, {2} wanted, {3} groups of {4}")
    @MethodSource("brokenScores")
    void scoresThatAreNotFiniteHaveAnOrder(Target target, int keys, int most, int groups, int items) {
        int tokens = 3;
        AttentionProblem problem = new AttentionProblem(tokens, 1, keys, 8, 1, false);
        float[] broken = {Float.POSITIVE_INFINITY, Float.NaN, Float.NEGATIVE_INFINITY};
        float[] numbers = KernelRun.random(8, tokens * keys);
        double[] counted = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            if (i >= keys || i % 5 < broken.length) {
                numbers[i] = i < 2 * keys ? broken[i % 5 % broken.length] : Float.NaN;
            }
            counted[i] = numbers[i] > -Float.MAX_VALUE ? Math.min(numbers[i], Float.MAX_VALUE) : -Float.MAX_VALUE;
        }
        KernelRun run = new KernelRun();
        FloatArray scores = run.in(FloatArray.fromArray(numbers));
        IntArray step = run.in(problem.step.array());
        IntArray byGroups = run.poisonedInts(tokens * most);
        IntArray byOne = run.poisonedInts(tokens * most);
        FloatArray spare = run.poisonedFloats(tokens * keys);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupIndexChoice::tokens, CONTEXT, scores, step, most, keys, byGroups),
                scores, step, byGroups);
        String other = run.task();
        run.then(tokens, graph -> graph.task(other, IndexChoice::tokens, scores, step, problem.step.tokensAt(), most,
                keys, spare, byOne), scores, step, spare, byOne).on(target);
        for (int token = 0; token < tokens; token++) {
            int from = problem.from(token);
            int seen = problem.to(token) - from;
            int at = token * keys + from;
            int[] expected = IntStream.of(KeyChoice.FIRST.best(Arrays.copyOfRange(counted, at, at + seen), seen, most))
                    .map(key -> from + key).sorted().toArray();
            int start = token * most;
            assertArrayEquals(expected, IntStream.range(start, start + expected.length).map(byGroups::get).toArray());
            assertArrayEquals(expected, IntStream.range(start, start + expected.length).map(byOne::get).toArray());
        }
    }
}
