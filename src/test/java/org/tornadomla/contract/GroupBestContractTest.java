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
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The largest numbers of rows, of parts first and then of what those found. */
class GroupBestContractTest {

    private static final int ROWS_AT = 9;
    private static final KernelContext CONTEXT = new KernelContext();

    /** Target, rows, width, length of a part, candidates, groups, work-items. */
    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> Stream.of(Arguments.of(target, 1, 1, 1, 1, 1, 1),
                        Arguments.of(target, 3, 97, 97, 1, 2, 32), Arguments.of(target, 2, 131, 20, 7, 5, 7),
                        Arguments.of(target, 2, 1009, 128, 3, 8, 16), Arguments.of(target, 2, 5, 3, 8, 1, 33)));
    }

    /** Numbers come in steps of a half, so that many are equal; of those the first is the better one. */
    @ParameterizedTest(name = "{0} {1} x {2} in parts of {3}, {4} candidates, {5} groups of {6}")
    @MethodSource("sizes")
    void findsTheLargestInFallingOrder(Target target, int rows, int width, int length, int count, int groups,
            int items) {
        float[] numbers = KernelRun.random(1, rows * width);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.round(numbers[i] * 2) / 2f;
        }
        int parts = Math.ceilDiv(width, length);
        int stride = width + 2;
        KernelRun run = new KernelRun();
        FloatArray x = run.in(KernelRun.strided(numbers, width, stride));
        IntArray none = run.in(new IntArray(1));
        IntArray step = run.in(KernelRun.count(ROWS_AT, rows));
        FloatArray partValues = run.poisonedFloats(rows * parts * count);
        IntArray partIds = run.poisonedInts(rows * parts * count);
        FloatArray values = run.poisonedFloats(rows * count);
        IntArray ids = run.poisonedInts(rows * count);
        String first = run.task();
        run.groups(groups, items, graph -> graph.task(first, GroupBest::largest, CONTEXT, x, none, step, 0, ROWS_AT,
                width, stride, length, count, partValues, partIds), x, none, step, partValues, partIds);
        String second = run.task();
        run.groups(groups, items,
                graph -> graph.task(second, GroupBest::largest, CONTEXT, partValues, partIds, step, 1, ROWS_AT,
                        parts * count, parts * count, parts * count, count, values, ids),
                partValues, partIds, step, values, ids).repeatedlyOn(target);
        for (int row = 0; row < rows; row++) {
            int at = row;
            List<Integer> sorted = IntStream.range(0, width).boxed()
                    .sorted(Comparator.comparing((Integer i) -> -numbers[at * width + i])).limit(count).toList();
            for (int k = 0; k < count; k++) {
                if (k < width) {
                    assertEquals(sorted.get(k), ids.get(row * count + k), "row " + row + ", candidate " + k);
                    assertEquals(numbers[row * width + sorted.get(k)], values.get(row * count + k));
                } else {
                    assertEquals(GroupBest.NONE, values.get(row * count + k));
                }
            }
        }
    }
}
