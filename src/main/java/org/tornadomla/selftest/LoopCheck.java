package org.tornadomla.selftest;

import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.kernels.Probe;

import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Whether loops run to their end. Mesa's llvmpipe ends them after 65,535 passes and says nothing, which products of
 * large models need more of, and the small sizes of the other checks do not.
 */
final class LoopCheck {

    private static final int PASSES = 100_000;
    private static final int ITEMS = 3;

    private LoopCheck() {
    }

    /**
     * Runs a loop of many passes.
     *
     * @throws DeviceException with the passes that were made
     */
    static void run(Target target) {
        IntArray passes = new IntArray(1);
        passes.set(0, PASSES);
        IntArray ends = new IntArray(ITEMS);
        TaskGraph graph = new TaskGraph("selftest_loops")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, passes, ends)
                .task("walk", Probe::walk, passes, ends).transferToHost(DataTransferMode.EVERY_EXECUTION, ends);
        try (TornadoExecutionPlan plan = target.plan(List.of(graph.snapshot()))) {
            plan.execute();
        } catch (Throwable e) {
            throw new DeviceException("a long loop failed: " + DeviceException.reason(e), e);
        }
        for (int i = 0; i < ITEMS; i++) {
            compare(i, ends.get(i));
        }
    }

    /** Compares where a work-item's loop ended with where all passes end. */
    static void compare(int item, int end) {
        int value = item;
        for (int pass = 0; pass < PASSES; pass++) {
            if (value == end) {
                throw new DeviceException("a loop of " + PASSES + " passes ended after " + pass);
            }
            value = Probe.next(value);
        }
        if (value != end) {
            throw new DeviceException("a loop of " + PASSES + " passes gave " + end + " for " + value);
        }
    }
}
