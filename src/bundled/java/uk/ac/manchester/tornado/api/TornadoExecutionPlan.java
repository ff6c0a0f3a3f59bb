package uk.ac.manchester.tornado.api;

import java.util.Arrays;
import org.tornadomla.bundled.runtime.BundledRuntime;
import org.tornadomla.bundled.runtime.PlanExecutor;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/**
 * Runs task graphs on a device and owns their device copies. One thread uses a plan at a time, and a plan is closed
 * when it is no longer needed. Whatever a {@code with} method sets holds until it is set again.
 */
public class TornadoExecutionPlan implements AutoCloseable {

    private final PlanExecutor executor;

    /**
     * A plan for {@code graphs}, on the default device.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException if a graph belongs to another open plan,
     *                                                                             two graphs have one name, or two
     *                                                                             arrays view one memory
     */
    public TornadoExecutionPlan(ImmutableTaskGraph... graphs) {
        executor = new PlanExecutor(Arrays.stream(graphs).map(ImmutableTaskGraph::definition).toList());
    }

    /**
     * A device.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound if no backend has that index
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound  if the backend has no device of that index
     */
    public static TornadoDevice getDevice(int backendIndex, int deviceIndex) {
        return BundledRuntime.instance().getBackend(backendIndex).getDevice(deviceIndex);
    }

    /** How many plans were made in this virtual machine. */
    public static int getTotalPlans() {
        return PlanExecutor.totalPlans();
    }

    /**
     * Runs the selected graph, or all graphs in order, and waits for the end as far as the host could notice: results
     * are there, and arrays may be changed. {@link TornadoExecutionResult#isReady} waits for the rest.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException when a rule is broken or a task fails
     */
    public TornadoExecutionResult execute() {
        return new TornadoExecutionResult(executor, executor.execute());
    }

    /** Selects one graph for the executions to come. */
    public TornadoExecutionPlan withGraph(int graphIndex) {
        executor.select(graphIndex);
        return this;
    }

    /** Selects all graphs for the executions to come. */
    public TornadoExecutionPlan withAllGraphs() {
        executor.selectAll();
        return this;
    }

    /** Compiles the tasks of all graphs now, without running them. */
    public TornadoExecutionPlan withPreCompilation() {
        executor.compile();
        return this;
    }

    /** Runs all graphs on {@code device}; only before the first execution. */
    public TornadoExecutionPlan withDevice(TornadoDevice device) {
        executor.device(device);
        return this;
    }

    /** The device of graph {@code graphIndex}. */
    public TornadoDevice getDevice(int graphIndex) {
        return executor.device(graphIndex);
    }

    /** Takes the grids of the tasks from {@code gridScheduler}. */
    public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
        executor.scheduler(gridScheduler);
        return this;
    }

    /** Measures the executions to come. */
    public TornadoExecutionPlan withProfiler(ProfilerMode profilerMode) {
        executor.profiler(profilerMode);
        return this;
    }

    /** Stops measuring. */
    public TornadoExecutionPlan withoutProfiler() {
        executor.profiler(null);
        return this;
    }

    /** Prints what the device compiled for each task, to standard output, when it is compiled. */
    public TornadoExecutionPlan withPrintKernel() {
        executor.printKernels(true);
        return this;
    }

    /**
     * Gives the compiler of a kind of backend further options; the {@code jvm} engine has none and ignores them.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException when kernels may be compiled already
     */
    public TornadoExecutionPlan withCompilerFlags(TornadoVMBackendType backend, String compilerFlags) {
        executor.compilerFlags(backend, compilerFlags);
        return this;
    }

    /** Gives all device copies back; the next execution transfers again. */
    public TornadoExecutionPlan freeDeviceMemory() {
        executor.freeDeviceMemory();
        return this;
    }

    /** Bytes of all device copies. */
    public long getCurrentDeviceMemoryUsage() {
        return executor.deviceMemoryUsage();
    }

    /** Gives all device memory back and the graphs free for another plan. Closing twice is allowed. */
    @Override
    public void close() throws TornadoExecutionPlanException {
        executor.close();
    }

    @Override
    public String toString() {
        return executor.toString();
    }
}
