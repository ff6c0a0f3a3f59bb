package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.testing.ChildJvm;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A number of a local array that nothing needs once constants are known: TornadoVM 5.2 leaves a read of the array's
 * length, 12 bytes behind the array's begin in Java and at index 12 on a device. In an array of fewer numbers that is
 * outside. PTX and SPIR-V keep the read. A device that watches its memory serves its process no more after that, so on
 * an SDK the program has a JVM of its own; a GPU does not watch, and the number is not used.
 */
class ShortArrayFaultTest {

    private static final int SHORT = 8;
    private static final String RIGHT = "the program is right";

    public static void loads(KernelContext context, IntArray numbers, FloatArray halves, IntArray found) {
        float[] shared = context.allocateFloatLocalArray(SHORT);
        int item = context.localIdx;
        if (item < SHORT) {
            shared[item] = halves.get(context.globalIdx);
        }
        context.localBarrier();
        int at = Math.min(item, SHORT - 1);
        float unused = shared[SHORT - 1 - at];
        if (SHORT < 0) {
            found.set(0, (int) unused);
        }
        found.set(context.globalIdx, (int) (2 * shared[at]));
    }

    /** Runs the program on the device of an index. */
    public static void main(String[] index) throws Exception {
        Target target = TestTargets.list().get(Integer.parseInt(index[0]));
        System.out.println(isRight(target) ? RIGHT : "the program is wrong");
    }

    private static boolean isRight(Target target) throws Exception {
        int[] expected = IntStream.range(0, SdkFaultsTest.ITEMS).map(item -> Math.min(item, SHORT - 1)).toArray();
        return Arrays.equals(expected, SdkFaultsTest.found(target, ShortArrayFaultTest::loads));
    }

    private static boolean isFault(Target target) {
        return Targets.sdkActive() && switch (target.device().getTornadoVMBackend()) {
            case PTX -> target.toString().contains("test device");
            case SPIRV -> true;
            default -> false;
        };
    }

    static List<Integer> targets() {
        return IntStream.range(0, TestTargets.list().size()).boxed().toList();
    }

    @ParameterizedTest(name = "device {0}")
    @MethodSource("targets")
    void isRightWhereTornadoVmIsNotNamed(int index, @TempDir Path folder) throws Exception {
        Target target = TestTargets.list().get(index);
        if (!Targets.sdkActive()) {
            assertTrue(isRight(target), "on " + target);
            return;
        }
        ChildJvm.Exit exit = new ChildJvm(List.of(), null, Map.of()).run(folder, ShortArrayFaultTest.class.getName(),
                "" + index);
        assertEquals(!isFault(target), exit.out().contains(RIGHT), "on " + target + ": " + exit);
    }
}
