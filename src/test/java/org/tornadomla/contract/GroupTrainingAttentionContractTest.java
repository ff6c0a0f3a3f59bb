package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.training.AttentionLayout;
import org.tornadomla.kernels.training.GroupAttention;
import org.tornadomla.kernels.training.GroupKeyGradient;
import org.tornadomla.kernels.training.GroupQueryGradient;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Differences;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Attention and its gradients by groups of work-items, on arrays that begin as NaN, with groups of several sizes:
 * against the softmax in double precision and its differences. Two sequences of 48 rows, so that a tile ends with its
 * sequence; queries see windows, some nothing.
 */
class GroupTrainingAttentionContractTest {

    private static final KernelContext CONTEXT = new KernelContext();
    private static final int ROWS = 48;
    private static final int ALL = 2 * ROWS;
    private static final int HEADS = 2;
    private static final int PART = 16;
    private static final float SCALE = 0.3f;
    private static final double TOLERANCE = 4e-6;

    /** Target, window of keys, groups, work-items of a group. */
    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, ALL, 1, 1),
                Arguments.of(target, 5, 3, 7), Arguments.of(target, 33, 4, 100), Arguments.of(target, 40, 7, 128)));
    }

    private static int first(int row, int window) {
        return row / ROWS * ROWS + Math.max(0, row % ROWS + 1 - window);
    }

    /** Every eleventh query sees nothing. */
    private static int end(int row, int window) {
        return row % 11 == 10 ? first(row, window) : row + 1;
    }

    /** Results [rows, heads, part] of queries [rows, heads, 2 parts], keys [rows, heads, 2 parts] and rotary keys. */
    private static double[] attend(double[] q, double[] kv, double[] kr, int window) {
        double[] o = new double[ALL * HEADS * PART];
        for (int unit = 0; unit < ALL * HEADS; unit++) {
            int row = unit / HEADS;
            double[] weights = new double[ALL];
            double sum = 0;
            for (int key = first(row, window); key < end(row, window); key++) {
                int at = (key * HEADS + unit % HEADS) * 2 * PART;
                double score = 0;
                for (int i = 0; i < PART; i++) {
                    score += q[unit * 2 * PART + i] * kv[at + i] + q[unit * 2 * PART + PART + i] * kr[key * PART + i];
                }
                weights[key] = Math.exp(score * SCALE);
                sum += weights[key];
            }
            for (int key = first(row, window); key < end(row, window); key++) {
                for (int i = 0; i < PART; i++) {
                    o[unit * PART + i] += weights[key] / sum * kv[(key * HEADS + unit % HEADS) * 2 * PART + PART + i];
                }
            }
        }
        return o;
    }

    private static void assertNear(String what, float[] found, double[] expected) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            KernelRun.assertWithin(what + "[" + i + "]", found[i], expected[i], TOLERANCE * largest);
        }
    }

    private record Found(FloatArray o, FloatArray dq, FloatArray dkv, FloatArray dkr) {

        static Found run(Target target, List<float[]> given, int window, int groups, int items) {
            KernelRun run = new KernelRun();
            FloatArray q = run.in(FloatArray.fromArray(given.get(0)));
            FloatArray kv = run.in(FloatArray.fromArray(given.get(1)));
            FloatArray kr = run.in(FloatArray.fromArray(given.get(2)));
            FloatArray dO = run.in(FloatArray.fromArray(given.get(3)));
            IntArray sizes = run.in(layout());
            IntArray spans = run.in(IntArray.fromArray(IntStream.range(0, ALL)
                    .flatMap(row -> IntStream.of(first(row, window), end(row, window))).toArray()));
            FloatArray logSums = run.poisonedFloats(ALL * HEADS);
            FloatArray deltas = run.poisonedFloats(ALL * HEADS);
            Found found = new Found(run.poisonedFloats(ALL * HEADS * PART), run.poisonedFloats(ALL * HEADS * 2 * PART),
                    run.poisonedFloats(ALL * HEADS * 2 * PART), run.poisonedFloats(ALL * HEADS * PART));
            String first = run.task();
            run.groups(
                    groups, items, graph -> graph.task(first, GroupAttention::forward, CONTEXT, q, kv, kr, spans, sizes,
                            0, HEADS, PART, PART, PART, SCALE, logSums, found.o),
                    q, kv, kr, spans, sizes, logSums, found.o);
            String second = run.task();
            run.groups(groups, items, graph -> graph.task(second, GroupQueryGradient::deltas, CONTEXT, found.o, dO,
                    sizes, 0, HEADS, PART, deltas), found.o, dO, sizes, deltas);
            String third = run.task();
            run.groups(groups, items,
                    graph -> graph.task(third, GroupQueryGradient::queries, CONTEXT, q, kv, kr, dO, logSums, deltas,
                            spans, sizes, 0, HEADS, PART, PART, PART, SCALE, 0, found.dq),
                    q, kv, kr, dO, logSums, deltas, spans, sizes, found.dq);
            String fourth = run.task();
            run.groups(groups, items,
                    graph -> graph.task(fourth, GroupKeyGradient::keys, CONTEXT, q, kv, kr, dO, logSums, deltas, spans,
                            sizes, 0, HEADS, PART, PART, PART, SCALE, 0, found.dkr, found.dkv),
                    q, kv, kr, dO, logSums, deltas, spans, sizes, found.dkr, found.dkv).repeatedlyOn(target);
            return found;
        }

        private static IntArray layout() {
            IntArray sizes = new IntArray(AttentionLayout.RECORD);
            int[] layout = {ALL * HEADS, ALL * HEADS, ALL, ROWS, ROWS, 2 * HEADS, 2 * HEADS, 1, HEADS};
            IntStream.range(0, layout.length).forEach(i -> sizes.set(i, layout[i]));
            return sizes;
        }
    }

    /** A rotary key [rows, part] is one for all heads, each of which leaves a gradient of its own. */
    private static float[] sumOfHeads(float[] ofHeads) {
        float[] sums = new float[ALL * PART];
        for (int i = 0; i < ofHeads.length; i++) {
            sums[i / (HEADS * PART) * PART + i % PART] += ofHeads[i];
        }
        return sums;
    }

    @ParameterizedTest(name = "{0} window {1}, {2} groups of {3}")
    @MethodSource("sizes")
    void attendsAndHasItsGradients(Target target, int window, int groups, int items) {
        float[] q = KernelRun.random(1, ALL * HEADS * 2 * PART);
        float[] kv = KernelRun.random(2, ALL * HEADS * 2 * PART);
        float[] kr = KernelRun.random(3, ALL * PART);
        float[] dO = KernelRun.random(4, ALL * HEADS * PART);
        List<float[]> given = List.of(q, kv, kr, dO);
        Found found = Found.run(target, given, window, groups, items);
        double[] wideQ = Comparer.widen(q);
        double[] wideKv = Comparer.widen(kv);
        double[] wideKr = Comparer.widen(kr);
        assertNear("o", found.o.toHeapArray(), attend(wideQ, wideKv, wideKr, window));
        assertEquals(0f, found.o.get(10 * HEADS * PART), "a query without keys");
        if (window < ALL) {
            // Results of one group of one work-item, which the next one holds against differences.
            Found alone = Found.run(target, given, window, 1, 1);
            assertArrayEquals(alone.dq.toHeapArray(), found.dq.toHeapArray());
            assertArrayEquals(alone.dkv.toHeapArray(), found.dkv.toHeapArray());
            assertArrayEquals(alone.dkr.toHeapArray(), found.dkr.toHeapArray());
        } else {
            double[] wideO = Comparer.widen(dO);
            assertNear("dq", found.dq.toHeapArray(),
                    Differences.gradient(v -> attend(v, wideKv, wideKr, window), wideQ, wideO));
            assertNear("dkv", found.dkv.toHeapArray(),
                    Differences.gradient(v -> attend(wideQ, v, wideKr, window), wideKv, wideO));
            assertNear("dkr", sumOfHeads(found.dkr.toHeapArray()),
                    Differences.gradient(v -> attend(wideQ, wideKv, v, window), wideKr, wideO));
        }
    }
}
