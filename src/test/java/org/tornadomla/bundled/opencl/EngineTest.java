package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.bundled.device.Engine;
import org.tornadomla.bundled.runtime.Engines;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Task graphs on the OpenCL engine, through the public API. */
class EngineTest {

    private static TornadoDevice device;

    @BeforeAll
    static void find() {
        List<Engine> engines = Engines.all();
        Engine engine = engines.stream().filter(one -> one.name().equals("opencl")).findFirst().orElseThrow();
        OpenClRun.device((OpenClEngine) engine);
        device = TornadoExecutionPlan.getDevice(engines.indexOf(engine), 0);
    }

    static void scale(FloatArray in, FloatArray factor, FloatArray out) {
        for (@Parallel
        int i = 0; i < in.getSize(); i++) {
            out.set(i, in.get(i) * factor.get(0));
        }
    }

    static void append(FloatArray row, IntArray at, FloatArray pool) {
        for (@Parallel
        int i = 0; i < row.getSize(); i++) {
            if (at.get(0) >= 0) {
                pool.set(at.get(0) * row.getSize() + i, row.get(i));
            }
        }
    }

    static void appendLate(FloatArray row, IntArray at, IntArray rounds, FloatArray pool) {
        for (@Parallel
        int i = 0; i < row.getSize(); i++) {
            int late = i;
            for (int round = 0; round < rounds.get(0); round++) {
                late = late * 1103515245 + 12345;
            }
            // The spun number decides nothing, but no compiler knows.
            pool.set(at.get(0) * row.getSize() + i, late == rounds.get(0) ? row.get(i) : row.get(i) + 0f);
        }
    }

    static void total(KernelContext context, FloatArray pool, IntArray count, FloatArray sums) {
        int lane = context.globalIdx;
        if (lane >= sums.getSize()) {
            return;
        }
        float sum = 0f;
        for (int i = 0; i < count.get(0); i++) {
            sum += pool.get(i * sums.getSize() + lane);
        }
        sums.set(lane, sum);
    }

    static void refused(IntArray out) {
        out.set(0, System.identityHashCode(null));
    }

    @Test
    void persistedBuffersPassBetweenGraphsAndGridsMayChange() throws TornadoExecutionPlanException {
        FloatArray row = new FloatArray(8);
        FloatArray pool = new FloatArray(8 * 16);
        FloatArray sums = new FloatArray(8);
        IntArray at = new IntArray(1);
        IntArray count = new IntArray(1);
        TaskGraph write = new TaskGraph("write").transferToDevice(DataTransferMode.FIRST_EXECUTION, pool)
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, row, at)
                .task("append", EngineTest::append, row, at, pool).persistOnDevice(pool);
        TaskGraph read = new TaskGraph("read").consumeFromDevice("write", pool)
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, count)
                .task("total", EngineTest::total, new KernelContext(), pool, count, sums).persistOnDevice(pool)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, sums);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(write.snapshot(), read.snapshot())) {
            plan.withDevice(device);
            float expected = 0f;
            for (int step = 0; step < 16; step++) {
                row.init(step + 1f);
                at.set(0, step);
                count.set(0, step + 1);
                expected += step + 1f;
                plan.withGraph(0).execute();
                WorkerGrid1D grid = new WorkerGrid1D(8 << step % 3);
                grid.setLocalWork(8, 1, 1);
                plan.withGraph(1).withGridScheduler(new GridScheduler("read.total", grid)).execute();
                for (int lane = 0; lane < 8; lane++) {
                    assertEquals(expected, sums.get(lane), "step " + step + ", lane " + lane);
                }
            }
        }
        assertEquals(0f, pool.get(0), "the pool never came to the host");
    }

    /** Uploads of small arrays are copied aside, those of large ones are waited for; the device is late for both. */
    @ParameterizedTest
    @ValueSource(ints = {64, 100_000})
    void arraysMayChangeAsSoonAsAnExecutionReturns(int size) throws TornadoExecutionPlanException {
        int executions = 24;
        FloatArray row = new FloatArray(size);
        FloatArray pool = new FloatArray(executions * size);
        IntArray at = new IntArray(1);
        IntArray rounds = IntArray.fromElements(20_000_000 / size);
        TaskGraph graph = new TaskGraph("late").transferToDevice(DataTransferMode.FIRST_EXECUTION, rounds, pool)
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, row, at)
                .task("append", EngineTest::appendLate, row, at, rounds, pool)
                .transferToHost(DataTransferMode.UNDER_DEMAND, pool);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.withDevice(device);
            TornadoExecutionResult result = null;
            for (int execution = 0; execution < executions; execution++) {
                row.init(execution);
                at.set(0, execution);
                result = plan.execute();
            }
            result.transferToHost(pool);
        }
        for (int execution = 0; execution < executions; execution++) {
            for (int i = 0; i < size; i++) {
                assertEquals(execution, pool.get(execution * size + i), "execution " + execution + ", element " + i);
            }
        }
    }

    @Test
    void whatCannotBeTranslatedIsRefusedBeforeAnythingRuns() {
        IntArray out = new IntArray(1);
        TaskGraph graph = new TaskGraph("bad").transferToDevice(DataTransferMode.EVERY_EXECUTION, out)
                .task("print", EngineTest::refused, out).transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        TornadoBailoutRuntimeException refused = assertThrows(TornadoBailoutRuntimeException.class, () -> {
            try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.withDevice(device).execute();
            }
        });
        assertTrue(refused.getMessage().contains("task bad.print") && refused.getMessage().contains("EngineTest.java:"),
                refused.getMessage());
    }

    @Test
    void aHundredPlansLeaveTheProcessAsItWas() throws TornadoExecutionPlanException, IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/statm")), "the size of the process is read from /proc");
        FloatArray in = new FloatArray(1 << 20);
        in.init(2f);
        FloatArray out = new FloatArray(1 << 20);
        for (int i = 0; i < 20; i++) {
            runPlan(in, out);
        }
        long objects = LiveObjects.total();
        long before = residentBytes();
        for (int i = 0; i < 100; i++) {
            runPlan(in, out);
        }
        long grown = residentBytes() - before;
        assertEquals(objects, LiveObjects.total());
        // One lost buffer a plan would be 400 MB.
        assertTrue(grown < 100L << 20, "the process grew by " + grown + " bytes");
    }

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
    }

    private static void runPlan(FloatArray in, FloatArray out) throws TornadoExecutionPlanException {
        out.init(0f);
        FloatArray factor = FloatArray.fromElements(3f);
        TaskGraph graph = new TaskGraph("plan").transferToDevice(DataTransferMode.FIRST_EXECUTION, in, factor)
                .task("scale", EngineTest::scale, in, factor, out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.withDevice(device).execute();
        }
        assertEquals(6f, out.get(12_345));
    }
}
