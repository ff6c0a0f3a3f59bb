package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Small programs that TornadoVM 5.2 refuses or gets wrong on some of its backends, each a reason for a way in which the
 * kernels for many cores are written (docs/tornadovm.md). Everywhere else they are right. Where one of them comes to be
 * right on a backend that is named for it, TornadoVM was cured, and kernels need not avoid it.
 */
class SdkFaultsTest {

    /** Work-items of a program. */
    static final int ITEMS = 32;
    private static final int DIVISOR = 5;

    /**
     * A program.
     *
     * @param name     what it does
     * @param backends those that refuse it or get it wrong
     * @param kernel   takes ints, floats of half their size, and what it writes
     * @param expected what it writes for an int
     */
    private record Program(String name, Set<String> backends,
            Task4<KernelContext, IntArray, FloatArray, IntArray> kernel, IntUnaryOperator expected) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Program> programs() {
        return List.of(
                new Program("a division by what is no constant, and a barrier behind it", Set.of("SPIRV"),
                        SdkFaultsTest::divides, number -> number / DIVISOR),
                new Program("conditions joined by or", Set.of("SPIRV"), SdkFaultsTest::joins,
                        number -> number < 3 || number > 20 ? 1 : 0),
                new Program("an int between two constants", Set.of("CUDA", "OPENCL", "PTX", "SPIRV"),
                        SdkFaultsTest::ranges, number -> number < 3 || number > 20 ? 1 : 0),
                new Program("an int chosen by a comparison of floats", Set.of("SPIRV"), SdkFaultsTest::chooses,
                        number -> number > 14 ? 9 : 7),
                new Program("a local array's number that nothing uses", Set.of("SPIRV"), SdkFaultsTest::loads,
                        number -> number));
    }

    public static void divides(KernelContext context, IntArray numbers, FloatArray halves, IntArray found) {
        int[] shared = context.allocateIntLocalArray(ITEMS);
        int item = context.localIdx;
        shared[item] = numbers.get(context.globalIdx) / numbers.get(DIVISOR);
        context.localBarrier();
        found.set(context.globalIdx, shared[item]);
    }

    public static void joins(KernelContext context, IntArray numbers, FloatArray halves, IntArray found) {
        int number = numbers.get(context.globalIdx);
        int first = numbers.get(3);
        int last = numbers.get(20);
        int joined = 0;
        if (number < first || number > last) {
            joined = 1;
        }
        found.set(context.globalIdx, joined);
    }

    public static void ranges(KernelContext context, IntArray numbers, FloatArray halves, IntArray found) {
        int number = numbers.get(context.globalIdx);
        int outside = 0;
        if (number < 3 || number > 20) {
            outside = 1;
        }
        found.set(context.globalIdx, outside);
    }

    public static void chooses(KernelContext context, IntArray numbers, FloatArray halves, IntArray found) {
        int chosen = 7;
        if (halves.get(context.globalIdx) > 7f) {
            chosen = 9;
        }
        found.set(context.globalIdx, chosen);
    }

    public static void loads(KernelContext context, IntArray numbers, FloatArray halves, IntArray found) {
        float[] shared = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        shared[item] = halves.get(context.globalIdx);
        context.localBarrier();
        float unused = shared[ITEMS - 1 - item];
        if (ITEMS < 0) {
            found.set(0, (int) unused);
        }
        found.set(context.globalIdx, (int) (2 * shared[item]));
    }

    static Stream<Arguments> programsOnTargets() {
        return TestTargets.all().flatMap(target -> programs().stream().map(program -> Arguments.of(target, program)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programsOnTargets")
    void isRightWhereTornadoVmIsNotNamed(Target target, Program program) throws Exception {
        int[] expected = IntStream.range(0, ITEMS).map(program.expected).toArray();
        if (!Targets.sdkActive() || !program.backends.contains(target.device().getTornadoVMBackend().name())) {
            assertArrayEquals(expected, found(target, program.kernel), program + " on " + target);
            return;
        }
        int[] found;
        try {
            found = found(target, program.kernel);
        } catch (RuntimeException | Error refused) {
            return;
        }
        assertFalse(Arrays.equals(expected, found),
                program + " is right on " + target + " by now: kernels need not avoid it there");
    }

    /**
     * What a program writes, an int a work-item of one group.
     *
     * @param kernel takes the ints from 0 on, floats of half their size, and what it writes
     */
    static int[] found(Target target, Task4<KernelContext, IntArray, FloatArray, IntArray> kernel) throws Exception {
        IntArray numbers = new IntArray(ITEMS);
        FloatArray halves = new FloatArray(ITEMS);
        IntArray found = new IntArray(ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            numbers.set(i, i);
            halves.set(i, i / 2f);
        }
        TaskGraph graph = new TaskGraph("faults").transferToDevice(DataTransferMode.EVERY_EXECUTION, numbers, halves)
                .task("program", kernel, new KernelContext(), numbers, halves, found)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, found);
        try (TornadoExecutionPlan plan = target.plan(List.of(graph.snapshot()))) {
            plan.withGridScheduler(new GridScheduler("faults.program", target.grid(ITEMS, ITEMS).orElseThrow()));
            plan.execute();
            return found.toHeapArray();
        }
    }
}
