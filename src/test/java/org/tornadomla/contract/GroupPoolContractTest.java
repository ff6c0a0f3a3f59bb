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
import org.tornadomla.kernels.GroupAbsorbedQuery;
import org.tornadomla.kernels.GroupGather;
import org.tornadomla.kernels.GroupGatherBf16;
import org.tornadomla.kernels.GroupGatherInt8;
import org.tornadomla.kernels.GroupLatentWriteInt8;
import org.tornadomla.kernels.GroupPool;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.reference.Operations;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Rows of the pool, written and collected by groups of work-items. */
class GroupPoolContractTest {

    private static final int POSITIONS = 61;
    private static final float EPS = 1e-6f;
    /** Two rounded table entries, two products and one sum, each of a pair's magnitude. */
    private static final double ROTATION = 8 * ROUNDING;
    private static final KernelContext CONTEXT = new KernelContext();

    static int code(RopeLayout layout) {
        return switch (layout) {
            case NEIGHBOURS -> Rotary.NEIGHBOURS;
            case EVENS_THEN_ODDS -> Rotary.EVENS_THEN_ODDS;
            case HALVES -> Rotary.HALVES;
        };
    }

    /** What tells kernels the format of the pool. */
    static int flag(CacheType type) {
        return switch (type) {
            case F32 -> 0;
            case BF16 -> GroupPool.NARROW;
            case INT8 -> GroupPool.BYTES;
        };
    }

    /** Cosines of each position, then its sines. */
    static FloatArray angles(RopeConfig config, int rope, int positions) {
        double[] cosines = config.cosines(rope, positions);
        double[] sines = config.sines(rope, positions);
        FloatArray angles = new FloatArray(positions * rope);
        for (int i = 0; i < cosines.length; i++) {
            int at = i / (rope / 2) * rope + i % (rope / 2);
            angles.set(at, (float) cosines[i]);
            angles.set(at + rope / 2, (float) sines[i]);
        }
        return angles;
    }

    private static int position(int row) {
        return (60 + 23 * row) % POSITIONS;
    }

