package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.LatentWrite;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Rotation of queries and of new rows of the pool, in every layout. */
class RotaryContractTest {

    private static final int POSITIONS = 61;
    private static final float SCALE = 0.37f;
    private static final float EPS = 1e-6f;
    /** Two rounded table entries, two products, one sum and the scale, each of a pair's magnitude. */
    private static final double ROTATION = 8 * ROUNDING;

    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> Stream.of(RopeLayout.values()).flatMap(layout -> Stream.of(
                Arguments.of(target, layout, 2, 1, 1), Arguments.of(target, layout, 4, 3, 17), Arguments.of(target, layout, 34, 2, 16))));
    }

    private static int code(RopeLayout layout) {
        return switch (layout) {
            case NEIGHBOURS -> Rotary.NEIGHBOURS;
            case EVENS_THEN_ODDS -> Rotary.EVENS_THEN_ODDS;
            case HALVES -> Rotary.HALVES;
        };
    }

    private static FloatArray table(double[] values) {
        return FloatArray.fromArray(Comparer.narrow(values));
    }

    private static StepBuffer step(int tokens, int slots) {
        StepBuffer step = new StepBuffer(new Capacity(tokens, 1, slots, 1, slots, slots, POSITIONS, tokens, 1, 0, 0));
        step.clear();
        step.addSequence(new int[1], 0);
        return step;
    }

    /** Positions that are neither in order nor all different. */
    private static int position(int row) {
        return (60 + 23 * row) % POSITIONS;
    }

    @ParameterizedTest(name = "{0} {1}, rope {2}, {3} heads, nope {4}")
    @MethodSource("sizes")
    void queriesTurnByTheirTokensPosition(Target target, RopeLayout layout, int rope, int heads, int nope) {
        int tokens = 5;
        int nopeVectors = Padding.vectors(nope);
        int ropeVectors = Padding.vectors(rope);
        int row = nopeVectors + ropeVectors;
        RopeConfig config = RopeConfig.plain(10_000, layout);
        float[] plain = KernelRun.random(1, tokens * heads * rope);
        float[] front = KernelRun.random(2, tokens * heads * nope);
        StepBuffer step = step(tokens, 1);
        int[] positions = new int[tokens];
        for (int token = 0; token < tokens; token++) {
            positions[token] = position(token);
            step.addToken(0, positions[token], 0, 0, 0);
        }
        step.finish(heads, 1, 0, false, 0);
        KernelRun run = new KernelRun();
        VectorFloat16 q = new VectorFloat16(tokens * heads * row * Padding.LANES);
        for (int i = 0; i < tokens * heads; i++) {
            KernelRun.put(q, i * row, front, i * nope, nope);
            KernelRun.put(q, i * row + nopeVectors, plain, i * rope, rope);
        }
        run.in(q);
        FloatArray cosines = run.in(table(config.cosines(rope, POSITIONS)));
        FloatArray sines = run.in(table(config.sines(rope, POSITIONS)));
        IntArray steps = run.in(step.array());
        VectorFloat16 packed = run.poisonedVectors(tokens * heads * row);
        String task = run.task();
        run.then(tokens * heads, graph -> graph.task(task, Rotary::queries, q, cosines, sines, steps, step.tokensAt(), heads, nopeVectors,
                rope, heads * row, row, nopeVectors, SCALE, code(layout), packed), q, cosines, sines, steps, packed).on(target);
        double[] expected = Operations.rotary(Comparer.widen(plain), positions, heads, rope, config);
        double largest = 2 * AttentionProblem.largest(plain);
        for (int i = 0; i < tokens * heads; i++) {
            int at = (i * row + nopeVectors) * Padding.LANES;
            for (int j = 0; j < ropeVectors * Padding.LANES; j++) {
                double value = j < rope ? expected[i * rope + j] * SCALE : 0;
                KernelRun.assertWithin("row " + i + "[" + j + "]", packed.getArray().get(at + j), value, j < rope ? ROTATION * largest : 0);
            }
        }
    }

    /** Of eight rows two are written, one is copied, and the others stay as they are. */
    @ParameterizedTest(name = "{0} {1}, rope {2}, norm {3} - 1, latent {4}")
    @MethodSource("sizes")
    void newRowsAreNormedRotatedAndWrittenToTheirSlotsOnly(Target target, RopeLayout layout, int rope, int norm, int latent) {
        boolean normalise = norm > 1;
        int latentVectors = Padding.vectors(latent);
        int ropeVectors = Padding.vectors(rope);
        int row = latentVectors + ropeVectors;
        RopeConfig config = RopeConfig.plain(10_000, layout);
        float[] latents = KernelRun.random(3, 2 * latent);
        float[] keys = KernelRun.random(4, 2 * rope);
        float[] weight = KernelRun.random(5, latent);
        float[] before = KernelRun.random(6, 8 * row * Padding.LANES);
        StepBuffer step = step(1, 8);
        step.addCopy(2, 7);
        step.addWrite(5, 1, position(1));
        step.addWrite(0, 0, position(0));
        step.finish(1, 1, 2, false, 0);
        KernelRun run = new KernelRun();
        VectorFloat16 kv = new VectorFloat16(2 * row * Padding.LANES);
        for (int i = 0; i < 2; i++) {
            KernelRun.put(kv, i * row, latents, i * latent, latent);
            KernelRun.put(kv, i * row + latentVectors, keys, i * rope, rope);
        }
        run.in(kv);
        VectorFloat16 w = run.in(Packing.vector(weight, latent, i -> i));
        FloatArray cosines = run.in(table(config.cosines(rope, POSITIONS)));
        FloatArray sines = run.in(table(config.sines(rope, POSITIONS)));
        IntArray steps = run.in(step.array());
        VectorFloat16 pool = new VectorFloat16(before.length);
        KernelRun.put(pool, 0, before, 0, before.length);
        run.out(pool);
        String task = run.task();
        run.then(step.capacity().writes(), graph -> graph.task(task, LatentWrite::rows, kv, w, cosines, sines, steps, step.writesAt(),
                latent, rope, row, normalise ? 1 : 0, EPS, code(layout), pool), kv, w, cosines, sines, steps, pool).on(target);

        double[] normed = normalise ? Operations.rmsNorm(Comparer.widen(latents), 2, weight, EPS) : Comparer.widen(latents);
        double[] rotated = Operations.rotary(Comparer.widen(keys), new int[] {position(0), position(1)}, 1, rope, config);
        int width = row * Padding.LANES;
        for (int slot = 0; slot < 8; slot++) {
            float[] actual = new float[width];
            for (int i = 0; i < width; i++) {
                actual[i] = pool.getArray().get(slot * width + i);
            }
            if (slot == 0 || slot == 5) {
                int source = slot == 0 ? 0 : 1;
                assertRow(actual, Arrays.copyOfRange(normed, source * latent, (source + 1) * latent),
                        Arrays.copyOfRange(rotated, source * rope, (source + 1) * rope), latentVectors, 2 * AttentionProblem.largest(keys));
            } else {
                int same = slot == 7 ? 2 : slot;
                for (int i = 0; i < width; i++) {
                    assertEquals(before[same * width + i], actual[i], "slot " + slot);
                }
            }
        }
    }

    private static void assertRow(float[] actual, double[] latent, double[] key, int latentVectors, double largest) {
        for (int i = 0; i < actual.length; i++) {
            int place = i - latentVectors * Padding.LANES;
            if (place < 0) {
                double value = i < latent.length ? latent[i] : 0;
                KernelRun.assertWithin("latent[" + i + "]", actual[i], value, (latent.length / 2.0 + 6) * ROUNDING * Math.abs(value));
            } else {
                KernelRun.assertWithin("key[" + place + "]", actual[i], place < key.length ? key[place] : 0,
                        place < key.length ? ROTATION * largest : 0);
            }
        }
    }
}
