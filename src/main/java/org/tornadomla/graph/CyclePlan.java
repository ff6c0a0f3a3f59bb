package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.MlaException;

import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A fixed cycle of graphs on one device. A round runs one graph of every stage, always in the same order and with
 * nothing in between, which is what lets buffers stay on the device from one graph to the next and from one round to
 * the next.
 */
public final class CyclePlan implements AutoCloseable {

    private final List<Stage> stages;
    private final Buffers buffers;
    private final Residency residency;
    private final Target target;
    private TornadoExecutionPlan plan;
    private final int[] firstGraph;
    private final TornadoExecutionResult[] results;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<String, Long> times;
    private boolean closed;
    private boolean broken;

    /**
     * Builds the task graphs and the grids from the stages' steps. Kernels are compiled when a graph first runs.
     *
     * @throws ConfigurationException when names or buffers do not fit together
     * @throws DeviceException        when the engine refuses a graph
     */
    public CyclePlan(List<Stage> stages, Buffers buffers, Target target) {
        this.stages = List.copyOf(stages);
        this.buffers = buffers;
        this.target = target;
        this.residency = new Residency(this.stages, buffers);
        this.firstGraph = new int[stages.size()];
        int graphs = 0;
        for (int stage = 0; stage < firstGraph.length; stage++) {
            firstGraph[stage] = graphs;
            graphs += stages.get(stage).alternatives().size();
        }
        this.results = new TornadoExecutionResult[graphs];
        this.plan = build();
    }

    private TornadoExecutionPlan build() {
        try {
            return assemble();
        } catch (MlaException e) {
            throw e;
        } catch (Throwable e) {
            // TornadoVM reads the kernels' code here, and fails with errors of its compiler's own.
            throw new DeviceException("building the plan failed on " + target + ": " + DeviceException.reason(e), e);
        }
    }

    private TornadoExecutionPlan assemble() {
        List<ImmutableTaskGraph> graphs = new ArrayList<>();
        GridScheduler grids = new GridScheduler();
        for (int stage = 0; stage < stages.size(); stage++) {
            for (GraphSpec graph : stages.get(stage).alternatives()) {
                graphs.add(taskGraph(stage, graph).snapshot());
                graph.steps().forEach(step -> target.grid(step.grid().items(), step.grid().local())
                        .ifPresent(grid -> grids.addWorkerGrid(graph.name() + "." + step.name(), grid)));
            }
        }
        TornadoExecutionPlan built = target.plan(graphs);
        if (!grids.keySet().isEmpty()) {
            built.withGridScheduler(grids);
        }
        return built;
    }

    /** Whether a graph or a transfer failed, which leaves nothing to do but {@link #recover} and {@link #close}. */
    public boolean isBroken() {
        return broken;
    }

    /**
     * Replaces a plan that failed by a new one over the same host arrays; what only the device held is lost. Kernels
     * are compiled again. Does nothing when the plan did not fail.
     *
     * @throws DeviceException when the engine refuses a graph; the plan stays broken
     */
    public void recover() {
        if (!broken || closed) {
            return;
        }
        try {
            plan.close();
        } catch (Exception | LinkageError ignored) {
            // A device that is lost may refuse to give back what it no longer has.
        }
        Arrays.fill(results, null);
        plan = build();
        broken = false;
    }

