package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.DeviceFailedException;
import org.tornadomla.error.MlaException;

import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A fixed cycle of graphs on one device. A round runs one graph of every stage, always in the same order and with
 * nothing in between, which is what lets buffers stay on the device from one graph to the next and from one round to
 * the next.
 */
public final class CyclePlan implements AutoCloseable {

    private static final Set<
            Buffers.Role> COMING_DOWN = EnumSet.of(Buffers.Role.OUTPUT, Buffers.Role.STATE, Buffers.Role.EXCHANGED);

    private final List<Stage> stages;
    private final Buffers buffers;
    private final Residency residency;
    private final Target target;
    /** Null while there is none, since the old one is closed and a new one could not be built. */
    private TornadoExecutionPlan plan;
    private final int[] firstGraph;
    private volatile IntConsumer firstRuns = _ -> {};
    private final TornadoExecutionResult[] results;
    private final ReentrantLock lock = new ReentrantLock();
    private TornadoExecutionResult lastRound;
    private int lastStage = -1;
    private Map<String, Long> times;
    private volatile boolean closed;
    private volatile boolean broken;

    /**
     * What is brought to the host at the end of a round.
     *
     * @param array  an OUTPUT or EXCHANGED array of the last stage that runs
     * @param floats how many from its beginning
     */
    public record Fetch(FloatArray array, long floats) {
    }

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
        CodeSharing code = new CodeSharing(target.engine().keepsCodeByName());
        for (int stage = 0; stage < stages.size(); stage++) {
            for (GraphSpec graph : stages.get(stage).alternatives()) {
                String name = code.name(graph);
                graphs.add(taskGraph(stage, graph, name).snapshot());
                graph.steps().forEach(step -> target.grid(step.grid().items(), step.grid().local())
                        .ifPresent(grid -> grids.addWorkerGrid(name + "." + step.name(), grid)));
            }
        }
        TornadoExecutionPlan built = target.plan(graphs);
        if (!grids.keySet().isEmpty()) {
            built.withGridScheduler(grids);
        }
        if (times != null) {
            built.withProfiler(ProfilerMode.SILENT);
        }
        return built;
    }

    /**
     * Compiles the kernels now, where the runtime is the bundled one; TornadoVM compiles a graph when it first runs.
     * What the engine refuses is an error of the round that needs it.
     */
    public void compile() {
        if (target.engine() != Engine.TORNADOVM) {
            exclusively(() -> {
                try {
                    return plan.withPreCompilation();
                } catch (RuntimeException refused) {
                    return null;
                }
            });
        }
    }

    /**
     * Tells before each graph's first run how many have run so far. On TornadoVM that is when the graph is compiled, so
     * that the first round takes long.
     *
     * @param listener told how many graphs have run; no more than one round at a time tells it
     */
    public void onFirstRuns(IntConsumer listener) {
        firstRuns = listener;
    }

    /** Graphs of the plan, of which a round runs some. */
    public int graphs() {
        return results.length;
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
        lock.lock();
        try {
            if (!broken || closed) {
                return;
            }
            try {
                release();
            } catch (DeviceException ignored) {
                // A device that is lost may refuse to give back what it no longer has.
            }
            rebuild();
            broken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Puts a new plan in the place of one that was released. */
    private void rebuild() {
        Arrays.fill(results, null);
        lastStage = -1;
        plan = build();
    }

    private TaskGraph taskGraph(int stage, GraphSpec spec, String name) {
        TaskGraph graph = new TaskGraph(name);
        for (Object array : residency.owned(stage, spec, stages.get(stage), buffers)) {
            switch (buffers.role(array)) {
                case INPUT, EXCHANGED -> graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, array);
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
            if (COMING_DOWN.contains(buffers.role(array))) {
                graph.transferToHost(DataTransferMode.UNDER_DEMAND, array);
            }
        }
        return graph;
    }

    /**
     * Runs one round of the cycle. Of each stage it runs the first graph whose condition is among those of the round,
     * or that has none; a stage without such a graph is skipped.
     *
     * @param conditions what holds for the round
     * @param fetches    what comes to the host afterwards
     * @throws ConfigurationException when a stage is skipped that brings something to the device for later stages
     * @throws DeviceException        when a graph or a transfer fails; the plan is then broken and what it held on the
     *                                    device is lost
     */
    public void run(Set<? extends Enum<?>> conditions, List<Fetch> fetches) {
        int[] choices = stages.stream().mapToInt(stage -> stage.choice(conditions)).toArray();
        exclusively(() -> {
            TornadoExecutionResult result = run(choices);
            fetches.forEach(fetch -> fetch(result, fetch));
            lastRound = result;
            return result;
        });
    }

    /**
     * Brings more of what the last round of {@link #run(Set, List)} left to the host.
     *
     * @throws DeviceException when the transfer fails; the plan is then broken and what it held on the device is lost
     */
    public void fetch(Fetch fetch) {
        exclusively(() -> {
            fetch(Objects.requireNonNull(lastRound, "no round was run"), fetch);
            return null;
        });
    }

    /**
     * Runs one round of the cycle, or its first stages; a new round begins at the first stage in either case.
     *
     * @param choices the graph of each stage that runs, by index; 0 where a stage has one graph, {@link Stage#SKIPPED}
     *                    for a stage that does not run
     * @return the result of the last stage that ran
     * @throws ConfigurationException when there is no such graph, or when a stage is skipped that brings something to
     *                                    the device for later stages
     * @throws DeviceException        when a graph fails; the plan is then broken and what it held on the device is lost
     */
    public TornadoExecutionResult run(int... choices) {
        checkChoices(choices);
        return exclusively(() -> {
            TornadoExecutionResult last = null;
            for (int stage = 0; stage < choices.length; stage++) {
                if (choices[stage] != Stage.SKIPPED) {
                    last = execute(stage, choices[stage]);
                }
            }
            return last;
        });
    }

    /**
     * Runs the next stage of the round that {@link #run(int...)} began with fewer than all stages: what the host reads
     * and writes between belongs to the round.
     *
     * @param stage a stage with one graph
     * @return its result
     * @throws ConfigurationException when the stage before is not the one that ran last
     * @throws DeviceException        when the graph fails; the plan is then broken and what it held on the device is
     *                                    lost
     */
    public TornadoExecutionResult proceed(int stage) {
        return exclusively(() -> {
            if (stage < 1 || stage >= stages.size() || stage != lastStage + 1) {
                throw new ConfigurationException("stage " + stage + " cannot run now: the last one that ran is "
                        + lastStage + " of 0 to " + (stages.size() - 1));
            }
            return execute(stage, 0);
        });
    }

    private void checkChoices(int[] choices) {
        if (choices.length < 1 || choices.length > stages.size()) {
            throw new ConfigurationException(
                    "a round has 1 to " + stages.size() + " stages, got choices for " + choices.length);
        }
        int last = choices.length - 1;
        while (last >= 0 && choices[last] == Stage.SKIPPED) {
            last--;
        }
        if (last < 0) {
            throw new ConfigurationException("a round skips all of its stages, it must run at least one");
        }
        for (int stage = 0; stage <= last; stage++) {
            int alternatives = stages.get(stage).alternatives().size();
            if (choices[stage] == Stage.SKIPPED) {
                residency.requireSkippable(stage, buffers);
            } else if (choices[stage] < 0 || choices[stage] >= alternatives) {
                throw new ConfigurationException(
                        "choice for stage " + stage + " is " + choices[stage] + ", must be 0 to " + (alternatives - 1));
            }
        }
    }

    private TornadoExecutionResult execute(int stage, int choice) {
        GraphSpec graph = stages.get(stage).alternatives().get(choice);
        if (results[firstGraph[stage] + choice] == null) {
            firstRuns.accept((int) Arrays.stream(results).filter(Objects::nonNull).count());
        }
        return guarded("graph " + graph.name(), () -> {
            TornadoExecutionResult result = plan.withGraph(firstGraph[stage] + choice).execute();
            results[firstGraph[stage] + choice] = result;
            lastStage = stage;
            if (times != null) {
                TaskTimes.add(result.getProfilerResult().getProfileLog(), graph.name(), times);
            }
            return result;
        });
    }

    private TornadoExecutionResult guarded(String what, Supplier<TornadoExecutionResult> work) {
        try {
            return work.get();
        } catch (Throwable e) {
            broken = true;
            throw new DeviceFailedException(what + " failed on " + target + ": " + DeviceException.reason(e), e);
        }
    }

    private void fetch(TornadoExecutionResult result, Fetch fetch) {
        guarded("download of results",
                () -> result.transferToHost(new DataRange(fetch.array()).withOffset(0).withSize(fetch.floats())));
    }

    /** Does work in its turn: a thread waits for the round or the transfer of another. */
    private <T> T exclusively(Supplier<T> work) {
        lock.lock();
        try {
            checkUsable();
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Brings a STATE array to its host array; does nothing when no graph that brings it to the device has run.
     *
     * @throws DeviceException when the transfer fails
     */
    public void download(Object array) {
        exclusively(() -> {
            int stage = residency.owner(array);
            Stage place = stages.get(stage);
            for (int choice = 0; choice < place.alternatives().size(); choice++) {
                int holder = firstGraph[stage] + choice;
                // Of alternatives only those that use the array bring it to the device.
                if (results[holder] != null
                        && residency.owned(stage, place.alternatives().get(choice), place, buffers).contains(array)) {
                    // TornadoVM asks the graph selected last, whatever the result belongs to; if that has no such
                    // array, nothing comes and nothing is said.
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
            // Broken only where it fails: whoever asks meanwhile would give up rows that are sound.
            try {
                release();
                rebuild();
            } catch (RuntimeException | Error e) {
                broken = true;
                throw e;
            }
            return null;
        });
    }

    /**
     * Closes the plan underneath with its last graph selected, whose buffers are its own: TornadoVM 5.2 fails over
     * those that graphs share.
     */
    private void release() {
        TornadoExecutionPlan old = plan;
        plan = null;
        if (old == null) {
            return;
        }
        try (old) {
            old.withGraph(firstGraph[stages.size() - 1]);
        } catch (Exception | LinkageError e) {
            throw new DeviceException("closing the plan failed on " + target + ": " + DeviceException.reason(e), e);
        }
    }

    /** The device that the plan runs on. */
    public Target target() {
        return target;
    }

    /**
     * Does work with the profiler on, which makes every graph wait for its end.
     *
     * @param work rounds of this plan; those of other threads count too
     * @return nanoseconds on the device of each task that ran, by "graph.task", over all rounds
     * @throws DeviceException when the plan is being profiled already
     */
    public Map<String, Long> profile(Runnable work) {
        Map<String, Long> measured = new TreeMap<>();
        exclusively(() -> {
            if (times != null) {
                throw new DeviceException("the plan is being profiled already; profile one piece of work at a time");
            }
            times = measured;
            return plan.withProfiler(ProfilerMode.SILENT);
        });
        // The lock is not held while the work runs, since the work takes the cache's lock first.
        try {
            work.run();
        } finally {
            endProfile();
        }
        return Map.copyOf(measured);
    }

    private void endProfile() {
        lock.lock();
        try {
            times = null;
            if (plan != null && !closed) {
                plan.withoutProfiler();
            }
        } finally {
            lock.unlock();
        }
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

    /** Waits for the round that runs, and gives the device's memory back; a second call does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                release();
            }
        } finally {
            lock.unlock();
        }
    }
}
