package org.tornadomla.bundled.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.FIRST_EXECUTION;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** Faults of runtimes and devices that users reported: here each is an exception or the right result, never silence. */
class FieldFaultsTest {

    private static final String SDK_IS_SILENT = "TornadoVM 5.2 does not notice; the library's plans are checked before they reach it";

    private static final class Kernels {

        private Kernels() {
        }

        /** Compiles on no device: it asks the host's clock. */
        static void clock(KernelContext context, FloatArray y) {
            y.set(context.globalIdx, System.nanoTime() > 0 ? 1 : 2);
        }

        static void widen(HalfFloatArray x, FloatArray y) {
            for (@Parallel
            int i = 0; i < y.getSize(); i++) {
                y.set(i, x.get(i).getFloat32());
            }
        }
    }

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    static Stream<Target> devices() {
        return targets().filter(target -> target.engine() != Engine.JVM);
    }

    private static void run(Target target, TaskGraph graph, Consumer<TornadoExecutionPlan> settings)
            throws TornadoExecutionPlanException {
        try (TornadoExecutionPlan plan = target.plan(List.of(graph.snapshot()))) {
            settings.accept(plan);
            plan.execute();
        }
    }

    private static GridScheduler grid(String task) {
        WorkerGrid1D grid = new WorkerGrid1D(4);
        grid.setLocalWork(1, 1, 1);
        return new GridScheduler(task, grid);
    }

    /** A Java run in the kernel's place would set the first element, as one work-item of many. */
    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("devices")
    void fieldFault24AKernelThatDoesNotCompileIsAnErrorAndNoJavaRun(Target target) {
        FloatArray y = new FloatArray(4);
        assertThrows(Throwable.class, () -> run(target,
                new TaskGraph("g").task("t", Kernels::clock, new KernelContext(), y).transferToHost(EVERY_EXECUTION, y),
                plan -> plan.withGridScheduler(grid("g.t"))));
        assertArrayEquals(new float[4], y.toHeapArray());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault24TheDeviceThatRanIsNamed(Target target) {
        assertTrue(target.toString().startsWith(target.engine() + " "), target.toString());
        assertTrue(target.toString().contains(target.device().getPhysicalDevice().getDeviceName().strip()),
                target.toString());
    }

    /** Half-precision storage either works or is refused; zeros would be neither. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault25HalvesAreRightOrRefused(Target target) throws TornadoExecutionPlanException {
        HalfFloatArray x = new HalfFloatArray(3);
        float[] values = {0.5f, -2, 1024};
        for (int i = 0; i < 3; i++) {
            x.set(i, new HalfFloat(values[i]));
        }
        FloatArray y = new FloatArray(3);
        TaskGraph graph = new TaskGraph("g").transferToDevice(FIRST_EXECUTION, x).task("t", Kernels::widen, x, y)
                .transferToHost(EVERY_EXECUTION, y);
        try {
            run(target, graph, plan -> {});
        } catch (RuntimeException refusal) {
            assertEquals(0, y.get(0), "nothing came down");
            return;
        }
        assertArrayEquals(values, y.toHeapArray());
    }

    @Test
    void fieldFault28AGraphInBetweenWithoutTheBufferIsNoticed() throws TornadoExecutionPlanException {
        assumeFalse(Targets.sdkActive(), SDK_IS_SILENT);
        FloatArray x = FloatArray.fromElements(1, 2, 3);
        FloatArray other = new FloatArray(3);
        FloatArray y = new FloatArray(3);
        TaskGraph producer = new TaskGraph("producer").transferToDevice(FIRST_EXECUTION, x)
                .task("t", TestKernels::increment, x).persistOnDevice(x);
        TaskGraph between = new TaskGraph("between").task("t", TestKernels::increment, other);
        TaskGraph consumer = new TaskGraph("consumer").consumeFromDevice("producer", x)
                .task("t", TestKernels::addTo, x, 0f, y).transferToHost(EVERY_EXECUTION, y);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(producer.snapshot(), between.snapshot(),
                consumer.snapshot())) {
            plan.withGraph(0).execute();
            plan.withGraph(1).execute();
            assertThrows(TornadoRuntimeException.class, () -> plan.withGraph(2).execute());
            plan.withGraph(0).execute();
            plan.withGraph(2).execute();
            assertArrayEquals(new float[]{3, 4, 5}, y.toHeapArray());
        }
    }

    @Test
    void fieldFault29AGridForNoTaskIsRefusedThoughAnotherNameMatches() {
        assumeFalse(Targets.sdkActive(), SDK_IS_SILENT);
        FloatArray y = new FloatArray(4);
        TaskGraph graph = new TaskGraph("g").task("t", TestKernels::indices, new KernelContext(), y)
                .transferToHost(EVERY_EXECUTION, y);
        GridScheduler grids = grid("g.t");
        grids.addWorkerGrid("g.misspelt", new WorkerGrid1D(4));
        TornadoRuntimeException refusal = assertThrows(TornadoRuntimeException.class,
                () -> run(TestTargets.list().getFirst(), graph, plan -> plan.withGridScheduler(grids)));
        assertTrue(refusal.getMessage().contains("g.misspelt"), refusal.getMessage());
    }
}