    /**
     * Target, format, layout, rope, norm, latent, groups, work-items. In the last rows have no padding, so that
     * conditions on it are constants.
     */
    static Stream<Arguments> rows() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(CacheType.values())
                        .flatMap(type -> Stream.of(RopeLayout.values())
                                .flatMap(layout -> Stream.of(Arguments.of(target, type, layout, 2, false, 1, 1, 1),
                                        Arguments.of(target, type, layout, 4, true, 17, 2, 32),
                                        Arguments.of(target, type, layout, 34, true, 16, 3, 7),
                                        Arguments.of(target, type, layout, 20, true, 150, 3, 16),
                                        Arguments.of(target, type, layout, 16, true, 32, 2, 8)))));
    }

    /** Of eight rows two are written, one is copied, and the others stay as they are. */
    @ParameterizedTest(name = "{0} {1} {2}, rope {3}, norm {4}, latent {5}, {6} groups of {7}")
    @MethodSource("rows")
    void newRowsAreNormedRotatedAndWrittenToTheirSlotsOnly(Target target, CacheType type, RopeLayout layout, int rope,
            boolean norm, int latent, int groups, int items) {
        int width = Padding.toVectors(latent) + Padding.toVectors(rope);
        RopeConfig config = RopeConfig.plain(10_000, layout);
        float[] kv = KernelRun.random(3, 2 * (latent + rope));
        float[] weight = KernelRun.random(5, latent);
        PoolRows format = new PoolRows(type, latent, rope);
        float[] before = format.rounded(KernelRun.random(6, 8 * width));
        StepBuffer step = new StepBuffer(
                Capacity.builder().tokens(1).writes(8).pages(8, 1, 8).positions(POSITIONS).build());
        step.clear();
        step.addSequence(new int[1], 0);
        step.addCopy(2, 7);
        step.addWrite(5, 1, position(1));
        step.addWrite(0, 0, position(0));
        step.finish(1, 1, 2, false, 0);
        int stride = latent + rope + 3;
        int nope = 5;
        float[] spread = new float[2 * stride];
        Arrays.fill(spread, Float.NaN);
        for (int i = 0; i < kv.length; i++) {
            // Latent and key are the end of a row.
            spread[i / (latent + rope) * stride + 3 + i % (latent + rope)] = kv[i];
        }
        KernelRun run = new KernelRun();
        FloatArray source = run.in(FloatArray.fromArray(spread));
        FloatArray queries = run.in(new FloatArray(1));
        FloatArray w = run.in(new FloatArray(1));
        float[] withEps = Arrays.copyOf(weight, latent + 1);
        withEps[latent] = EPS;
        FloatArray norms = run.in(FloatArray.fromArray(withEps));
        FloatArray angles = run.in(angles(config, rope, POSITIONS));
        IntArray steps = run.in(step.array());
        FloatArray pool = run.out(type == CacheType.F32 ? FloatArray.fromArray(before) : new FloatArray(1));
        IntArray pairs = run.out(type == CacheType.F32 ? new IntArray(1) : format.packed(before));
        FloatArray toQueries = run.out(new FloatArray(1));
        int flags = code(layout) + (norm ? GroupPool.NORMALISE : 0) + flag(type);
        String task = run.task();
        run.groups(groups, items,
                graph -> graph.task(task, GroupAbsorbedQuery::rows, CONTEXT, queries, w, steps, 1, nope, nope, latent,
                        nope + rope, nope + rope, source, stride, norms, angles, flags, pool, pairs, toQueries),
                queries, w, steps, source, norms, angles, pool, pairs, toQueries);
        if (type == CacheType.INT8) {
            String write = run.task();
            run.groups(groups, items, graph -> graph.task(write, GroupLatentWriteInt8::rows, CONTEXT, source, norms,
                    angles, steps, latent, rope, stride, flags, pairs), source, norms, angles, steps, pairs);
        }
        run.repeatedlyOn(target);
        float[] after = type == CacheType.F32 ? pool.toHeapArray() : format.unpacked(pairs);
        if (type == CacheType.INT8) {
            assertArrayEquals(format.packed(after).toHeapArray(), pairs.toHeapArray(), "what is read is written again");
        }
        for (int slot = 0; slot < 8; slot++) {
            float[] actual = Arrays.copyOfRange(after, slot * width, (slot + 1) * width);
            if (slot == 0 || slot == 5) {
                int row = slot == 0 ? 0 : 1;
                float[] latents = Arrays.copyOfRange(kv, row * (latent + rope), row * (latent + rope) + latent);
                float[] key = Arrays.copyOfRange(kv, row * (latent + rope) + latent, (row + 1) * (latent + rope));
                assertRow(actual,
                        norm ? Operations.rmsNorm(Comparer.widen(latents), 1, weight, EPS) : Comparer.widen(latents),
                        Operations.rotary(Comparer.widen(key), new int[]{position(row)}, 1, rope, config),
                        2 * AttentionProblem.largest(key), format);
            } else {
                int same = slot == 7 ? 2 : slot;
                for (int i = 0; i < width; i++) {
                    assertEquals(before[same * width + i], actual[i], "slot " + slot);
                }
            }
        }
    }

    static Stream<Arguments> spoiledRows() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, 70, 1, 1),
                Arguments.of(target, 70, 2, 32), Arguments.of(target, 150, 3, 7)));
    }

    /** Number 65 of a latent is NaN: so is all of its block, and nothing else, as the host has it. */
    @ParameterizedTest(name = "{0} latent {1}, {2} groups of {3}")
    @MethodSource("spoiledRows")
    void aBlockOfBytesWithNaNIsNaN(Target target, int latent, int groups, int items) {
        int rope = 6;
        float[] kv = KernelRun.random(3, latent + rope);
        kv[65] = Float.NaN;
        StepBuffer step = new StepBuffer(
                Capacity.builder().tokens(1).writes(1).pages(1, 1, 1).positions(POSITIONS).build());
        step.clear();
        step.addSequence(new int[1], 0);
        step.addWrite(0, 0, 0);
        step.finish(1, 1, 1, false, 0);
        PoolRows format = new PoolRows(CacheType.INT8, latent, rope);
        KernelRun run = new KernelRun();
        FloatArray source = run.in(FloatArray.fromArray(kv));
        FloatArray norms = run.in(new FloatArray(latent + 1));
        FloatArray angles = run.in(angles(RopeConfig.plain(10_000, RopeLayout.HALVES), rope, POSITIONS));
        IntArray steps = run.in(step.array());
        IntArray rows = run.out(format.packed(new float[Padding.toVectors(latent) + Padding.toVectors(rope)]));
        String task = run.task();
        int flags = Rotary.HALVES + GroupPool.BYTES;
        run.groups(groups, items, graph -> graph.task(task, GroupLatentWriteInt8::rows, CONTEXT, source, norms, angles,
                steps, latent, rope, latent + rope, flags, rows), source, norms, angles, steps, rows).on(target);
        float[] found = format.unpacked(rows);
        float[] host = format.unpacked(format.packed(Arrays.copyOf(kv, found.length)));
        for (int i = 0; i < latent; i++) {
            boolean spoiled = i >= 64 && i < Math.min(latent, 128);
            assertEquals(spoiled, Float.isNaN(found[i]), "number " + i + " is " + found[i]);
            assertEquals(spoiled, Float.isNaN(host[i]), "number " + i + " is on the host " + host[i]);
        }
    }

    /** A number is off by what 32-bit arithmetic leaves and, in fewer bits, by half the distance to the next number. */
    private static void assertRow(float[] actual, double[] latent, double[] key, double largest, PoolRows format) {
        int ropeAt = Padding.toVectors(latent.length);
        double largestLatent = 0;
        for (double number : latent) {
            largestLatent = Math.max(largestLatent, Math.abs(number));
        }
        for (int i = 0; i < actual.length; i++) {
            double value = 0;
            double bound = 0;
            if (i < latent.length) {
                value = latent[i];
                bound = (latent.length / 2.0 + 6) * ROUNDING * Math.abs(value);
            } else if (i >= ropeAt && i < ropeAt + key.length) {
                value = key[i - ropeAt];
                bound = ROTATION * largest;
            }
            double magnitude = Math.abs(value) + bound;
            double rounding = value == 0 ? 0 : format.rounding(i < latent.length, magnitude, largestLatent + bound);
            KernelRun.assertWithin("number " + i, actual[i], value, bound + rounding);
        }
    }

    /** Target, format, latent, rope, keys, tokens of a page, groups, work-items. In the last rows have no padding. */
    static Stream<Arguments> gathered() {
        return TestTargets.all().flatMap(target -> Stream.of(CacheType.values())
                .flatMap(type -> Stream.of(Arguments.of(target, type, 1, 2, 1, 1, 1, 1),
                        Arguments.of(target, type, 17, 4, 7, 3, 3, 32), Arguments.of(target, type, 16, 34, 37, 8, 5, 7),
                        Arguments.of(target, type, 32, 16, 37, 8, 2, 8))));
    }

    /** Keys come in the order of positions, those of the other sequence, whose rows are NaN, before them. */
    @ParameterizedTest(name = "{0} {1} latent {2}, rope {3}, {4} keys in pages of {5}, {6} groups of {7}")
    @MethodSource("gathered")
    void gathersInTheOrderOfPositions(Target target, CacheType type, int latent, int rope, int keys, int pageTokens,
            int groups, int items) {
        AttentionProblem problem = new AttentionProblem(1, 1, keys, pageTokens, 1, false);
        StepBuffer step = problem.step;
        float[] latents = new PoolRows(type, latent, rope).latents(KernelRun.random(1, keys * latent));
        float[] rotary = new PoolRows(type, latent, rope).rotary(KernelRun.random(2, keys * rope));
        KernelRun run = new KernelRun();
        IntArray steps = run.in(step.array());
        int all = AttentionProblem.DECOY_KEYS + keys;
        FloatArray toLatents = run.poisonedFloats((all + 1) * latent);
        FloatArray toRotary = run.poisonedFloats((all + 1) * rope);
        String task = run.task();
        switch (type) {
            case F32 -> {
                FloatArray pool = run.in(problem.pool(latents, latent, rotary, rope).getArray());
                run.groups(groups, items,
                        graph -> graph.task(task, GroupGather::rows, CONTEXT, pool, steps, step.startsAt(), 3,
                                step.tablesAt(), step.capacity().tableLength(), pageTokens, latent, rope, toLatents,
                                toRotary),
                        pool, steps, toLatents, toRotary).repeatedlyOn(target);
            }
            case BF16 -> {
                IntArray pool = run.in(problem.packedPool(type, latents, latent, rotary, rope).getArray());
                run.groups(groups, items,
                        graph -> graph.task(task, GroupGatherBf16::rows, CONTEXT, pool, steps, step.startsAt(), 3,
                                step.tablesAt(), step.capacity().tableLength(), pageTokens, latent, rope, toLatents,
                                toRotary),
                        pool, steps, toLatents, toRotary).repeatedlyOn(target);
            }
            case INT8 -> {
                IntArray pool = run.in(problem.packedPool(type, latents, latent, rotary, rope).getArray());
                run.groups(groups, items,
                        graph -> graph.task(task, GroupGatherInt8::rows, CONTEXT, pool, steps, step.startsAt(), 3,
                                step.tablesAt(), step.capacity().tableLength(), pageTokens, latent, rope, toLatents,
                                toRotary),
                        pool, steps, toLatents, toRotary).repeatedlyOn(target);
            }
        }
        for (int key = 0; key < keys; key++) {
            for (int i = 0; i < latent; i++) {
                assertEquals(latents[key * latent + i],
                        toLatents.get((AttentionProblem.DECOY_KEYS + key) * latent + i));
            }
            for (int i = 0; i < rope; i++) {
                assertEquals(rotary[key * rope + i], toRotary.get((AttentionProblem.DECOY_KEYS + key) * rope + i));
            }
        }
        KernelRun.assertUntouched(target, toLatents.get(all * latent));
        KernelRun.assertUntouched(target, toRotary.get(all * rope));
    }
}
