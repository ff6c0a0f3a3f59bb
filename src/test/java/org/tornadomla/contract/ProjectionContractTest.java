package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.AbsorbedQuery;
import org.tornadomla.kernels.LatentGather;
import org.tornadomla.kernels.LatentGatherBf16;
import org.tornadomla.kernels.LatentGatherInt8;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.ValueUp;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** W_UK into the query, W_UV behind the attended latent, and the collection of latents for the expansion. */
class ProjectionContractTest {

    private static final float SCALE = 0.37f;

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 1), Arguments.of(target, 2, 3, 5, 6),
                        Arguments.of(target, 7, 2, 17, 33), Arguments.of(target, 3, 5, 32, 16)));
    }

    @ParameterizedTest(name = "{0} {1} tokens, {2} heads, nope {3}, latent {4}")
    @MethodSource("sizes")
    void absorbedQueryIsTheProductWithTheHeadsWeight(Target target, int tokens, int heads, int nope, int latent) {
        int nopeVectors = Padding.vectors(nope);
        int latentVectors = Padding.vectors(latent);
        int headVectors = nopeVectors + 1;
        int packedRow = latentVectors + 1;
        float[] q = KernelRun.random(1, tokens * heads * nope);
        float[] weight = KernelRun.random(2, heads * nope * latent);
        KernelRun run = new KernelRun();
        VectorFloat16 queries = new VectorFloat16(tokens * heads * headVectors * Padding.LANES);
        for (int row = 0; row < tokens * heads; row++) {
            KernelRun.put(queries, row * headVectors, q, row * nope, nope);
        }
        run.in(queries);
        VectorFloat16 wUk = new VectorFloat16(heads * latentVectors * nopeVectors * Padding.LANES * Padding.LANES);
        for (int i = 0; i < weight.length; i++) {
            int head = i / (nope * latent);
            int place = i / latent % nope;
            int column = i % latent;
            int unit = head * latentVectors + column / Padding.LANES;
            wUk.getArray().set((unit * nopeVectors * Padding.LANES + place) * Padding.LANES + column % Padding.LANES,
                    weight[i]);
        }
        run.in(wUk);
        IntArray step = run.in(KernelRun.count(StepLayout.TOKENS, tokens));
        VectorFloat16 packed = run.poisonedVectors(tokens * heads * packedRow);
        String task = run.task();
        run.then(heads * latentVectors,
                graph -> graph.task(task, AbsorbedQuery::rows, queries, wUk, step, heads, nopeVectors, headVectors,
                        latentVectors, heads * headVectors, packedRow, SCALE, packed),
                queries, wUk, step, packed).on(target);
        for (int row = 0; row < tokens * heads; row++) {
            for (int column = 0; column < latent; column++) {
                double sum = 0;
                double magnitude = 0;
                for (int i = 0; i < nope; i++) {
                    double product = (double) q[row * nope + i] * weight[(row % heads * nope + i) * latent + column];
                    sum += product;
                    magnitude += Math.abs(product);
                }
                KernelRun.assertWithin("row " + row + "[" + column + "]",
                        packed.getArray().get(row * packedRow * Padding.LANES + column), sum * SCALE,
                        (nope + 3) * ROUNDING * magnitude * SCALE);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1} tokens, {2} heads, value {3}, latent {4}")
    @MethodSource("sizes")
    void valueUpTakesAttendedLatentsToValues(Target target, int tokens, int heads, int value, int latent) {
        int latentVectors = Padding.vectors(latent);
        float[] attended = KernelRun.random(3, tokens * heads * latent);
        float[] weight = KernelRun.random(4, heads * value * latent);
        KernelRun run = new KernelRun();
        VectorFloat16 merged = run.in(KernelRun.rows(attended, latent, latentVectors));
        VectorFloat16 wUv = run.in(KernelRun.rows(weight, latent, latentVectors));
        IntArray step = KernelRun.count(StepLayout.TOKENS, tokens);
        run.in(step);
        FloatArray values = run.poisonedFloats(tokens * heads * value);
        String task = run.task();
        run.then(heads * value,
                graph -> graph.task(task, ValueUp::rows, merged, wUv, step, heads, value, latentVectors, values),
                merged, wUv, step, values).on(target);
        for (int i = 0; i < tokens * heads * value; i++) {
            int row = i / value;
            int at = (row % heads * value + i % value) * latent;
            KernelRun.assertWithin("row " + row + "[" + i % value + "]", values.get(i),
                    AttentionProblem.dot(attended, row * latent, weight, at, latent),
                    (latent + 2) * ROUNDING * AttentionProblem.magnitude(attended, row * latent, weight, at, latent));
        }
    }

    static Stream<Arguments> pages() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(CacheType.values())
                        .flatMap(type -> Stream.of(Arguments.of(target, type, 1, 1, 1),
                                Arguments.of(target, type, 17, 5, 2), Arguments.of(target, type, 1100, 20, 16),
                                Arguments.of(target, type, 33, 18, 64))));
    }

    /**
     * Rows of the second of three places; the decoy before it stands in page 0, of NaN, and the third place is empty.
     */
    @ParameterizedTest(name = "{0} {1} latent {2}, rope {3}, pages of {4}")
    @MethodSource("pages")
    void gatherCopiesInTheOrderOfPositions(Target target, CacheType type, int latent, int rope, int pageTokens) {
        AttentionProblem problem = new AttentionProblem(1, 1, 37, pageTokens, 1, false);
        int latentVectors = Padding.vectors(latent);
        int ropeVectors = Padding.vectors(rope);
        int rowVectors = latentVectors + ropeVectors;
        float[] latents = KernelRun.random(5, problem.keys * latent);
        float[] keys = KernelRun.random(6, problem.keys * rope);
        KernelRun run = new KernelRun();
        StepBuffer step = problem.step;
        IntArray steps = run.in(step.array());
        int all = AttentionProblem.DECOY_KEYS + problem.keys;
        FloatArray gathered = run.poisonedFloats(all * latentVectors * Padding.LANES);
        int sequences = step.capacity().sequences();
        int tableLength = step.capacity().tableLength();
        String task = run.task();
        VectorFloat16 rotary = run.poisonedVectors(all * ropeVectors);
        switch (type) {
            case F32 -> {
                VectorFloat16 pool = run.in(problem.pool(latents, latent, keys, rope));
                run.then(all,
                        graph -> graph.task(task, LatentGather::rows, pool, steps, step.startsAt(), sequences,
                                step.tablesAt(), tableLength, pageTokens, latentVectors, rowVectors, gathered, rotary),
                        pool, steps, gathered, rotary).on(target);
            }
            case BF16 -> {
                VectorInt16 pool = run.in(problem.packedPool(type, latents, latent, keys, rope));
                run.then(all,
                        graph -> graph.task(task, LatentGatherBf16::rows, pool, steps, step.startsAt(), sequences,
                                step.tablesAt(), tableLength, pageTokens, latentVectors, rowVectors, gathered, rotary),
                        pool, steps, gathered, rotary).on(target);
            }
            case INT8 -> {
                VectorInt16 pool = run.in(problem.packedPool(type, latents, latent, keys, rope));
                run.then(all,
                        graph -> graph.task(task, LatentGatherInt8::rows, pool, steps, step.startsAt(), sequences,
                                step.tablesAt(), tableLength, pageTokens, latentVectors, rowVectors, gathered, rotary),
                        pool, steps, gathered, rotary).on(target);
            }
        }
        PoolRows format = new PoolRows(type, latent, rope);
        assertGathered(format.latents(latents), latent, gathered);
        assertGathered(format.rotary(keys), rope, rotary.getArray());
    }

    /** Rows follow those of the decoy, each padded with zeros. */
    private static void assertGathered(float[] expected, int width, FloatArray gathered) {
        int padded = Padding.toVectors(width);
        for (int key = 0; key < expected.length / width; key++) {
            for (int i = 0; i < padded; i++) {
                float number = i < width ? expected[key * width + i] : 0;
                assertEquals(number, gathered.get((AttentionProblem.DECOY_KEYS + key) * padded + i));
            }
        }
    }
}
