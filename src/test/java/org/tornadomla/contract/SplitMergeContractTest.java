package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.SplitMerge;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.reference.Operations;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Merging of partial results: natural exponentials, [units, heads], and parts that saw nothing. */
class SplitMergeContractTest {

    private static final float HIDDEN = -3e38f;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    /** Results of one vector a head, in which all lanes are alike; partial results go in multiplied by their sums. */
    private static float[] merge(Target target, int tokens, int heads, int splits, float[] maxima, float[] sums, float[] parts) {
        KernelRun run = new KernelRun();
        FloatArray m = run.in(FloatArray.fromArray(maxima));
        FloatArray l = run.in(FloatArray.fromArray(sums));
        IntArray step = KernelRun.count(StepLayout.SPLITS, splits);
        step.set(StepLayout.HEAD_ROWS, tokens * heads);
        run.in(step);
        VectorFloat16 partial = new VectorFloat16(parts.length * 16);
        for (int i = 0; i < parts.length * 16; i++) {
            partial.getArray().set(i, parts[i / 16] * sums[i / 16]);
        }
        run.out(partial);
        String task = run.task();
        run.then(tokens * heads, graph -> graph.task(task, SplitMerge::rows, m, l, step, splits, heads, 1, partial), m, l, step, partial)
                .on(target);
        float[] merged = new float[tokens * heads];
        for (int row = 0; row < merged.length; row++) {
            merged[row] = partial.getArray().get((row / heads * splits * heads + row % heads) * 16);
        }
        return merged;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault7LogSumsOfThreeAndZeroWeighThreeToOne(Target target) {
        float[] merged = merge(target, 1, 1, 2, new float[] {(float) Math.log(3), 0}, new float[] {1, 1}, new float[] {1, 0});
        assertEquals(0.75, merged[0], 4 * KernelRun.ROUNDING);
        merged = merge(target, 1, 1, 2, new float[] {(float) Math.log(3), 0}, new float[] {1, 1}, new float[] {0, 1});
        assertEquals(0.25, merged[0], 4 * KernelRun.ROUNDING);
    }

    /** 5 heads and 251 tokens: read as [heads, tokens] nothing would fit. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault7NoTranspositionSurvives(Target target) {
        int heads = 5;
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
            double expected = Operations.merge(new double[] {parts[left]}, maxima[left] + Math.log(sums[left]),
                    new double[] {parts[right]}, maxima[right] + Math.log(sums[right]))[0];
            double widest = Math.abs(maxima[left] - maxima[right]) + 12;
            KernelRun.assertWithin("row " + row, merged[row], expected,
                    widest * KernelRun.ROUNDING * (Math.abs(parts[left]) + Math.abs(parts[right])));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
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
            assertEquals(seen[place], merge(target, 1, 1, 3, maxima, sums, parts)[0]);
        }
        assertEquals(0f, merge(target, 1, 1, 2, new float[] {HIDDEN, HIDDEN}, new float[2], new float[2])[0]);
    }
}
