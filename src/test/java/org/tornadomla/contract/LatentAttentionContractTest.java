package org.tornadomla.contract;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.Int8Rows;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.LatentAttentionBf16;
import org.tornadomla.kernels.LatentAttentionInt8;
import org.tornadomla.kernels.SplitMerge;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** Absorbed attention, split over the keys and merged, against a softmax in double precision. */
class LatentAttentionContractTest {

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(CacheType.values()).flatMap(type -> Stream.of(
                        Arguments.of(target, type, 1, 1, 2, new AttentionProblem(1, 1, 1, 1, 1, false), 0),
                        Arguments.of(target, type, 17, 3, 4, new AttentionProblem(3, 3, 7, 2, 2, true), 0),
                        Arguments.of(target, type, 6, 4, 18, new AttentionProblem(2, 4, 32, 16, 1, false), 5),
                        Arguments.of(target, type, 33, 5, 2, new AttentionProblem(1, 5, 65, 64, 4, true), 0),
                        Arguments.of(target, type, 16, 5, 16, new AttentionProblem(7, 5, 251, 3, 5, true), 0),
                        Arguments.of(target, type, 19, 23, 6, new AttentionProblem(3, 23, 97, 8, 3, true), 67),
                        Arguments.of(target, type, 130, 3, 34, new AttentionProblem(1, 3, 71, 8, 2, false), 70),
                        Arguments.of(target, type, 37, 2, 6, new AttentionProblem(2, 2, 31, 5, 64, false), 0))));
    }

    @ParameterizedTest(name = "{0} {1} latent {2}, {3} heads, rope {4}, of {6} keys")
    @MethodSource("sizes")
    void agreesWithTheSoftmax(Target target, CacheType type, int latent, int heads, int rope, AttentionProblem problem,
            int most) {
        int latentVectors = Padding.vectors(latent);
        int ropeVectors = Padding.vectors(rope);
        int rowVectors = latentVectors + ropeVectors;
        int rows = problem.tokens * heads;
        double spread = 1 / Math.sqrt(latent + rope);
        float[] latentQueries = Seeds.normal(1, rows * latent, spread);
        float[] rotaryQueries = Seeds.normal(2, rows * rope, spread);
        // The kernel works on the numbers that a pool holds, so they are rounded before.
        float[] latents = new PoolRows(type, latent, rope).latents(KernelRun.random(3, problem.keys * latent));
        float[] rotary = new PoolRows(type, latent, rope).rotary(KernelRun.random(4, problem.keys * rope));
        KernelRun run = new KernelRun();
        VectorFloat16 packed = new VectorFloat16(rows * rowVectors * Padding.LANES);
        for (int row = 0; row < rows; row++) {
            KernelRun.put(packed, row * rowVectors, latentQueries, row * latent, latent);
            KernelRun.put(packed, row * rowVectors + latentVectors, rotaryQueries, row * rope, rope);
        }
        VectorFloat16 lanes = run.in(AttentionProblem.lanes(packed, problem.tokens, heads, rowVectors));
        FloatArray mask = run.in(problem.mask());
        StepBuffer step = problem.step;
        IntArray steps = run.in(step.array());
        IntArray chosen = run.in(most > 0 ? problem.choose(most) : new IntArray(1));
        int units = problem.tokens * problem.splits;
        int groups = Math.ceilDiv(heads, LatentAttention.HEADS_AT_ONCE);
        VectorFloat16 partial = run
                .poisonedVectors(units * groups * (LatentAttention.STATE + latentVectors * Padding.LANES));
        VectorFloat16 merged = run.poisonedVectors(rows * latentVectors);
        int tableLength = step.capacity().tableLength();
        int pageTokens = problem.pageTokens;
        int splits = problem.splits;
        String split = run.task();
        switch (type) {
            case F32 -> {
                VectorFloat16 pool = run.in(problem.pool(latents, latent, rotary, rope));
                run.then(units,
                        graph -> graph.task(split, LatentAttention::split, lanes, pool, mask, chosen, most, steps,
                                step.tokensAt(), step.tablesAt(), tableLength, pageTokens, heads, latentVectors,
                                rowVectors, partial),
                        lanes, pool, mask, chosen, steps, partial);
            }
            case BF16 -> {
                VectorInt16 pool = run.in(problem.packedPool(type, latents, latent, rotary, rope));
                VectorFloat16 widened = run
                        .poisonedVectors(units * LatentAttentionBf16.KEYS * Padding.toMultiple(rowVectors, 2));
                run.then(units,
                        graph -> graph.task(split, LatentAttentionBf16::split, lanes, pool, mask, chosen, most, steps,
                                step.tokensAt(), step.tablesAt(), tableLength, pageTokens, heads, latentVectors,
                                rowVectors, widened, partial),
                        lanes, pool, mask, chosen, steps, widened, partial);
            }
            case INT8 -> {
                VectorInt16 pool = run.in(problem.packedPool(type, latents, latent, rotary, rope));
                VectorFloat16 widened = run.poisonedVectors(
                        units * LatentAttentionInt8.KEYS * Int8Rows.widened(latentVectors, ropeVectors));
                run.then(units,
                        graph -> graph.task(split, LatentAttentionInt8::split, lanes, pool, mask, chosen, most, steps,
                                step.tokensAt(), step.tablesAt(), tableLength, pageTokens, heads, latentVectors,
                                rowVectors, widened, partial),
                        lanes, pool, mask, chosen, steps, widened, partial);
            }
        }
        String merge = run.task();
        run.then(problem.tokens * groups,
                graph -> graph.task(merge, SplitMerge::lanes, partial, steps, splits, heads, latentVectors, merged),
                partial, steps, merged).on(target);

        for (int row = 0; row < rows; row++) {
            double[] scores = new double[problem.keys];
            double magnitude = 0;
            for (int key = 0; key < problem.keys; key++) {
                scores[key] = AttentionProblem.dot(latentQueries, row * latent, latents, key * latent, latent)
                        + AttentionProblem.dot(rotaryQueries, row * rope, rotary, key * rope, rope);
                magnitude = Math.max(magnitude,
                        AttentionProblem.magnitude(latentQueries, row * latent, latents, key * latent, latent)
                                + AttentionProblem.magnitude(rotaryQueries, row * rope, rotary, key * rope, rope));
            }
            double[] shares = problem.shares(row / heads, row % heads, scores);
            boolean seesNothing = Arrays.stream(shares).sum() == 0;
            double bound = seesNothing
                    ? 0
                    : problem.bound(latent + rope, scores, magnitude) * AttentionProblem.largest(latents);
            int at = row * latentVectors * Padding.LANES;
            for (int i = 0; i < latentVectors * Padding.LANES; i++) {
                double expected = 0;
                for (int key = 0; key < problem.keys && i < latent; key++) {
                    expected += shares[key] * latents[key * latent + i];
                }
                KernelRun.assertWithin("row " + row + "[" + i + "]", merged.getArray().get(at + i), expected, bound);
            }
        }
    }
}
