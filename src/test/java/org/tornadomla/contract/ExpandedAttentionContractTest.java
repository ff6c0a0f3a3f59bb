package org.tornadomla.contract;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.ExpandedAttention;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Expanded attention in tiles of sixteen tokens against a softmax in double precision. */
class ExpandedAttentionContractTest {

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 2, 1, new AttentionProblem(1, 1, 1, 1, 1, false)),
                        Arguments.of(target, 17, 4, 7, new AttentionProblem(3, 3, 7, 2, 1, true)),
                        Arguments.of(target, 5, 18, 33, new AttentionProblem(4, 2, 32, 16, 1, false)),
                        Arguments.of(target, 16, 16, 16, new AttentionProblem(7, 5, 65, 64, 1, true)),
                        Arguments.of(target, 33, 2, 19, new AttentionProblem(13, 1, 37, 3, 1, false)),
                        Arguments.of(target, 9, 6, 20, new AttentionProblem(37, 3, 131, 8, 1, true))));
    }

    @ParameterizedTest(name = "{0} nope {1}, rope {2}, value {3}")
    @MethodSource("sizes")
    void agreesWithTheSoftmax(Target target, int nope, int rope, int value, AttentionProblem problem) {
        int heads = problem.heads;
        int nopeVectors = Padding.vectors(nope);
        int ropeVectors = Padding.vectors(rope);
        int valueVectors = Padding.vectors(value);
        int rows = problem.tokens * heads;
        double spread = 1 / Math.sqrt(nope + rope);
        float[] nopeQueries = Seeds.normal(1, rows * nope, spread);
        float[] rotaryQueries = Seeds.normal(2, rows * rope, spread);
        float[] nopeKeys = KernelRun.random(3, problem.keys * heads * nope);
        float[] rotary = KernelRun.random(4, problem.keys * rope);
        float[] values = KernelRun.random(5, problem.keys * heads * value);
        KernelRun run = new KernelRun();
        VectorFloat16 packed = new VectorFloat16(rows * (nopeVectors + ropeVectors) * Padding.LANES);
        for (int row = 0; row < rows; row++) {
            KernelRun.put(packed, row * (nopeVectors + ropeVectors), nopeQueries, row * nope, nope);
            KernelRun.put(packed, row * (nopeVectors + ropeVectors) + nopeVectors, rotaryQueries, row * rope, rope);
        }
        StepBuffer step = problem.step;
        int tiles = Math.ceilDiv(problem.tokens, StepLayout.TILE_TOKENS);
        VectorFloat16 lanes = run
                .in(AttentionProblem.tileLanes(packed, problem.tokens, heads, nopeVectors + ropeVectors));
        int expandedRow = Padding.toMultiple(heads * (nopeVectors + valueVectors) * Padding.LANES, MatMul.BLOCK)
                / Padding.LANES;
        VectorFloat16 expanded = run.in(expanded(problem, nopeKeys, nope, values, value, expandedRow));
        VectorFloat16 rotaryRows = run.in(rotary(problem, rotary, rope));
        FloatArray mask = run.in(problem.mask());
        IntArray steps = run.in(step.array());
        VectorFloat16 state = run
                .poisonedVectors(tiles * heads * (ExpandedAttention.STATE + valueVectors * Padding.LANES));
        FloatArray result = run.poisonedFloats(rows * value);
        String task = run.task();
        run.then(tiles * heads,
                graph -> graph.task(task, ExpandedAttention::tiles, lanes, expanded, rotaryRows, mask, steps,
                        step.tokensAt(), step.tilesAt(), heads, nopeVectors, ropeVectors, value, expandedRow, state,
                        result),
                lanes, expanded, rotaryRows, mask, steps, state, result).on(target);

        for (int row = 0; row < rows; row++) {
            int head = row % heads;
            double[] scores = new double[problem.keys];
            double magnitude = 0;
            for (int key = 0; key < problem.keys; key++) {
                int keyAt = (key * heads + head) * nope;
                scores[key] = AttentionProblem.dot(nopeQueries, row * nope, nopeKeys, keyAt, nope)
                        + AttentionProblem.dot(rotaryQueries, row * rope, rotary, key * rope, rope);
                magnitude = Math.max(magnitude,
                        AttentionProblem.magnitude(nopeQueries, row * nope, nopeKeys, keyAt, nope)
                                + AttentionProblem.magnitude(rotaryQueries, row * rope, rotary, key * rope, rope));
            }
            double[] shares = problem.shares(row / heads, head, scores);
            boolean seesNothing = Arrays.stream(shares).sum() == 0;
            double bound = seesNothing
                    ? 0
                    : problem.bound(nope + rope, scores, magnitude) * AttentionProblem.largest(values);
            for (int i = 0; i < value; i++) {
                double expected = 0;
                for (int key = 0; key < problem.keys; key++) {
                    expected += shares[key] * values[(key * heads + head) * value + i];
                }
                KernelRun.assertWithin("row " + row + "[" + i + "]", result.get(row * value + i), expected, bound);
            }
        }
    }

    /** Rotary keys; those of the sequence that nobody asks are NaN. */
    private static VectorFloat16 rotary(AttentionProblem problem, float[] keys, int rope) {
        int vectors = Padding.vectors(rope);
        VectorFloat16 rotary = new VectorFloat16((AttentionProblem.DECOY_KEYS + problem.keys) * vectors);
        for (int i = 0; i < AttentionProblem.DECOY_KEYS * vectors * Padding.LANES; i++) {
            rotary.getArray().set(i, Float.NaN);
        }
        for (int key = 0; key < problem.keys; key++) {
            KernelRun.put(rotary, (AttentionProblem.DECOY_KEYS + key) * vectors, keys, key * rope, rope);
        }
        return rotary;
    }

    /** Keys of all heads, then values of all heads; the rows of the sequence that nobody asks are NaN. */
    private static VectorFloat16 expanded(AttentionProblem problem, float[] keys, int nope, float[] values, int value,
            int rowVectors) {
        int heads = problem.heads;
        int nopeVectors = Padding.vectors(nope);
        int valueVectors = Padding.vectors(value);
        VectorFloat16 expanded = new VectorFloat16(
                (AttentionProblem.DECOY_KEYS + problem.keys) * rowVectors * Padding.LANES);
        for (int i = 0; i < AttentionProblem.DECOY_KEYS * rowVectors * Padding.LANES; i++) {
            expanded.getArray().set(i, Float.NaN);
        }
        for (int key = 0; key < problem.keys; key++) {
            int row = (AttentionProblem.DECOY_KEYS + key) * rowVectors;
            for (int head = 0; head < heads; head++) {
                KernelRun.put(expanded, row + head * nopeVectors, keys, (key * heads + head) * nope, nope);
                KernelRun.put(expanded, row + heads * nopeVectors + head * valueVectors, values,
                        (key * heads + head) * value, value);
            }
        }
        return expanded;
    }
}
