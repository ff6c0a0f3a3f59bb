package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.GroupBest;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The largest numbers of rows, of parts first and then of what those found. */
class GroupBestContractTest {

    private static final KernelContext CONTEXT = new KernelContext();

    /** Target, rows, width, candidates, groups, work-items. */
    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 1, 1),
                        Arguments.of(target, 3, GroupBest.PART + 1, 1, 2, 32), Arguments.of(target, 2, 131, 7, 5, 7),
                        Arguments.of(target, 2, 2 * GroupBest.PART + 77, GroupBest.MOST, 4, 16),
                        Arguments.of(target, 2, 5, 8, 1, 33)));
    }

    /** Numbers come in steps of a half, so that many are equal; of those the first is the better one. */
    @ParameterizedTest(name = "{0} {1} x {2}, {3} candidates, {4} groups of {5}")
    @MethodSource("sizes")
    void findsTheLargestInFallingOrder(Target target, int rows, int width, int count, int groups, int items) {
        float[] numbers = KernelRun.random(1, rows * width);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.round(numbers[i] * 2) / 2f;
        }
        // Of the last row one is no number.
        int lost = (rows - 1) * width + width / 2;
        numbers[lost] = Float.NaN;
        int parts = GroupBest.parts(width);
        int stride = width + 2;
        KernelRun run = new KernelRun();
        FloatArray x = run.in(KernelRun.strided(numbers, width, stride));
        IntArray counts = new IntArray(StepLayout.HEADER);
        counts.set(StepLayout.OUTPUT_ROWS, rows);
        counts.set(StepLayout.CANDIDATES, count);
        IntArray step = run.in(counts);
        FloatArray ofParts = run.poisonedFloats(rows * parts * GroupBest.RECORD);
        FloatArray best = run.poisonedFloats((rows + 1) * GroupBest.RECORD);
        String first = run.task();
        run.groups(groups, items,
                graph -> graph.task(first, GroupBest::largest, CONTEXT, x, step, width, stride, 0, ofParts), x, step,
                ofParts);
        String second = run.task();
        run.groups(groups, items, graph -> graph.task(second, GroupBest::largest, CONTEXT, ofParts, step, parts, 0,
                GroupBest.OF_PARTS, best), ofParts, step, best).repeatedlyOn(target);
        for (int row = 0; row < rows; row++) {
            int at = row * (1 + 2 * count);
            int from = row * width;
            List<Integer> sorted = IntStream.range(0, width).boxed().filter(i -> from + i != lost)
                    .sorted(Comparator.comparing((Integer i) -> -numbers[from + i])).limit(count).toList();
            assertEquals(row == rows - 1 ? width - 1 : width, best.get(at), "finite numbers of row " + row);
            for (int k = 0; k < count; k++) {
                if (k < sorted.size()) {
                    assertEquals(sorted.get(k), (int) best.get(at + 2 + 2 * k), "row " + row + ", candidate " + k);
                    assertEquals(numbers[from + sorted.get(k)], best.get(at + 1 + 2 * k));
                } else {
                    assertEquals(GroupBest.NONE, best.get(at + 1 + 2 * k));
                }
            }
        }
        KernelRun.assertUntouched(target, best.get(rows * (1 + 2 * count)));
    }
}
