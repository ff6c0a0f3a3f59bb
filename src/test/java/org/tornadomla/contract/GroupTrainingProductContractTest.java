package org.tornadomla.contract;

import static org.tornadomla.contract.KernelRun.ROUNDING;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.training.GroupGradientProduct;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The products of gradients against sums in double precision, of one matrix and of those of experts, some of which have
 * no rows; three times with the same bits, in groups of several sizes.
 */
class GroupTrainingProductContractTest {

    private static final KernelContext CONTEXT = new KernelContext();
    private static final int AT = 3;

    /** Target, rows of each expert, outputs, width, groups, work-items of a group. */
    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> Stream.of(Arguments.of(target, new int[]{1}, 1, 1, 1, 1),
                Arguments.of(target, new int[]{37}, 65, 131, 3, 32), Arguments.of(target, new int[]{70}, 17, 64, 2, 7),
                Arguments.of(target, new int[]{5, 0, 18, 1}, 20, 70, 5, 100),
                Arguments.of(target, new int[]{0, 66}, 64, 16, 2, 128)));
    }

    private static int begin(int[] rows, int expert) {
        int begin = 0;
        for (int e = 0; e < expert; e++) {
            begin += (rows[e] + 15) / 16 * 16;
        }
        return begin;
    }

    private static IntArray groups(int[] rows) {
        if (rows.length == 1) {
            return KernelRun.count(AT, rows[0]);
        }
        IntArray groups = new IntArray(ExpertGrouping.RECORDS + rows.length * ExpertGrouping.RECORD);
        groups.set(ExpertGrouping.ACTIVE, rows.length);
        for (int e = 0; e < rows.length; e++) {
            int record = ExpertGrouping.RECORDS + e * ExpertGrouping.RECORD;
            groups.set(record, e);
            groups.set(record + 1, begin(rows, e));
            groups.set(record + 2, begin(rows, e) + rows[e]);
        }
        return groups;
    }

    @ParameterizedTest(name = "{0} {1} {2} x {3}, {4} groups of {5}")
    @MethodSource("sizes")
    void gradientsOfRowsAndOfWeights(Target target, int[] rows, int outputs, int width, int groups, int items) {
        int experts = rows.length;
        int matrices = experts == 1 ? 0 : experts;
        int at = experts == 1 ? AT : ExpertGrouping.RECORDS;
        int places = begin(rows, experts);
        int stride = outputs + 3;
        float[] gradients = KernelRun.random(1, places * outputs);
        float[] weights = KernelRun.random(2, experts * outputs * width);
        float[] inputs = KernelRun.random(3, places * width);
        float[] before = KernelRun.random(4, places * width);
        KernelRun run = new KernelRun();
        FloatArray dy = run.in(KernelRun.strided(gradients, outputs, stride));
        FloatArray w = run.in(FloatArray.fromArray(weights));
        FloatArray x = run.in(FloatArray.fromArray(inputs));
        IntArray shares = run.in(groups(rows));
        FloatArray dx = run.poisonedFloats(places * width);
        FloatArray dw = run.poisonedFloats(experts * outputs * width);
        String first = run.task();
        run.groups(groups, items, graph -> graph.task(first, GroupGradientProduct::tiles, CONTEXT, dy, w, shares, at,
                matrices, GroupGradientProduct.OF_ROWS, outputs, stride, width, 0, dx), dy, w, shares, dx);
        String second = run.task();
        run.groups(groups, items, graph -> graph.task(second, GroupGradientProduct::tiles, CONTEXT, dy, x, shares, at,
                matrices, GroupGradientProduct.OF_WEIGHTS, outputs, stride, width, 0, dw), dy, x, shares, dw);
        run.repeatedlyOn(target);
        KernelRun adding = new KernelRun();
        FloatArray sums = adding.out(FloatArray.fromArray(before));
        FloatArray dyAgain = adding.in(KernelRun.strided(gradients, outputs, stride));
        FloatArray wAgain = adding.in(FloatArray.fromArray(weights));
        IntArray again = adding.in(groups(rows));
        adding.groups(groups, items,
                graph -> graph.task("step0", GroupGradientProduct::tiles, CONTEXT, dyAgain, wAgain, again, at, matrices,
                        GroupGradientProduct.OF_ROWS, outputs, stride, width, 1, sums),
                dyAgain, wAgain, again, sums).on(target);
        for (int e = 0; e < experts; e++) {
            for (int row = begin(rows, e); row < begin(rows, e) + rows[e]; row++) {
                for (int i = 0; i < width; i++) {
                    double sum = 0;
                    for (int n = 0; n < outputs; n++) {
                        sum += (double) gradients[row * outputs + n] * weights[(e * outputs + n) * width + i];
                    }
                    double bound = (outputs + 2) * 16.0 * ROUNDING;
                    KernelRun.assertWithin("dx[" + row + ", " + i + "]", dx.get(row * width + i), sum, bound);
                    KernelRun.assertWithin("added[" + row + ", " + i + "]", sums.get(row * width + i),
                            before[row * width + i] + sum, bound);
                }
            }
            for (int i = 0; i < outputs * width; i++) {
                double sum = 0;
                for (int row = begin(rows, e); row < begin(rows, e) + rows[e]; row++) {
                    sum += (double) gradients[row * outputs + i / width] * inputs[row * width + i % width];
                }
                KernelRun.assertWithin("dw[" + e + ", " + i + "]", dw.get(e * outputs * width + i), sum,
                        (rows[e] + 2) * 16.0 * ROUNDING);
            }
            for (int row = begin(rows, e) + rows[e]; row < begin(rows, e + 1); row++) {
                KernelRun.assertUntouched(target, dx.get(row * width));
            }
        }
    }
}
