package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import org.tornadomla.kernels.LatentWriteBf16;
import org.tornadomla.kernels.LatentWriteInt8;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/** Rotation of new rows of the pool, in every layout. */
class RotaryContractTest {

    private static final int POSITIONS = 61;
    private static final float SCALE = 0.37f;
    private static final float EPS = 1e-6f;
    /** Two rounded table entries, two products, one sum and the scale, each of a pair's magnitude. */
    private static final double ROTATION = 8 * ROUNDING;

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(RopeLayout.values())
                        .flatMap(layout -> Stream.of(Arguments.of(target, layout, 2, 1, 1),
                                Arguments.of(target, layout, 4, 3, 17), Arguments.of(target, layout, 20, 2, 150),
                                Arguments.of(target, layout, 34, 2, 16))));
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
        StepBuffer step = new StepBuffer(
                Capacity.builder().tokens(tokens).writes(slots).pages(slots, 1, slots).positions(POSITIONS).build());
        step.clear();
        step.addSequence(new int[1], 0);
        return step;
    }

    /** Positions that are neither in order nor all different. */
    private static int position(int row) {
        return (60 + 23 * row) % POSITIONS;
    }

    static Stream<Arguments> rows() {
        return sizes().flatMap(sizes -> Stream.of(CacheType.values()).map(type -> {
            Object[] size = sizes.get();
            return Arguments.of(size[0], type, size[1], size[2], size[3], size[4]);
        }));
    }

    /** Of eight rows two are written, one is copied, and the others stay as they are. */
    @ParameterizedTest(name = "{0} {1} {2}, rope {3}, norm {4} - 1, latent {5}")
    @MethodSource("rows")
    void newRowsAreNormedRotatedAndWrittenToTheirSlotsOnly(Target target, CacheType type, RopeLayout layout, int rope,
            int norm, int latent) {
        boolean normalise = norm > 1;
        int latentVectors = Padding.vectors(latent);
        int ropeVectors = Padding.vectors(rope);
        int row = latentVectors + ropeVectors;
        RopeConfig config = RopeConfig.plain(10_000, layout);
        float[] latents = KernelRun.random(3, 2 * latent);
        float[] keys = KernelRun.random(4, 2 * rope);
        float[] weight = KernelRun.random(5, latent);
        int width = row * Padding.LANES;
        PoolRows format = new PoolRows(type, latent, rope);
        float[] before = format.rounded(KernelRun.random(6, 8 * width));
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
        String task = run.task();
        float[] after = switch (type) {
            case F32 -> {
                VectorFloat16 pool = run.out(new VectorFloat16(FloatArray.fromArray(before)));
                run.then(step.capacity().writes(),
                        graph -> graph.task(task, LatentWrite::rows, kv, w, cosines, sines, steps, step.writesAt(),
                                latent, rope, row, normalise ? 1 : 0, EPS, code(layout), pool),
                        kv, w, cosines, sines, steps, pool).on(target);
                yield pool.getArray().toHeapArray();
            }
            case BF16 -> {
                VectorInt16 pool = run.out(new VectorInt16(format.packed(before)));
                run.then(step.capacity().writes(),
                        graph -> graph.task(task, LatentWriteBf16::rows, kv, w, cosines, sines, steps, step.writesAt(),
                                latent, rope, row, normalise ? 1 : 0, EPS, code(layout), pool),
                        kv, w, cosines, sines, steps, pool).on(target);
                yield format.unpacked(pool.getArray());
            }
            case INT8 -> {
                VectorInt16 pool = run.out(new VectorInt16(format.packed(before)));
                run.then(step.capacity().writes(),
                        graph -> graph.task(task, LatentWriteInt8::rows, kv, w, cosines, sines, steps, step.writesAt(),
                                latent, rope, row, normalise ? 1 : 0, EPS, code(layout), pool),
                        kv, w, cosines, sines, steps, pool).on(target);
                assertArrayEquals(format.packed(format.unpacked(pool.getArray())).toHeapArray(),
                        pool.getArray().toHeapArray(), "what is read is written again");
                yield format.unpacked(pool.getArray());
            }
        };

        double[] normed = normalise
                ? Operations.rmsNorm(Comparer.widen(latents), 2, weight, EPS)
                : Comparer.widen(latents);
        double[] rotated = Operations.rotary(Comparer.widen(keys), new int[]{position(0), position(1)}, 1, rope,
                config);
        for (int slot = 0; slot < 8; slot++) {
            float[] actual = Arrays.copyOfRange(after, slot * width, (slot + 1) * width);
            if (slot == 0 || slot == 5) {
                int source = slot == 0 ? 0 : 1;
                assertRow(actual, Arrays.copyOfRange(normed, source * latent, (source + 1) * latent),
                        Arrays.copyOfRange(rotated, source * rope, (source + 1) * rope), latentVectors,
                        2 * AttentionProblem.largest(keys), format);
            } else {
                int same = slot == 7 ? 2 : slot;
                for (int i = 0; i < width; i++) {
                    assertEquals(before[same * width + i], actual[i], "slot " + slot);
                }
            }
        }
    }

    /**
     * A number is off by what 32-bit arithmetic leaves and, in fewer bits, by half the distance of what that gives to
     * the next number.
     */
    private static void assertRow(float[] actual, double[] latent, double[] key, int latentVectors, double largest,
            PoolRows format) {
        double largestLatent = 0;
        for (double number : latent) {
            largestLatent = Math.max(largestLatent, Math.abs(number));
        }
        for (int i = 0; i < actual.length; i++) {
            int place = i - latentVectors * Padding.LANES;
            if (place < 0) {
                double value = i < latent.length ? latent[i] : 0;
                double bound = (latent.length / 2.0 + 6) * ROUNDING * Math.abs(value);
                KernelRun.assertWithin("latent[" + i + "]", actual[i], value,
                        bound + (value == 0
                                ? 0
                                : format.rounding(true, Math.abs(value) + bound, largestLatent * (1 + bound))));
            } else {
                double value = place < key.length ? key[place] : 0;
                double bound = place < key.length ? ROTATION * largest : 0;
                KernelRun.assertWithin("key[" + place + "]", actual[i], value,
                        bound + format.rounding(false, Math.abs(value) + bound, 0));
            }
        }
    }
}
