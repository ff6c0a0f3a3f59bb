package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Kernels on the engine give what the same methods give when Java calls them, on any number of threads. */
class JvmKernelTest {

    private final Random random = new Random(42);

    @AfterEach
    void allThreads() {
        Workers.setThreads(Runtime.getRuntime().availableProcessors());
    }

    private FloatArray randomFloats(int size) {
        FloatArray array = new FloatArray(size);
        for (int index = 0; index < size; index++) {
            array.set(index, random.nextFloat() * 4 - 2);
        }
        return array;
    }

    private static void run(TaskGraph graph) {
        run(graph, null);
    }

    private static void run(TaskGraph graph, GridScheduler grids) {
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.withGridScheduler(grids).execute();
        } catch (TornadoExecutionPlanException failure) {
            throw new AssertionError(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void loweredVectorsEqualObjectsBitForBitOnAnyNumberOfThreads(int threads) {
        Workers.setThreads(threads);
        int length = 37;
        VectorFloat16 x = new VectorFloat16(randomFloats(length * 16));
        VectorFloat16 y = new VectorFloat16(randomFloats(length * 16));
        FloatArray scalars = FloatArray.fromElements(0.25f, -1.5f, 3f);
        VectorFloat16 z = new VectorFloat16(length);
        FloatArray sums = new FloatArray(3 * length);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x, y, scalars)
                .task("t", JvmTestKernels::vectors16, x, y, scalars, z, sums).transferToHost(EVERY_EXECUTION, z, sums));
        VectorFloat16 expected = new VectorFloat16(length);
        FloatArray expectedSums = new FloatArray(3 * length);
        JvmTestKernels.vectors16(x, y, scalars, expected, expectedSums);
        assertArrayEquals(expected.getArray().toHeapArray(), z.getArray().toHeapArray());
        assertArrayEquals(expectedSums.toHeapArray(), sums.toHeapArray());
    }

    @Test
    void kernelsAreLoweredWhereTheMachineHasTheRegisters() throws Exception {
        assumeTrue(VectorUnit.PARTS > 0, VectorUnit::reason);
        assertTrue(KernelClass.of(method("vectors16"), List.of()).lowered(),
                KernelClass.of(method("vectors16"), List.of()).note());
        assertTrue(KernelClass.of(method("arrays"), List.of()).lowered(),
                KernelClass.of(method("arrays"), List.of()).note());
    }

