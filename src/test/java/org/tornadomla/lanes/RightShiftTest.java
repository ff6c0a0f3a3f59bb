package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * How a device shifts negative numbers to the right. TornadoVM 5.2 has one instruction for Java's two shifts on its PTX
 * backend, {@code shr.b32}, which moves zeros in, and one on those for OpenCL and CUDA, C's shift of an int, which
 * moves the sign in. SPIR-V has two, and TornadoVM takes each for the other. So kernels shift no negative number; where
 * this test fails on one of them, TornadoVM was cured and they may.
 */
class RightShiftTest {

    private static final int ITEMS = 32;
    /** The backends on which {@code >>} moves zeros in. */
    private static final Set<String> SIGN_LOST = Set.of("PTX", "SPIRV");
    /** The backends on which {@code >>>} moves the sign in. */
    private static final Set<String> SIGN_KEPT = Set.of("OPENCL", "CUDA", "SPIRV");

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    /** Both shifts, by an amount that is read: the compiler must not work them out. */
    public static void shift(KernelContext context, IntArray numbers, IntArray by, IntArray withSign,
            IntArray withZeros) {
        int i = context.globalIdx;
        withSign.set(i, numbers.get(i) >> by.get(0));
        withZeros.set(i, numbers.get(i) >>> by.get(0));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void negativeNumbersAreShiftedAsTheBackendDoes(Target target) throws Exception {
        IntArray numbers = new IntArray(ITEMS);
        IntArray by = new IntArray(1);
        IntArray withSign = new IntArray(ITEMS);
        IntArray withZeros = new IntArray(ITEMS);
        by.set(0, 3);
        for (int i = 0; i < ITEMS; i++) {
            numbers.set(i, (i - ITEMS / 2) * 1000);
        }
        TaskGraph graph = new TaskGraph("shifts").transferToDevice(DataTransferMode.EVERY_EXECUTION, numbers, by)
                .task("shift", RightShiftTest::shift, new KernelContext(), numbers, by, withSign, withZeros)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, withSign, withZeros);
        try (TornadoExecutionPlan plan = target.plan(List.of(graph.snapshot()))) {
            plan.withGridScheduler(new GridScheduler("shifts.shift", target.grid(ITEMS, ITEMS).orElseThrow()));
            plan.execute();
        }
        String sdk = System.getenv("TORNADOVM_HOME") == null ? "" : backend(target);
        for (int i = 0; i < ITEMS; i++) {
            int number = numbers.get(i);
            assertEquals(SIGN_LOST.contains(sdk) ? number >>> 3 : number >> 3, withSign.get(i),
                    number + " >> 3 on " + target);
            assertEquals(SIGN_KEPT.contains(sdk) ? number >> 3 : number >>> 3, withZeros.get(i),
                    number + " >>> 3 on " + target);
        }
    }

    private static String backend(Target target) {
        return target.device().getTornadoVMBackend().name();
    }
}
