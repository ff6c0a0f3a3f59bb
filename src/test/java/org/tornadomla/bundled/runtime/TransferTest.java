package org.tornadomla.bundled.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.FIRST_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.UNDER_DEMAND;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Transfers, persisted and consumed buffers behave as on a device, where TornadoVM 5.2 is right. */
class TransferTest {

    private static TornadoExecutionPlan plan(TaskGraph... graphs) {
        var snapshots = new uk.ac.manchester.tornado.api.ImmutableTaskGraph[graphs.length];
        for (int index = 0; index < graphs.length; index++) {
            snapshots[index] = graphs[index].snapshot();
        }
        return new TornadoExecutionPlan(snapshots);
    }

    @Test
    void hostWritesReachOnlyArraysTransferredOnEveryExecution() throws Exception {
        FloatArray first = FloatArray.fromElements(1, 2);
        FloatArray every = FloatArray.fromElements(10, 20);
        FloatArray fromFirst = new FloatArray(2);
        FloatArray fromEvery = new FloatArray(2);
        TaskGraph graph = new TaskGraph("g").transferToDevice(FIRST_EXECUTION, first)
                .transferToDevice(EVERY_EXECUTION, every).task("a", TestKernels::addTo, first, 0f, fromFirst)
                .task("b", TestKernels::addTo, every, 0f, fromEvery)
                .transferToHost(EVERY_EXECUTION, fromFirst, fromEvery);
        try (TornadoExecutionPlan plan = plan(graph)) {
            plan.execute();
            first.set(0, -1);
            every.set(0, -10);
            plan.execute();
            assertArrayEquals(new float[]{1, 2}, fromFirst.toHeapArray());
            assertArrayEquals(new float[]{-10, 20}, fromEvery.toHeapArray());
            plan.freeDeviceMemory();
            assertEquals(0, plan.getCurrentDeviceMemoryUsage());
            plan.execute();
            assertArrayEquals(new float[]{-1, 2}, fromFirst.toHeapArray());
        }
    }

    /** Scratch and pools of models are as large as what they hold on the device. */
    @Test
    void arraysThatOnlyTheDeviceUsesTakeNoMemoryOfTheHost() throws Exception {
        FloatArray x = FloatArray.fromElements(1, 2);
        FloatArray uploaded = new FloatArray(2);
        FloatArray scratch = new FloatArray(2);
        FloatArray y = new FloatArray(2);
        TaskGraph graph = new TaskGraph("g").transferToDevice(FIRST_EXECUTION, x, uploaded)
                .task("a", TestKernels::addTo, x, 1f, scratch).task("b", TestKernels::addTo, uploaded, 3f, y)
                .task("c", TestKernels::addTo, scratch, 0f, uploaded).transferToHost(EVERY_EXECUTION, y);
        try (TornadoExecutionPlan plan = plan(graph)) {
            plan.execute();
        }
        assertTrue(
                ArrayMemory.isUntouched(scratch) && ArrayMemory.isUntouched(uploaded) && !ArrayMemory.isUntouched(y));
        assertArrayEquals(new float[]{3, 3}, y.toHeapArray());
        assertArrayEquals(new float[2], uploaded.toHeapArray());
        assertTrue(!ArrayMemory.isUntouched(uploaded));
    }

    @Test
    void undeclaredArraysKeepTheirContentBetweenExecutions() throws Exception {
        FloatArray counter = new FloatArray(1);
        FloatArray seen = new FloatArray(1);
        TaskGraph graph = new TaskGraph("g").task("count", TestKernels::increment, counter)
                .task("show", TestKernels::addTo, counter, 0f, seen).transferToHost(EVERY_EXECUTION, seen);
        try (TornadoExecutionPlan plan = plan(graph)) {
            for (int run = 1; run <= 4; run++) {
                plan.execute();
                assertEquals(run, seen.get(0));
            }
            assertEquals(0, counter.get(0));
        }
    }

