package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.SplitMerge;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Operations;
import org.tornadomla.testing.Seeds;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Merging of partial results: natural exponentials, [units, heads], and parts that saw nothing. */
class SplitMergeContractTest {

    private static final float HIDDEN = -3e38f;

    /** Results of one vector a head, in which all lanes are alike; partial results go in multiplied by their sums. */
    private static float[] merge(Target target, int tokens, int heads, int splits, float[] maxima, float[] sums,
            float[] parts) {
        KernelRun run = new KernelRun();
        IntArray step = KernelRun.count(StepLayout.SPLITS, splits);
        step.set(StepLayout.HEAD_ROWS, tokens * heads);
        step.set(StepLayout.HEAD_GROUPS, tokens * Math.ceilDiv(heads, LatentAttention.HEADS_AT_ONCE));
        run.in(step);
        VectorFloat16 merged = run.poisonedVectors(tokens * heads);
        VectorFloat16 partial = run.in(lanes(heads, maxima, sums, parts));
        String task = run.task();
        run.then(step.get(StepLayout.HEAD_GROUPS),
                graph -> graph.task(task, SplitMerge::lanes, partial, step, splits, heads, 1, merged), partial, step,
                merged).on(target);
        float[] result = new float[tokens * heads];
        for (int row = 0; row < result.length; row++) {
            result[row] = merged.getArray().get(row * 16);
        }
        return result;
    }

    /** The state of each range as the attention kernel leaves it: what the merge has no business with is NaN. */
    private static VectorFloat16 lanes(int heads, float[] maxima, float[] sums, float[] parts) {
        int groups = Math.ceilDiv(heads, LatentAttention.HEADS_AT_ONCE);
        int length = LatentAttention.STATE + 16;
        VectorFloat16 partial = new VectorFloat16(maxima.length / heads * groups * length * 16);
        partial.getArray().init(Float.NaN);
        for (int i = 0; i < maxima.length; i++) {
            int head = i % heads;
            int state = (i / heads * groups + head / LatentAttention.HEADS_AT_ONCE) * length * 16;
            int lane = head % LatentAttention.HEADS_AT_ONCE;
            partial.getArray().set(state + (LatentAttention.STATE - 2) * 16 + lane, maxima[i]);
            partial.getArray().set(state + (LatentAttention.STATE - 1) * 16 + lane, sums[i]);
            for (int element = 0; element < 16; element++) {
                partial.getArray().set(state + (LatentAttention.STATE + element) * 16 + lane, parts[i] * sums[i]);
            }
        }
        return partial;
    }

    @ParameterizedTest
    @MethodSource("org.tornadomla.testing.TestTargets#all")
    void fieldFault7LogSumsOfThreeAndZeroWeighThreeToOne(Target target) {
        float[] merged = merge(target, 1, 1, 2, new float[]{(float) Math.log(3), 0}, new float[]{1, 1},
                new float[]{1, 0});
        assertEquals(0.75, merged[0], 4 * KernelRun.ROUNDING);
        merged = merge(target, 1, 1, 2, new float[]{(float) Math.log(3), 0}, new float[]{1, 1}, new float[]{0, 1});
        assertEquals(0.25, merged[0], 4 * KernelRun.ROUNDING);
    }

    /** 5 heads, then 19, which is more than a group: with 251 tokens, read as [heads, tokens] nothing would fit. */
    @ParameterizedTest
    @MethodSource("org.tornadomla.testing.TestTargets#all")
    void fieldFault7NoTranspositionSurvives(Target target) {
        noTranspositionSurvives(target, 5);
        noTranspositionSurvives(target, 19);
    }

    private static void noTranspositionSurvives(Target target, int heads) {
        int tokens = 251;
        float[] maxima = Seeds.normal(1, 2 * heads * tokens, 2);
        float[] sums = Seeds.normal(2, 2 * heads * tokens);
        float[] parts = Seeds.normal(3, 2 * heads * tokens);
        for (int i = 0; i < sums.length; i++) {
            sums[i] = 1 + Math.abs(sums[i]);
        }
        float[] merged = merge(target, tokens, heads, 2, maxima, sums, parts);
        for (int row = 0; row < merged.length; row++) {
            int left = row / heads * 2 * heads + row % heads;
            int right = left + heads;
            double expected = Operations.merge(new double[]{parts[left]}, maxima[left] + Math.log(sums[left]),
                    new double[]{parts[right]}, maxima[right] + Math.log(sums[right]))[0];
            double widest = Math.abs(maxima[left] - maxima[right]) + 12;
            KernelRun.assertWithin("row " + row, merged[row], expected,
                    widest * KernelRun.ROUNDING * (Math.abs(parts[left]) + Math.abs(parts[right])));
        }
    }

    @ParameterizedTest
    @MethodSource("org.tornadomla.testing.TestTargets#all")
    void fieldFault6APartThatSawNothingLeavesTheOtherBitForBit(Target target) {
        float[] seen = Seeds.normal(4, 6);
        for (int place = 0; place < 3; place++) {
            float[] maxima = new float[3];
            float[] sums = new float[3];
            float[] parts = new float[3];
            Arrays.fill(maxima, HIDDEN);
            maxima[place] = -7.5f;
            sums[place] = 1;
            parts[place] = seen[place];
            float alone = merge(target, 1, 1, 1, new float[]{-7.5f}, new float[]{1}, new float[]{seen[place]})[0];
            assertEquals(alone, merge(target, 1, 1, 3, maxima, sums, parts)[0]);
            assertEquals(seen[place], alone, 2 * KernelRun.ROUNDING * Math.abs(seen[place]), "one division");
        }
        assertEquals(0f, merge(target, 1, 1, 2, new float[]{HIDDEN, HIDDEN}, new float[2], new float[2])[0]);
    }
}