    private TaskGraph taskGraph(int stage, GraphSpec spec) {
        TaskGraph graph = new TaskGraph(spec.name());
        for (Object array : residency.owned(stage, spec, stages.get(stage), buffers)) {
            switch (buffers.role(array)) {
                case INPUT -> graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, array);
                // Scratch too: TornadoVM keeps a header in front of vectors on the device, which UNDER_DEMAND does not
                // write.
                case SCRATCH, OUTPUT, WEIGHT, STATE -> graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, array);
            }
        }
        List<Object> kept = new ArrayList<>();
        for (Object array : residency.consumed(stage, buffers)) {
            // Without the name of a graph: TornadoVM 5.2 takes over, from the graph that ran before, only what is
            // consumed under
            // that graph's name, or everything when nothing is. The owner's name would leave out what others own.
            graph.consumeFromDevice(array);
            kept.add(array);
        }
        for (Step step : spec.steps()) {
            graph = step.task().apply(graph);
        }
        residency.owned(stage, spec, stages.get(stage), buffers).stream()
                .filter(array -> residency.handedOn(stage, array)).forEach(kept::add);
        if (!kept.isEmpty()) {
            graph.persistOnDevice(kept.toArray());
        }
        for (Object array : Residency.arrays(spec, buffers)) {
            if (buffers.role(array) == Buffers.Role.OUTPUT || buffers.role(array) == Buffers.Role.STATE) {
                graph.transferToHost(DataTransferMode.UNDER_DEMAND, array);
            }
        }
        return graph;
    }

    /**
     * Runs one round of the cycle, or its first stages; a new round begins at the first stage in either case.
     *
     * @param choices the graph of each stage that runs, by index; 0 where a stage has one graph
     * @return the result of the last stage that ran, from which outputs are fetched
     * @throws DeviceException when a graph fails; the plan is then broken and what it held on the device is lost
     */
    public TornadoExecutionResult run(int... choices) {
        if (choices.length < 1 || choices.length > stages.size()) {
            throw new ConfigurationException(
                    "a round has 1 to " + stages.size() + " stages, got choices for " + choices.length);
        }
        for (int stage = 0; stage < choices.length; stage++) {
            int alternatives = stages.get(stage).alternatives().size();
            if (choices[stage] < 0 || choices[stage] >= alternatives) {
                throw new ConfigurationException(
                        "choice for stage " + stage + " is " + choices[stage] + ", must be 0 to " + (alternatives - 1));
            }
        }
        return exclusively(() -> {
            TornadoExecutionResult last = null;
            for (int stage = 0; stage < choices.length; stage++) {
                last = execute(stage, choices[stage]);
            }
            return last;
        });
    }

    private TornadoExecutionResult execute(int stage, int choice) {
        GraphSpec graph = stages.get(stage).alternatives().get(choice);
        return guarded("graph " + graph.name(), () -> {
            TornadoExecutionResult result = plan.withGraph(firstGraph[stage] + choice).execute();
            results[firstGraph[stage] + choice] = result;
            if (times != null) {
                TaskTimes.add(result.getProfilerResult().getProfileLog(), times);
            }
            return result;
        });
    }

    private TornadoExecutionResult guarded(String what, Supplier<TornadoExecutionResult> work) {
        try {
            return work.get();
        } catch (Throwable e) {
            broken = true;
            throw new DeviceException(what + " failed on " + target + ": " + DeviceException.reason(e), e);
        }
    }

    /**
     * Brings a part of an OUTPUT array of the last stage that ran to the host.
     *
     * @param size floats from the array's beginning
     * @throws DeviceException when the transfer fails; the plan is then broken
     */
    public void fetch(TornadoExecutionResult result, FloatArray array, long size) {
        exclusively(() -> guarded("download of results",
                () -> result.transferToHost(new DataRange(array).withOffset(0).withSize(size))));
    }

    private <T> T exclusively(Supplier<T> work) {
        if (!lock.tryLock()) {
            throw new DeviceException("the plan is running in another thread; use one plan a thread or take turns");
        }
        try {
            checkUsable();
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Brings a STATE array of a stage to its host array; does nothing when the stage has not run.
     *
     * @throws DeviceException when the transfer fails
     */
    public void download(int stage, Object array) {
        exclusively(() -> {
            for (int graph = firstGraph[stage]; graph < firstGraph[stage]
                    + stages.get(stage).alternatives().size(); graph++) {
                if (results[graph] != null) {
                    // TornadoVM asks the graph selected last, whatever the result belongs to; if that has no such
                    // array,
                    // nothing comes and nothing is said.
                    int holder = graph;
                    return guarded("download", () -> {
                        plan.withGraph(holder);
                        return results[holder].transferToHost(array);
                    });
                }
            }
            return null;
        });
    }

    /**
     * Gives up what is on the device; the next round uploads the host arrays again. The plan underneath is a new one
     * afterwards: in TornadoVM 5.2 a plan that was freed keeps pointers to freed buffers in the graphs that were not
     * selected.
     */
    public void freeDeviceMemory() {
        exclusively(() -> {
            release();
            plan = build();
            Arrays.fill(results, null);
            return null;
        });
    }

    /**
     * Closes the plan with its last graph selected, whose buffers are its own: TornadoVM 5.2 fails over those that
     * graphs share.
     */
    private void release() {
        try {
            plan.withGraph(firstGraph[stages.size() - 1]);
            plan.close();
        } catch (TornadoExecutionPlanException e) {
            throw new DeviceException("closing the plan failed: " + DeviceException.reason(e), e);
        }
    }

    /** The device that the plan runs on. */
    public Target target() {
        return target;
    }

    /**
     * Does work with the profiler on, which makes every graph wait for its end.
     *
     * @param work rounds of this plan
     * @return nanoseconds on the device of each task that ran, by "graph.task", over all rounds
     */
    public Map<String, Long> profile(Runnable work) {
        times = new TreeMap<>();
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            work.run();
            return Map.copyOf(times);
        } finally {
            plan.withoutProfiler();
            times = null;
        }
    }

    /** The plan underneath, for profiling; another after {@link #freeDeviceMemory} or {@link #recover}. */
    public TornadoExecutionPlan executionPlan() {
        return plan;
    }

    private void checkUsable() {
        if (closed) {
            throw new DeviceException("the plan is closed");
        }
        if (broken) {
            throw new DeviceException(
                    "the plan failed before; recover it or build a new one, what it held on the device is lost");
        }
    }

    /** The stages with their steps as a text: what runs, in which order, on which buffers. */
    public String listing() {
        return Listing.of(stages, buffers, residency);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        release();
    }
}
