package org.tornadomla.benchmarks;

import java.util.List;
import org.tornadomla.backend.Target;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A task graph of one loop-parallel kernel with its plan. Its arrays stay on the device; counts go up with every run,
 * as the library's do.
 */
final class KernelGraph implements AutoCloseable {

    private static final String TASK = "kernel";

    private final TornadoExecutionPlan plan;
    private TornadoExecutionResult result;

    /** Adds the kernel to a graph under a name. */
    @FunctionalInterface
    interface Kernel {
        TaskGraph addTo(TaskGraph graph, String name);
    }

    /**
     * Builds the plan.
     *
     * @param name   name of the graph
     * @param target the device
     * @param items  iterations of the parallel loop
     * @param kernel the kernel with its arguments
     * @param arrays every array of the kernel, one of integers among them; the last is the result
     */
    KernelGraph(String name, Target target, int items, Kernel kernel, Object... arrays) {
        TaskGraph graph = new TaskGraph(name);
        for (Object array : arrays) {
            boolean counts = array instanceof IntArray;
            graph.transferToDevice(counts ? DataTransferMode.EVERY_EXECUTION : DataTransferMode.FIRST_EXECUTION, array);
        }
        graph = kernel.addTo(graph, TASK);
        graph.transferToHost(DataTransferMode.UNDER_DEMAND, arrays[arrays.length - 1]);
        plan = target.plan(List.of(graph.snapshot()));
        GridScheduler grids = new GridScheduler();
        target.grid(items, 0).ifPresent(grid -> grids.addWorkerGrid(name + "." + TASK, grid));
        if (!grids.keySet().isEmpty()) {
            plan.withGridScheduler(grids);
        }
    }

    /** Runs the kernel to its end. */
    void run() {
        result = plan.execute();
        if (!result.isReady()) {
            throw new IllegalStateException("an execution ended before its kernel");
        }
    }

    /** Brings the result of the last run to its host array. */
    void fetch(Object array) {
        result.transferToHost(array);
    }

    @Override
    public void close() {
        try {
            plan.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("closing the plan of a benchmark failed", e);
        }
    }
}
