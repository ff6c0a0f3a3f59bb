package org.tornadomla.selftest;

import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.kernels.Probe;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Whether groups of work-items share local memory, and whether a grid may change between executions. */
final class GroupCheck {

    private static final int ITEMS = 192;
    private static final int[][] GRIDS = {{96, 32}, {64, 2}, {ITEMS, 32}, {3, 1}};
    private static final int UNTOUCHED = -7;

    private GroupCheck() {
    }

    /**
     * Runs one plan with several grids.
     *
     * @throws DeviceException with the grid and the first wrong value
     */
    static void run(Target target) {
        IntArray values = new IntArray(ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            values.set(i, i * i + 1);
        }
        IntArray sums = new IntArray(ITEMS);
        try (TornadoExecutionPlan plan = target.plan(List.of(graph(values, sums).snapshot()))) {
            for (int[] grid : GRIDS) {
                sums.init(UNTOUCHED);
                plan.withGridScheduler(
                        new GridScheduler("selftest_groups.sums", target.grid(grid[0], grid[1]).orElseThrow()));
                plan.execute();
                compare(grid[0], grid[1], values, sums);
            }
        } catch (DeviceException e) {
            throw e;
        } catch (Throwable e) {
            throw new DeviceException("work-items in groups failed: " + DeviceException.reason(e), e);
        }
    }

    private static TaskGraph graph(IntArray values, IntArray sums) {
        return new TaskGraph("selftest_groups").transferToDevice(DataTransferMode.EVERY_EXECUTION, values, sums)
                .task("sums", Probe::groupSums, new KernelContext(), values, sums)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, sums);
    }

    private static void compare(int items, int local, IntArray values, IntArray sums) {
        for (int group = 0; group < items / local; group++) {
            int expected = 0;
            for (int i = 0; i < local; i++) {
                expected += values.get(group * local + i);
            }
            if (sums.get(group) != expected) {
                throw new DeviceException("a grid of " + items + " work-items in groups of " + local + " left "
                        + sums.get(group) + " for group " + group + ", which adds up to " + expected);
            }
        }
    }
}
