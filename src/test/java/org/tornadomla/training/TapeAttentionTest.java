package org.tornadomla.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Differences;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.ManyCores;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Attention on a tape, with and without a rotary part, against the softmax of all scores in double precision and its
 * differences. Two sequences; queries see ranges of keys, the last of each sequence sees none.
 */
class TapeAttentionTest {

    private static final int SEQUENCES = 2;
    /** A sum over a few dozen products of numbers near 1, and an exponential of such sums. */
    private static final double TOLERANCE = 3e-6;

    static Stream<Arguments> sizes() {
        return ManyCores.devices()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 0, 1, 1), Arguments.of(target, 2, 5, 4, 3, 7),
                        Arguments.of(target, 3, 17, 0, 33, 21), Arguments.of(target, 2, 16, 20, 16, 35)));
    }

    private record Problem(int heads, int content, int rope, int value, int keys) {

        /** Queries of a sequence; one more than keys. */
        int queries() {
            return keys + 1;
        }

        int first(int query) {
            return Math.max(0, query - 19);
        }

        int end(int query) {
            return query == keys ? first(query) : Math.min(keys, query + 2);
        }

        /** Values that heads attended to [sequences, queries, heads, value]. */
        double[] attend(double[] q, double[] kv, double[] kr, double scale) {
            double[] o = new double[SEQUENCES * queries() * heads * value];
            for (int unit = 0; unit < SEQUENCES * queries() * heads; unit++) {
                int head = unit % heads;
                int query = unit / heads % queries();
                int sequence = unit / heads / queries();
                double[] weights = new double[keys];
                double sum = 0;
                for (int key = first(query); key < end(query); key++) {
                    double score = 0;
                    for (int i = 0; i < content; i++) {
                        score += q[unit * (content + rope) + i] * kv[keyAt(sequence, key, head) + i];
                    }
                    for (int i = 0; i < rope; i++) {
                        score += q[unit * (content + rope) + content + i] * kr[(sequence * keys + key) * rope + i];
                    }
                    weights[key] = Math.exp(score * scale);
                    sum += weights[key];
                }
                for (int key = first(query); key < end(query); key++) {
                    for (int i = 0; i < value; i++) {
                        o[unit * value + i] += weights[key] / sum * kv[keyAt(sequence, key, head) + content + i];
                    }
                }
            }
            return o;
        }

        private int keyAt(int sequence, int key, int head) {
            return ((sequence * keys + key) * heads + head) * (content + value);
        }
    }

    private static void place(TrainingPlan plan, Tensor tensor, float[] values) {
        int half = values.length / SEQUENCES;
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            plan.set(tensor, sequence * tensor.rows() / SEQUENCES,
                    Arrays.copyOfRange(values, sequence * half, (sequence + 1) * half));
        }
    }

    private static void assertNear(String what, float[][] found, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        int half = expected.length / SEQUENCES;
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(found[i / half][i % half] - expected[i]);
            assertTrue(error <= TOLERANCE * largest, what + "[" + i + "] is off by " + error + " of " + largest);
        }
    }

    private static float[][] halves(int rows, java.util.function.IntFunction<float[]> read) {
        return new float[][]{read.apply(0), read.apply(rows / SEQUENCES)};
    }

    @ParameterizedTest(name = "{0} {1} heads of {2} + {3}, {4}, {5} keys")
    @MethodSource("sizes")
    void agreesWithDifferences(Target target, int heads, int content, int rope, int value, int keys) {
        Problem problem = new Problem(heads, content, rope, value, keys);
        double scale = 0.4;
        AttentionHeads shape = new AttentionHeads(heads, content, rope, value, scale, SEQUENCES);
        int queries = problem.queries();
        int queryRows = SEQUENCES * Math.ceilDiv(queries, 16) * 16;
        int keyRows = SEQUENCES * Math.ceilDiv(keys, 16) * 16;
        Tape tape = new Tape();
        Tensor q = tape.input("q", queryRows, shape.queries(), true);
        Tensor kv = tape.input("kv", keyRows, shape.keys(), true);
        Tensor kr = rope == 0 ? null : tape.input("kr", keyRows, Places.plain(rope), true);
        IntArray spans = tape.integers("spans", 2 * queryRows);
        Tensor o = tape.attention("o", shape, q, kv, kr, spans);
        tape.result(o);
        for (int query = 0; query < SEQUENCES * queries; query++) {
            int sequence = query / queries;
            int at = 2 * (sequence * queryRows / SEQUENCES + query % queries);
            spans.set(at, sequence * keyRows / SEQUENCES + problem.first(query % queries));
            spans.set(at + 1, sequence * keyRows / SEQUENCES + problem.end(query % queries));
        }
        float[] qs = Seeds.normal(1, SEQUENCES * queries * heads * (content + rope));
        float[] kvs = Seeds.normal(2, SEQUENCES * keys * heads * (content + value));
        float[] krs = Seeds.normal(3, SEQUENCES * keys * rope);
        float[] dO = Seeds.normal(4, SEQUENCES * queries * heads * value);
        try (TrainingPlan plan = tape.plan(target)) {
            place(plan, q, qs);
            place(plan, kv, kvs);
            if (kr != null) {
                place(plan, kr, krs);
            }
            plan.forward();
            double[] wideQ = Comparer.widen(qs);
            double[] wideKv = Comparer.widen(kvs);
            double[] wideKr = Comparer.widen(krs);
            double[] wideO = Comparer.widen(dO);
            assertNear("o", halves(queryRows, row -> plan.read(o, row, queries)),
                    problem.attend(wideQ, wideKv, wideKr, scale));
            int half = dO.length / SEQUENCES;
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                plan.setGradient(o, sequence * queryRows / SEQUENCES,
                        Arrays.copyOfRange(dO, sequence * half, (sequence + 1) * half));
            }
            plan.backward();
            assertNear("dq", halves(queryRows, row -> plan.gradient(q, row, queries)),
                    Differences.gradient(v -> problem.attend(v, wideKv, wideKr, scale), wideQ, wideO));
            assertNear("dkv", halves(keyRows, row -> plan.gradient(kv, row, keys)),
                    Differences.gradient(v -> problem.attend(wideQ, v, wideKr, scale), wideKv, wideO));
            if (kr != null) {
                assertNear("dkr", halves(keyRows, row -> plan.gradient(kr, row, keys)),
                        Differences.gradient(v -> problem.attend(wideQ, wideKv, v, scale), wideKr, wideO));
            }
            float[] none = plan.read(o, queries - 1, 1);
            assertEquals(0, Comparer.widen(none)[0], "a query without keys");
        }
    }
}