    /** Every half, from an odd place on. */
    @Test
    void halvesAreWidenedExactly() throws Exception {
        int count = 1 << Short.SIZE;
        HalfFloatArray h = new HalfFloatArray(count + 16);
        for (int bits = 0; bits < count; bits++) {
            h.set(bits + 1, new HalfFloat((short) bits));
        }
        VectorFloat16 out = new VectorFloat16(count);
        IntArray groups = IntArray.fromElements(count / 16);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, h, groups)
                .task("t", JvmTestKernels::halves, h, groups, out).transferToHost(EVERY_EXECUTION, out));
        for (int bits = 0; bits < count; bits++) {
            assertEquals(Float.float16ToFloat((short) bits), out.getArray().get(bits), Integer.toHexString(bits));
        }
        assertEquals(VectorUnit.PARTS > 0, KernelClass.of(method("halves"), List.of()).lowered());
    }

    @Test
    void productsThatAreAddedAreFused() {
        VectorFloat16 x = new VectorFloat16(1);
        VectorFloat16 z = new VectorFloat16(1);
        x.fill(1 + 0x1p-12f);
        z.fill(-1 - 0x1p-11f);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x, z).task("t", JvmTestKernels::fused, x, x, z)
                .transferToHost(EVERY_EXECUTION, z));
        // (1 + 2^-12)^2 - 1 - 2^-11 is 2^-24; rounded before the sum, the product loses that.
        float expected = VectorUnit.PARTS > 0 ? 0x1p-24f : 0f;
        assertEquals(expected, z.getArray().get(9));
    }

    @Test
    void whatHasNoLoweredFormRunsOnObjectsAndSaysSo() throws Exception {
        VectorFloat16 x = new VectorFloat16(randomFloats(80));
        FloatArray y = new FloatArray(5);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x).task("t", JvmTestKernels::setter, x, y)
                .transferToHost(EVERY_EXECUTION, y));
        FloatArray expected = new FloatArray(5);
        JvmTestKernels.setter(x, expected);
        assertArrayEquals(expected.toHeapArray(), y.toHeapArray());
        KernelClass kernel = KernelClass.of(method("setter"), List.of());
        assertFalse(kernel.lowered());
        assertTrue(kernel.note().contains("Float16.set"), kernel.note());
    }

    private static java.lang.reflect.Method method(String name) {
        return Arrays.stream(JvmTestKernels.class.getDeclaredMethods()).filter(method -> method.getName().equals(name))
                .findFirst().orElseThrow();
    }

    @Test
    void allArrayClassesWork() {
        ByteArray b = ByteArray.fromElements((byte) -1, (byte) 100);
        FloatArray f = FloatArray.fromElements(2.5f, -7f);
        HalfFloatArray h = HalfFloatArray.fromElements(new HalfFloat(3f), new HalfFloat(-4f));
        IntArray out = new IntArray(2);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, b, f, h)
                .task("t", JvmTestKernels::arrays, b, f, h, out).transferToHost(EVERY_EXECUTION, out, b, f, h));
        assertArrayEquals(new int[]{4, 89}, out.toHeapArray());
        assertArrayEquals(new byte[]{0, 101}, b.toHeapArray());
        assertArrayEquals(new float[]{5, -14}, f.toHeapArray());
        assertEquals(4f, h.get(0).getFloat32());
        assertEquals(-3f, h.get(1).getFloat32());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void nestedLoopsFollowArraysThatChangeBetweenExecutions(int threads) throws Exception {
        Workers.setThreads(threads);
        IntArray sizes = new IntArray(2);
        IntArray out = new IntArray(300);
        TaskGraph graph = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, sizes, out)
                .task("t", JvmTestKernels::nested, sizes, out).transferToHost(EVERY_EXECUTION, out);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
            for (int[] given : new int[][]{{9, 10}, {0, 4}, {1, 1}, {8, 3}}) {
                sizes.set(0, given[0]);
                sizes.set(1, given[1]);
                out.init(-1);
                plan.execute();
                IntArray expected = new IntArray(300);
                expected.init(-1);
                JvmTestKernels.nested(sizes, expected);
                assertArrayEquals(expected.toHeapArray(), out.toHeapArray(), Arrays.toString(given));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5})
    void controlFlowIsJavas(int limit) {
        IntArray x = new IntArray(101);
        for (int index = 0; index < 101; index++) {
            x.set(index, index % 23);
        }
        IntArray out = new IntArray(101);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x, out)
                .task("t", JvmTestKernels::control, x, limit, out).transferToHost(EVERY_EXECUTION, out));
        IntArray expected = new IntArray(101);
        if (limit < 0) {
            expected.init(0x7F7F7F7F);
        }
        JvmTestKernels.control(x, limit, expected);
        assertArrayEquals(expected.toHeapArray(), out.toHeapArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32, 100})
    void groupsOfAnySizeMeetAtBarriers(int local) {
        FloatArray x = new FloatArray(3200);
        for (int index = 0; index < x.getSize(); index++) {
            x.set(index, index % 17);
        }
        FloatArray sums = new FloatArray(x.getSize() / local);
        WorkerGrid grid = new WorkerGrid1D(x.getSize());
        grid.setLocalWork(local, 1, 1);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x)
                .task("t", JvmTestKernels::groupSums, new KernelContext(), x, sums)
                .transferToHost(EVERY_EXECUTION, sums), new GridScheduler("g.t", grid));
        for (int group = 0; group < sums.getSize(); group++) {
            float expected = 0;
            for (int item = 0; item < local; item++) {
                expected += x.get(group * local + item);
            }
            assertEquals(expected, sums.get(group));
        }
    }

    @Test
    void unmatchedBarrierNamesTheTask() {
        FloatArray y = new FloatArray(8);
        WorkerGrid grid = new WorkerGrid1D(8);
        grid.setLocalWork(4, 1, 1);
        TaskGraph graph = new TaskGraph("g").task("t", JvmTestKernels::unmatched, new KernelContext(), y)
                .transferToHost(EVERY_EXECUTION, y);
        GridScheduler grids = new GridScheduler("g.t", grid);
        TornadoRuntimeException failure = assertThrows(TornadoRuntimeException.class, () -> run(graph, grids));
        assertTrue(failure.getMessage().contains("g.t") && failure.getMessage().contains("unmatched barrier"),
                failure.getMessage());
    }

    @Test
    void atomicsAndIndicesOfTwoDimensionsAreRight() {
        IntArray counter = new IntArray(1);
        FloatArray y = new FloatArray(32);
        WorkerGrid grid = new WorkerGrid1D(8);
        grid.setGlobalWork(8, 4, 1);
        grid.setLocalWork(2, 2, 1);
        run(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, counter)
                .task("t", JvmTestKernels::count, new KernelContext(), counter, y)
                .transferToHost(EVERY_EXECUTION, counter, y), new GridScheduler("g.t", grid));
        assertEquals(32, counter.get(0));
        for (int index = 0; index < 32; index++) {
            assertEquals(index / 16, y.get(index));
        }
    }

    @Test
    void localMemoryIsLimited() {
        FloatArray y = new FloatArray(1);
        TaskGraph graph = new TaskGraph("g").task("t", JvmTestKernels::greedy, new KernelContext(), y)
                .transferToHost(EVERY_EXECUTION, y);
        GridScheduler grids = new GridScheduler("g.t", new WorkerGrid1D(1));
        String message = assertThrows(TornadoRuntimeException.class, () -> run(graph, grids)).getMessage();
        assertTrue(message.contains("g.t") && message.contains("49152"), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void indexOutsideAnArrayNamesTaskArgumentAndIndex(int threads) {
        Workers.setThreads(threads);
        FloatArray x = new FloatArray(64);
        FloatArray y = new FloatArray(64);
        TaskGraph graph = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x)
                .task("t", JvmTestKernels::outside, x, 1, y).transferToHost(EVERY_EXECUTION, y);
        String message = assertThrows(TornadoRuntimeException.class, () -> run(graph)).getMessage();
        assertTrue(message.contains("g.t") && message.contains("index 64") && message.contains("argument x of 64"),
                message);
    }

    @Test
    void loopsThatDevicesGetWrongAreRefused() {
        FloatArray x = new FloatArray(64);
        TaskGraph siblings = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x).task("t", JvmTestKernels::siblings,
                x);
        String message = assertThrows(TornadoBailoutRuntimeException.class, () -> run(siblings)).getMessage();
        assertTrue(message.contains("siblings") && message.contains("side by side"), message);
        TaskGraph downwards = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x).task("t",
                JvmTestKernels::downwards, x);
        message = assertThrows(TornadoBailoutRuntimeException.class, () -> run(downwards)).getMessage();
        assertTrue(message.contains("downwards") && message.contains("count up"), message);
    }

    @Test
    void privateArraysStartAsGarbage() {
        FloatArray y = new FloatArray(4);
        run(new TaskGraph("g").task("t", JvmTestKernels::privateArrays, y).transferToHost(EVERY_EXECUTION, y));
        for (float value : y.toHeapArray()) {
            assertTrue(Float.isNaN(value), "a new array is not zero on a device");
        }
    }

    @Test
    void numberOfThreadsMustBePositive() {
        assertThrows(IllegalArgumentException.class, () -> Workers.setThreads(0));
    }
}