    @Test
    void arrayThatIsOnlyOverwrittenIsNotUploaded() throws Exception {
        FloatArray x = FloatArray.fromElements(5);
        FloatArray y = FloatArray.fromElements(1, 2, 3);
        try (TornadoExecutionPlan plan = plan(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x, y)
                .task("t", TestKernels::writeFirst, x, y).transferToHost(EVERY_EXECUTION, y))) {
            plan.execute();
        }
        assertEquals(5, y.get(0));
        assertTrue(Float.isNaN(y.get(1)) && Float.isNaN(y.get(2)), "fresh device memory is garbage");
    }

    @Test
    void arrayThatIsWrittenInsideAnIfIsUploaded() throws Exception {
        FloatArray x = FloatArray.fromElements(5);
        FloatArray y = FloatArray.fromElements(1, 2, 3);
        try (TornadoExecutionPlan plan = plan(new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x, y)
                .task("t", TestKernels::writeFirstGuarded, x, y).transferToHost(EVERY_EXECUTION, y))) {
            plan.execute();
        }
        assertArrayEquals(new float[]{5, 2, 3}, y.toHeapArray());
    }

    @Test
    void producerAndConsumersInACycleShareOneBuffer() throws Exception {
        FloatArray log = new FloatArray(8);
        FloatArray value = new FloatArray(2);
        IntArray at = new IntArray(1);
        FloatArray seen = new FloatArray(8);
        TaskGraph start = new TaskGraph("start").transferToDevice(FIRST_EXECUTION, log)
                .task("touch", TestKernels::increment, log).persistOnDevice(log);
        TaskGraph append = new TaskGraph("append").consumeFromDevice(log).transferToDevice(EVERY_EXECUTION, value, at)
                .task("append", TestKernels::append, value, at, log).persistOnDevice(log);
        FloatArray other = new FloatArray(1);
        TaskGraph relay = new TaskGraph("relay").consumeFromDevice("append", log)
                .task("other", TestKernels::increment, other).persistOnDevice(log);
        TaskGraph show = new TaskGraph("show").consumeFromDevice("relay", log)
                .task("show", TestKernels::addTo, log, 0f, seen).transferToHost(EVERY_EXECUTION, seen)
                .persistOnDevice(log);
        try (TornadoExecutionPlan plan = plan(start, append, relay, show)) {
            plan.withGraph(0).execute();
            for (int step = 0; step < 3; step++) {
                at.set(0, step);
                value.init(10 * step + 10);
                plan.withGraph(1).execute();
                plan.withGraph(2).execute();
                plan.withGraph(3).execute();
            }
            assertArrayEquals(new float[]{10, 10, 20, 20, 30, 30, 1, 1}, seen.toHeapArray());
            plan.withGraph(3).execute();
            assertEquals(10, seen.get(0), "a consumer may run again");
        }
        assertEquals(0, log.get(0), "nothing was copied to the host");
    }

    @Test
    void resultCopiesWholeArraysAndRangesOnDemand() throws Exception {
        FloatArray x = FloatArray.fromElements(1, 2, 3, 4);
        FloatArray y = new FloatArray(4);
        FloatArray z = new FloatArray(4);
        TaskGraph graph = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x)
                .task("y", TestKernels::addTo, x, 1f, y).task("z", TestKernels::addTo, x, 2f, z)
                .transferToHost(UNDER_DEMAND, y, z);
        try (TornadoExecutionPlan plan = plan(graph)) {
            TornadoExecutionResult result = plan.execute();
            assertArrayEquals(new float[4], y.toHeapArray());
            result.transferToHost(y);
            assertArrayEquals(new float[]{2, 3, 4, 5}, y.toHeapArray());
            result.transferToHost(new DataRange(z).withOffset(1).withSize(2));
            assertArrayEquals(new float[]{0, 4, 5, 0}, z.toHeapArray());
        }
    }

    /** A page and more may be the host's memory on a device that has no other. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5000, 3 << 20})
    void readOnlyArraysAreSharedUntilTheHostWrites(int size) throws Exception {
        FloatArray weights = new FloatArray(size);
        weights.init(2);
        FloatArray y = new FloatArray(size);
        float[] expected = new float[size];
        Arrays.fill(expected, 2);
        TaskGraph graph = new TaskGraph("g").transferToDevice(FIRST_EXECUTION, weights)
                .task("t", TestKernels::addTo, weights, 0f, y).transferToHost(EVERY_EXECUTION, y);
        try (TornadoExecutionPlan plan = plan(graph)) {
            plan.execute();
            weights.clear();
            plan.execute();
            assertArrayEquals(expected, y.toHeapArray());
            weights.getSegment().fill((byte) 1);
            plan.execute();
            assertArrayEquals(expected, y.toHeapArray());
        }
    }

    @Test
    void lentMemoryIsReadByDevicesAndNeverWritten() throws Exception {
        MemorySegment memory = Arena.ofAuto().allocate(20_000, 4096).fill((byte) 0x40);
        FloatArray weights = new FloatArray(5000);
        ArrayMemory.lend(weights, memory.asReadOnly());
        float lent = weights.get(4999);
        FloatArray y = new FloatArray(5000);
        try (TornadoExecutionPlan plan = plan(sum("lent", weights, y))) {
            plan.execute();
            assertEquals(lent, y.get(4999));
            weights.set(4999, 1);
            assertEquals(lent, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 4999));
            plan.execute();
            assertEquals(lent, y.get(4999));
        }
        assertEquals(lent, weights.get(0));
        assertEquals(1, weights.get(4999));
        assertThrows(IllegalStateException.class, () -> ArrayMemory.lend(weights, memory));
        assertThrows(IllegalArgumentException.class, () -> ArrayMemory.lend(new FloatArray(4999), memory));
    }

    @Test
    void arraysThatGoUpEveryTimeAreNeverShared() throws Exception {
        FloatArray x = new FloatArray(5000);
        FloatArray y = new FloatArray(5000);
        TaskGraph graph = new TaskGraph("g").transferToDevice(EVERY_EXECUTION, x)
                .task("t", TestKernels::addTo, x, 1f, y).transferToHost(EVERY_EXECUTION, y);
        try (TornadoExecutionPlan plan = plan(graph)) {
            for (int value = 0; value < 3; value++) {
                x.init(value);
                plan.execute();
                assertEquals(value + 1, y.get(4999));
            }
        }
    }

    @Test
    void plansThatShareAnArrayDoNotSeeWhatTheHostWrites() throws Exception {
        FloatArray weights = new FloatArray(5000);
        weights.init(3);
        FloatArray first = new FloatArray(5000);
        FloatArray second = new FloatArray(5000);
        try (TornadoExecutionPlan one = plan(sum("one", weights, first))) {
            one.execute();
            try (TornadoExecutionPlan two = plan(sum("two", weights, second))) {
                two.execute();
            }
            weights.init(7);
            one.execute();
            try (TornadoExecutionPlan two = plan(sum("two", weights, second))) {
                two.execute();
            }
        }
        assertEquals(3, first.get(4321));
        assertEquals(7, second.get(4321));
    }

    private static TaskGraph sum(String name, FloatArray x, FloatArray y) {
        return new TaskGraph(name).transferToDevice(FIRST_EXECUTION, x).task("t", TestKernels::addTo, x, 0f, y)
                .transferToHost(EVERY_EXECUTION, y);
    }
}
