package org.tornadomla.bundled.runtime;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.FIRST_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.UNDER_DEMAND;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** What TornadoVM ignores, corrects or gets wrong is refused, and the message names graph, task, argument and cure. */
class PlanRulesTest {

    private final FloatArray x = FloatArray.fromElements(1, 2, 3, 4);
    private final FloatArray y = new FloatArray(4);
    private final KernelContext context = new KernelContext();

    private static void refused(Class<? extends RuntimeException> type, Executable work, String... parts) {
        String message = assertThrows(type, work).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "\"" + message + "\" lacks \"" + part + "\"");
        }
    }

    private static void refused(Executable work, String... parts) {
        refused(TornadoRuntimeException.class, work, parts);
    }

    private TaskGraph copyGraph(String name) {
        return new TaskGraph(name).transferToDevice(EVERY_EXECUTION, x).task("copy", TestKernels::addTo, x, 0f, y)
                .transferToHost(EVERY_EXECUTION, y);
    }

    @Test
    void compilerFlagsComeBeforeTheFirstExecution() throws Exception {
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(copyGraph("flags").snapshot())) {
            plan.withCompilerFlags(TornadoVMBackendType.OPENCL, "-w").execute();
            refused(() -> plan.withCompilerFlags(TornadoVMBackendType.OPENCL, "-DX"), "\"-DX\"", "too late");
        }
    }

    private TornadoExecutionPlan gridPlan(GridScheduler grids) {
        TaskGraph graph = new TaskGraph("g").task("t", TestKernels::indices, context, y).transferToHost(EVERY_EXECUTION,
                y);
        return new TornadoExecutionPlan(graph.snapshot()).withGridScheduler(grids);
    }

    private static WorkerGrid grid(int global, int local) {
        WorkerGrid grid = new WorkerGrid1D(global);
        grid.setLocalWork(local, 1, 1);
        return grid;
    }

    @Test
    void consumerNeedsAPredecessorThatHoldsTheArray() throws Exception {
        TaskGraph producer = new TaskGraph("producer").transferToDevice(FIRST_EXECUTION, x)
                .task("t", TestKernels::increment, x).persistOnDevice(x);
        FloatArray other = new FloatArray(1);
        TaskGraph unrelated = new TaskGraph("unrelated").task("t", TestKernels::increment, other);
        TaskGraph consumer = new TaskGraph("consumer").consumeFromDevice("producer", x)
                .task("use", TestKernels::addTo, x, 0f, y).transferToHost(EVERY_EXECUTION, y);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(producer.snapshot(), unrelated.snapshot(),
                consumer.snapshot())) {
            refused(() -> plan.withGraph(2).execute(), "consumer", "argument x of task consumer.use",
                    "no graph of the plan has run before");
            plan.withGraph(0).execute();
            plan.withGraph(1).execute();
            refused(() -> plan.withGraph(2).execute(), "consumer", "unrelated", "does not hold it", "persist");
            plan.withGraph(0).execute();
            plan.withGraph(2).execute();
            assertArrayEquals(new float[]{3, 4, 5, 6}, y.toHeapArray());
            refused(() -> plan.withAllGraphs().execute(), "unrelated", "does not hold it");
        }
    }

    @Test
    void consumerMustNameAGraphOfThePlan() {
        TaskGraph consumer = new TaskGraph("consumer").consumeFromDevice("missing", x).task("use", TestKernels::addTo,
                x, 0f, y);
        refused(() -> new TornadoExecutionPlan(consumer.snapshot()), "consumer", "missing", "[consumer]");
    }

    @Test
    void contextNeedsAGrid() {
        refused(() -> gridPlan(null).execute(), "g.t", "no worker grid");
        refused(() -> gridPlan(new GridScheduler("g.tt", grid(4, 1))).execute(), "g.tt", "[g.t]");
    }

    @Test
    void parallelLoopsTakeNoGrid() {
        TornadoExecutionPlan plan = new TornadoExecutionPlan(copyGraph("g").snapshot())
                .withGridScheduler(new GridScheduler("g.copy", grid(4, 1)));
        refused(plan::execute, "g.copy", "no KernelContext", "take the grid away");
    }

    @Test
    void gridsMustFitTheDevice() throws Exception {
        refused(() -> gridPlan(new GridScheduler("g.t", grid(6, 4))).execute(), "g.t", "global size of 6",
                "local size of 4");
        refused(() -> gridPlan(new GridScheduler("g.t", grid(1 << 20, 1 << 20))).execute(), "g.t", "1048576", "1024");
        refused(() -> gridPlan(new GridScheduler("g.t", grid(0, 1))).execute(), "g.t", "global size of 0");
        WorkerGrid cube = new WorkerGrid1D(1024);
        cube.setGlobalWork(64, 64, 1);
        cube.setLocalWork(64, 64, 1);
        refused(() -> gridPlan(new GridScheduler("g.t", cube)).execute(), "g.t", "groups of 4096", "1024");
        WorkerGrid moved = grid(4, 1);
        moved.setGlobalOffset(1, 0, 0);
        refused(() -> gridPlan(new GridScheduler("g.t", moved)).execute(), "g.t", "offset of 1");
        try (TornadoExecutionPlan plan = gridPlan(new GridScheduler("g.t", grid(4, 2)))) {
            plan.execute();
            assertArrayEquals(new float[]{1, 2, 3, 4}, y.toHeapArray());
            plan.withGridScheduler(new GridScheduler("g.t", grid(8, 4))).execute();
        }
    }

    @Test
    void twoViewsOfOneMemoryAreRefused() {
        FloatArray sixteen = new FloatArray(16);
        VectorFloat16 view = new VectorFloat16(sixteen);
        VectorFloat16 out = new VectorFloat16(1);
        TaskGraph floats = new TaskGraph("floats").transferToDevice(EVERY_EXECUTION, sixteen)
                .task("t", TestKernels::addTo, sixteen, 0f, y).transferToHost(EVERY_EXECUTION, y);
        TaskGraph vectors = new TaskGraph("vectors").transferToDevice(EVERY_EXECUTION, view)
                .task("t", TestKernels::copyVectors, view, out).transferToHost(EVERY_EXECUTION, out);
        refused(() -> new TornadoExecutionPlan(floats.snapshot(), vectors.snapshot()), "vectors", "VectorFloat16 of 16",
                "FloatArray of 16", "two views");
    }

    @Test
    void graphServesOneOpenPlan() throws Exception {
        ImmutableTaskGraph graph = copyGraph("g").snapshot();
        TornadoExecutionPlan first = new TornadoExecutionPlan(graph);
        refused(() -> new TornadoExecutionPlan(graph), "g", "open plan", "snapshot of its own");
        first.close();
        new TornadoExecutionPlan(graph).close();
    }

    @Test
    void closedPlanIsRefused() throws Exception {
        TornadoExecutionPlan plan = new TornadoExecutionPlan(copyGraph("g").snapshot());
        TornadoExecutionResult result = plan.execute();
        plan.close();
        plan.close();
        refused(plan::execute, "plan", "[g]", "is closed");
        refused(() -> result.transferToHost(y), "is closed");
    }

    @Test
    void planServesOneThreadAtATime() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        PlanExecutor executor = new PlanExecutor(List.of(definition()));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = Thread.ofPlatform().name("other-user").start(() -> {
            try {
                executor.exclusively(() -> {
                    inside.countDown();
                    awaitQuietly(done);
                    return null;
                });
            } catch (RuntimeException thrown) {
                failure.set(thrown);
            }
        });
        inside.await();
        refused(executor::execute, "plan", "other-user", "one thread at a time");
        done.countDown();
        other.join();
        assertEquals(null, failure.get());
        executor.execute();
        executor.close();
    }

    private GraphDefinition definition() {
        GraphBuilder builder = new GraphBuilder("g");
        TornadoFunctions.Task1<FloatArray> code = TestKernels::increment;
        builder.task("t", code, y);
        return builder.build();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void someArrayClassesMustBeDeclared() {
        VectorFloat16 vectors = new VectorFloat16(1);
        refused(TornadoTaskRuntimeException.class,
                () -> new TaskGraph("g").transferToDevice(EVERY_EXECUTION, vectors)
                        .task("t", TestKernels::copyVectors, vectors, new VectorFloat16(1)).snapshot(),
                "g.t", "argument y", "VectorFloat16");
    }

    @Test
    void readingWhatNothingHasWrittenIsRefused() {
        TaskGraph onDemand = new TaskGraph("g").transferToDevice(UNDER_DEMAND, x)
                .task("t", TestKernels::addTo, x, 0f, y).transferToHost(EVERY_EXECUTION, y);
        refused(() -> new TornadoExecutionPlan(onDemand.snapshot()).execute(), "g.t", "argument x", "UNDER_DEMAND");
        TaskGraph undeclared = new TaskGraph("h").task("t", TestKernels::addTo, x, 0f, y)
                .transferToHost(EVERY_EXECUTION, y);
        refused(() -> new TornadoExecutionPlan(undeclared.snapshot()).execute(), "argument x of task h.t",
                "transferToDevice");
    }

    @Test
    void transfersWithoutEffectAreRefused() {
        refused(() -> new TaskGraph("g").transferToDevice(FIRST_EXECUTION, x, y).task("t", TestKernels::increment, x)
                .snapshot(), "g", "transferToDevice", "no effect");
        refused(() -> new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x).task("t", TestKernels::addTo, x, 0f, y)
                .transferToHost(EVERY_EXECUTION, x).snapshot(), "g", "transferToHost", "no effect", "UNDER_DEMAND");
        refused(() -> new TaskGraph("g").task("t", TestKernels::increment, x).persistOnDevice(y).snapshot(), "g",
                "persistOnDevice");
        refused(() -> new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x).consumeFromDevice(x)
                .task("t", TestKernels::increment, x).snapshot(), "g", "declared twice");
        refused(() -> new TaskGraph("g").transferToDevice(7, x), "g", "mode 7");
        refused(() -> new TaskGraph("g").transferToDevice(EVERY_EXECUTION, "text"), "g", "java.lang.String");
        refused(() -> new TaskGraph("g").snapshot(), "g", "no task");
    }

    @Test
    void tasksThatDevicesCannotTakeAreRefused() {
        Class<TornadoTaskRuntimeException> type = TornadoTaskRuntimeException.class;
        TaskGraph graph = new TaskGraph("g");
        refused(type, () -> graph.task("flag", TestKernels::flagged, true, y), "g.flag", "argument flag", "int of 0");
        refused(type, () -> graph.task("none", TestKernels::increment, (FloatArray) null), "g.none", "argument x",
                "null");
        refused(type, () -> graph.task("lambda", (FloatArray a) -> TestKernels.increment(a), x), "g.lambda", "lambda",
                "Kernels::method");
        refused(type, () -> graph.task("object", new TornadoFunctions.Task1<FloatArray>() {
            @Override
            public void apply(FloatArray array) {
                array.clear();
            }
        }, x), "g.object", "Kernels::method");
        refused(type, () -> graph.task("instance", FloatArray::clear, x), "g.instance", "instance method clear");
        refused(type, () -> graph.task("back", TestKernels::copyBack, x, x), "g.back", "passed as y", "again as x",
                "last");
        graph.task("twice", TestKernels::increment, x);
        refused(type, () -> graph.task("twice", TestKernels::increment, y), "g", "twice");
        assertEquals("g", graph.getTaskGraphName());
    }

    @Test
    void graphsOfAPlanHaveTheirOwnNames() {
        refused(() -> new TornadoExecutionPlan(copyGraph("g").snapshot(), copyGraph("g").snapshot()), "named g");
        refused(() -> new TornadoExecutionPlan(), "at least one graph");
        refused(() -> new TornadoExecutionPlan(copyGraph("g").snapshot()).withGraph(1), "no graph 1", "it has 1");
    }

    @Test
    void wholeCopiesAfterARangeAreRefused() throws Exception {
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(copyGraph("g").snapshot())) {
            TornadoExecutionResult result = plan.execute();
            refused(() -> result.transferToHost(new DataRange(y).withOffset(3).withSize(2)), "2 elements from 3",
                    "FloatArray of 4");
            result.transferToHost(new DataRange(y).withOffset(1).withSize(2));
            result.transferToHost(new DataRange(y));
            refused(() -> result.transferToHost(y), "DataRange");
            refused(plan::execute, "DataRange");
            refused(() -> result.transferToHost(new FloatArray(3)), "0 copies", "FloatArray of 3");
        }
    }

    @Test
    void devicesAreFoundOrRefusedByIndex() throws Exception {
        refused(TornadoBackendNotFound.class, () -> TornadoExecutionPlan.getDevice(99, 0), "99", "jvm");
        refused(TornadoDeviceNotFound.class, () -> TornadoExecutionPlan.getDevice(0, 99), "99", "jvm");
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(copyGraph("g").snapshot())
                .withDevice(TornadoExecutionPlan.getDevice(0, 0))) {
            plan.execute();
            assertEquals("jvm", ((BundledDevice) plan.getDevice(0)).device().description().engine());
        }
    }

    @Test
    void profilerCountsWhatHappened() throws Exception {
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(copyGraph("g").snapshot())) {
            TornadoProfilerResult nothing = plan.withPreCompilation().execute().getProfilerResult();
            assertAll(() -> assertEquals(0, nothing.getTotalTime()), () -> assertEquals(0, nothing.getCompileTime()));
            x.set(0, 9);
            TornadoProfilerResult result = plan.withProfiler(ProfilerMode.SILENT).execute().getProfilerResult();
            assertTrue(result.getTotalTime() > 0 && result.getTotalTime() >= result.getDeviceKernelTime());
            assertTrue(result.getDeviceKernelTime() > 0, "kernels take time");
            assertEquals(16, result.getTotalBytesCopyIn());
            assertEquals(16, result.getTotalBytesCopyOut());
            assertEquals(32, result.getTotalDeviceMemoryUsage());
            assertTrue(result.getProfileLog().contains("\"g.copy\""), result.getProfileLog());
            assertEquals(0, plan.withoutProfiler().execute().getProfilerResult().getTotalTime());
        }
    }

    @Test
    void manyPlansInTurnLeaveNothingBehind() throws Exception {
        long before = TornadoExecutionPlan.getTotalPlans();
        for (int round = 0; round < 60; round++) {
            FloatArray big = new FloatArray(1 << 20);
            FloatArray out = new FloatArray(1 << 20);
            TaskGraph graph = new TaskGraph("g").transferToDevice(FIRST_EXECUTION, big)
                    .task("t", TestKernels::addTo, big, 1f, out).transferToHost(EVERY_EXECUTION, out);
            try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.execute();
                assertEquals(2L * out.getNumBytesOfSegment(), plan.getCurrentDeviceMemoryUsage());
            }
            assertEquals(1, out.get(round));
        }
        assertEquals(before + 60, TornadoExecutionPlan.getTotalPlans());
    }
}
