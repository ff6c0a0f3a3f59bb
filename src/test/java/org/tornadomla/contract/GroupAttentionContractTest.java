package org.tornadomla.contract;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.GroupExpandedAttention;
import org.tornadomla.kernels.GroupLatentAttention;
import org.tornadomla.kernels.GroupPool;
import org.tornadomla.kernels.GroupValueUp;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Both ways of attending by groups of work-items, against a softmax in double precision. */
class GroupAttentionContractTest {

    private static final float SCALE = 0.75f;
    private static final int POSITIONS = 13;
    private static final KernelContext CONTEXT = new KernelContext();

    /** Queries whose rotary parts are not yet turned: [tokens, heads, nope | rope]. */
    private record Queries(float[] plain, double[] nope, double[] turned) {

        /** Random queries; nope and turned are what scores are made of, the softmax scale in them. */
        static Queries of(AttentionProblem problem, int nope, int rope, double spread, RopeConfig config) {
            int rows = problem.tokens * problem.heads;
            float[] plain = Seeds.normal(2, rows * (nope + rope), spread / SCALE);
            double[] front = new double[rows * nope];
            double[] rotary = new double[rows * rope];
            int[] positions = new int[problem.tokens];
            for (int token = 0; token < problem.tokens; token++) {
                positions[token] = problem.position(token);
            }
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < nope; i++) {
                    front[row * nope + i] = SCALE * (double) plain[row * (nope + rope) + i];
                }
                for (int i = 0; i < rope; i++) {
                    rotary[row * rope + i] = SCALE * (double) plain[row * (nope + rope) + nope + i];
                }
            }
            return new Queries(plain, front, Operations.rotary(rotary, positions, problem.heads, rope, config));
        }
    }

    /** Target, format of the pool, layout, latent, rope, problem, groups, work-items, most chosen keys or 0 for all. */
    static Stream<Arguments> absorbed() {
        return TestTargets.all().flatMap(target -> Stream.of(CacheType.values()).flatMap(type -> Stream.of(
                Arguments.of(target, type, RopeLayout.NEIGHBOURS, 1, 2, problem(1, 1, 1, 1, 1, false), 1, 1, 0),
                Arguments.of(target, type, RopeLayout.HALVES, 17, 4, problem(3, 3, 7, 2, 2, true), 2, 32, 0),
                Arguments.of(target, type, RopeLayout.EVENS_THEN_ODDS, 6, 18, problem(2, 4, 32, 16, 1, false), 9, 7, 5),
                Arguments.of(target, type, RopeLayout.NEIGHBOURS, 131, 2, problem(1, 5, 65, 64, 4, true), 3, 16, 0),
                Arguments.of(target, type, RopeLayout.NEIGHBOURS, 16, 16, problem(3, 9, 97, 3, 5, true), 17, 32, 31),
                Arguments.of(target, type, RopeLayout.HALVES, 19, 6, problem(1, 23, 41, 8, 3, true), 2, 100, 40),
                Arguments.of(target, type, RopeLayout.EVENS_THEN_ODDS, 37, 6, problem(2, 2, 31, 5, 64, false), 8, 32,
                        0))));
    }

    private static AttentionProblem problem(int tokens, int heads, int keys, int pageTokens, int splits,
            boolean masked) {
        return new AttentionProblem(tokens, heads, keys, pageTokens, splits, masked, POSITIONS);
    }

    @ParameterizedTest(name = "{0} {1} {2} latent {3}, rope {4}, {6} groups of {7}, of {8} keys")
    @MethodSource("absorbed")
    void absorbedAgreesWithTheSoftmax(Target target, CacheType type, RopeLayout layout, int latent, int rope,
            AttentionProblem problem, int groups, int items, int most) {
        int heads = problem.heads;
        int nope = 3;
        int rows = problem.tokens * heads;
        RopeConfig config = RopeConfig.plain(10_000, layout);
        double spread = 1 / Math.sqrt(latent + rope);
        Queries queries = Queries.of(problem, nope, rope, spread, config);
        float[] latentQueries = Seeds.normal(1, rows * latent, spread);
        // The kernel works on the numbers that a pool holds, so they are rounded before.
        float[] latents = new PoolRows(type, latent, rope).latents(KernelRun.random(3, problem.keys * latent));
        float[] rotary = new PoolRows(type, latent, rope).rotary(KernelRun.random(4, problem.keys * rope));
        int stride = heads * (nope + rope) + 1;
        float[] plain = queries.plain.clone();
        for (int i = 0; i < plain.length; i++) {
            plain[i] = i % (nope + rope) < nope ? Float.NaN : plain[i];
        }
        KernelRun run = new KernelRun();
        FloatArray packed = run.in(FloatArray.fromArray(latentQueries));
        FloatArray q = run.in(KernelRun.strided(plain, stride - 1, stride));
        FloatArray angles = run.in(GroupPoolContractTest.angles(config, rope, POSITIONS));
        FloatArray mask = run.in(problem.mask());
        StepBuffer step = problem.step;
        IntArray steps = run.in(step.array());
        int units = problem.tokens * problem.splits;
        int statisticsAt = units * heads * latent;
        FloatArray partial = run.poisonedFloats(statisticsAt + units * heads * 2);
        FloatArray merged = run.poisonedFloats(rows * latent + 1);
        int flags = GroupPoolContractTest.code(layout) + GroupPoolContractTest.flag(type);
        FloatArray pool = run
                .in(type == CacheType.F32 ? problem.pool(latents, latent, rotary, rope).getArray() : new FloatArray(1));
        IntArray pairs = run.in(type == CacheType.F32
                ? new IntArray(1)
                : problem.packedPool(type, latents, latent, rotary, rope).getArray());
        IntArray chosen = run.in(most > 0 ? problem.choose(most) : new IntArray(1));
        String split = run.task();
        run.groups(groups, items,
                graph -> graph.task(split, GroupLatentAttention::split, CONTEXT, packed, q, angles, pool, pairs, mask,
                        steps, chosen, most, problem.pageTokens, heads, nope, latent, rope, stride, SCALE, flags,
                        statisticsAt, partial),
                packed, q, angles, pool, pairs, mask, steps, chosen, partial);
        // Values are the latents themselves.
        FloatArray same = run.in(unit(heads, latent));
        String merge = run.task();
        run.groups(groups, items,
                graph -> graph.task(merge, GroupValueUp::rows, CONTEXT, partial, same, steps, problem.splits, heads,
                        latent, latent, 0, latent, statisticsAt, heads * latent, merged),
                partial, same, steps, merged).repeatedlyOn(target);
        for (int row = 0; row < rows; row++) {
            double[] scores = new double[problem.keys];
            double magnitude = 0;
            for (int key = 0; key < problem.keys; key++) {
                double turned = dot(queries.turned, row * rope, rotary, key * rope, rope);
                scores[key] = turned
                        + SCALE * AttentionProblem.dot(latentQueries, row * latent, latents, key * latent, latent);
                magnitude = Math.max(magnitude,
                        AttentionProblem.magnitude(latentQueries, row * latent, latents, key * latent, latent)
                                + rotaryMagnitude(queries.turned, row * rope, rotary, key * rope, rope));
            }
            assertRow(problem, row, scores, latent + rope, magnitude, latents, latent, 0, latent, merged, row * latent);
        }
        KernelRun.assertUntouched(target, merged.get(rows * latent));
    }

    /** A unit matrix for each head. */
    private static FloatArray unit(int heads, int width) {
        FloatArray unit = new FloatArray(heads * width * width);
        for (int row = 0; row < heads * width; row++) {
            unit.set(row * width + row % width, 1f);
        }
        return unit;
    }

    private static double dot(double[] a, int aAt, float[] b, int bAt, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += a[aAt + i] * b[bAt + i];
        }
        return sum;
    }

    /** A turned element is off by what the two that it comes from are: eight roundings of the larger, for each. */
    private static double rotaryMagnitude(double[] a, int aAt, float[] b, int bAt, int count) {
        double largest = 0;
        double sum = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(a[aAt + i]));
            sum += Math.abs(b[bAt + i]);
        }
        return 2 * largest * sum;
    }

    private static void assertRow(AttentionProblem problem, int row, double[] scores, int terms, double magnitude,
            float[] contents, int keyStride, int contentAt, int width, FloatArray result, int at) {
        double[] shares = problem.shares(row / problem.heads, row % problem.heads, scores);
        boolean seesNothing = Arrays.stream(shares).sum() == 0;
        double bound = seesNothing
                ? 0
                : problem.bound(terms + 8, scores, magnitude) * AttentionProblem.largest(contents);
        for (int i = 0; i < width; i++) {
            double expected = 0;
            for (int key = 0; key < problem.keys; key++) {
                expected += shares[key] * contents[key * keyStride + contentAt + i];
            }
            KernelRun.assertWithin("row " + row + "[" + i + "]", result.get(at + i), expected, bound);
        }
    }

    /** Target, layout, nope, rope, value, problem, groups, work-items. */
    static Stream<Arguments> expanded() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(
                        Arguments.of(target, RopeLayout.NEIGHBOURS, 1, 2, 1, problem(1, 1, 1, 1, 1, false), 1, 1),
                        Arguments.of(target, RopeLayout.HALVES, 17, 4, 7, problem(3, 3, 7, 2, 1, true), 2, 32),
                        Arguments.of(target, RopeLayout.EVENS_THEN_ODDS, 5, 18, 33, problem(4, 2, 32, 16, 1, false), 7,
                                7),
                        Arguments.of(target, RopeLayout.NEIGHBOURS, 16, 16, 16, problem(7, 5, 65, 64, 1, true), 5, 16),
                        Arguments.of(target, RopeLayout.HALVES, 33, 2, 131, problem(13, 1, 37, 3, 1, false), 3, 100),
                        Arguments.of(target, RopeLayout.NEIGHBOURS, 9, 6, 20, problem(37, 3, 131, 8, 1, true), 4, 32)));
    }

    @ParameterizedTest(name = "{0} {1} nope {2}, rope {3}, value {4}, {6} groups of {7}")
    @MethodSource("expanded")
    void expandedAgreesWithTheSoftmax(Target target, RopeLayout layout, int nope, int rope, int value,
            AttentionProblem problem, int groups, int items) {
        int heads = problem.heads;
        int rows = problem.tokens * heads;
        RopeConfig config = RopeConfig.plain(10_000, layout);
        Queries queries = Queries.of(problem, nope, rope, 1 / Math.sqrt(nope + rope), config);
        float[] content = KernelRun.random(3, problem.keys * heads * (nope + value));
        float[] rotary = KernelRun.random(4, problem.keys * rope);
        int stride = heads * (nope + rope) + 1;
        int expandedRow = heads * (nope + value) + 2;
        int valueStride = heads * value + 1;
        KernelRun run = new KernelRun();
        FloatArray q = run.in(KernelRun.strided(queries.plain, stride - 1, stride));
        FloatArray rowsOfKeys = run
                .in(behindDecoy(KernelRun.strided(content, expandedRow - 2, expandedRow), expandedRow));
        FloatArray rotaryKeys = run.in(behindDecoy(KernelRun.strided(rotary, rope, rope), rope));
        FloatArray angles = run.in(GroupPoolContractTest.angles(config, rope, POSITIONS));
        FloatArray mask = run.in(problem.mask());
        StepBuffer step = problem.step;
        IntArray steps = run.in(step.array());
        FloatArray values = run.poisonedFloats(problem.tokens * valueStride);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupExpandedAttention::tiles, CONTEXT, q, rowsOfKeys, rotaryKeys, angles,
                        mask, steps, step.tokensAt(), step.tilesAt(), heads, nope, rope, value, stride, expandedRow,
                        valueStride, SCALE, GroupPoolContractTest.code(layout), values),
                q, rowsOfKeys, rotaryKeys, angles, mask, steps, values).repeatedlyOn(target);
        for (int row = 0; row < rows; row++) {
            int head = row % heads;
            double[] scores = new double[problem.keys];
            double magnitude = 0;
            for (int key = 0; key < problem.keys; key++) {
                int at = (key * heads + head) * (nope + value);
                scores[key] = dot(queries.nope, row * nope, content, at, nope)
                        + dot(queries.turned, row * rope, rotary, key * rope, rope);
                magnitude = Math.max(magnitude, rotaryMagnitude(queries.nope, row * nope, content, at, nope)
                        + rotaryMagnitude(queries.turned, row * rope, rotary, key * rope, rope));
            }
            assertRow(problem, row, scores, nope + rope, magnitude, content, heads * (nope + value),
                    head * (nope + value) + nope, value, values, row / heads * valueStride + head * value);
        }
        for (int token = 0; token < problem.tokens; token++) {
            KernelRun.assertUntouched(target, values.get(token * valueStride + valueStride - 1));
        }
    }

    /** Rows behind those of the sequence that nobody asks, which are NaN. */
    private static FloatArray behindDecoy(FloatArray rows, int stride) {
        FloatArray array = new FloatArray(rows.getSize() + AttentionProblem.DECOY_KEYS * stride);
        array.init(Float.NaN);
        for (int i = 0; i < rows.getSize(); i++) {
            array.set(AttentionProblem.DECOY_KEYS * stride + i, rows.get(i));
        }
        return array;
    }
}
