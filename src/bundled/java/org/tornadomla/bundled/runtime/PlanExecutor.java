package org.tornadomla.bundled.runtime;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Runs the graphs of one plan on one device. Refuses what TornadoVM 5.2 would silently get wrong. */
public final class PlanExecutor {

    private static final AtomicLong TOTAL = new AtomicLong();
    private static final int ALL = -1;

    private final long id = TOTAL.incrementAndGet();
    private final List<GraphRun> graphs = new ArrayList<>();
    private final PlanBuffers buffers;
    private final Set<String> taskIds = new HashSet<>();
    private final AtomicReference<Thread> user = new AtomicReference<>();
    private final DeviceWatch watch = new DeviceWatch();
    private BundledDevice device;
    private DeviceSession session;
    private int selected = ALL;
    private GridScheduler scheduler;
    private ProfilerMode profiler;
    private boolean printing;
    private final Map<TornadoVMBackendType, String> compilerFlags = new EnumMap<>(TornadoVMBackendType.class);
    private GraphRun previous;
    private long translateNanos;
    private long driverNanos;
    private boolean closed;

    /**
     * A plan for {@code definitions}, on the default device.
     *
     * @throws TornadoRuntimeException if a graph belongs to another open plan, two graphs have one name, a consumed
     *                                     array comes from a graph that is not in the plan, or two arrays view one
     *                                     memory
     */
    public PlanExecutor(List<GraphDefinition> definitions) {
        checkNames(definitions);
        buffers = new PlanBuffers(definitions);
        for (GraphDefinition definition : definitions) {
            graphs.add(new GraphRun(definition, buffers));
            definition.tasks().forEach(task -> taskIds.add(task.id()));
        }
        claim(definitions);
    }

    private static void checkNames(List<GraphDefinition> definitions) {
        if (definitions.isEmpty()) {
            throw new TornadoRuntimeException("a plan needs at least one graph");
        }
        Set<String> names = new LinkedHashSet<>();
        for (GraphDefinition definition : definitions) {
            if (!names.add(definition.name())) {
                throw new TornadoRuntimeException(
                        "two graphs of the plan are named " + definition.name() + "; give each its own name");
            }
        }
        for (GraphDefinition definition : definitions) {
            for (GraphDefinition.Consumption consumption : definition.consumed()) {
                if (consumption.source() != null && !names.contains(consumption.source())) {
                    throw new TornadoRuntimeException("graph " + definition.name() + " consumes "
                            + GraphBuilder.describe(consumption.array()) + " from graph " + consumption.source()
                            + ", but the plan has only the graphs " + names);
                }
            }
        }
    }

    private void claim(List<GraphDefinition> definitions) {
        for (GraphDefinition definition : definitions) {
            if (!definition.owner().compareAndSet(null, this)) {
                release();
                throw new TornadoRuntimeException("graph " + definition.name() + " already belongs to an open plan;"
                        + " take a snapshot of its own for each plan, or close the other plan first");
            }
        }
    }

    private void release() {
        graphs.forEach(graph -> graph.definition().owner().compareAndSet(this, null));
    }

    /** How many plans were made in this virtual machine. */
    public static int totalPlans() {
        return TOTAL.intValue();
    }

    /**
     * Runs the selected graphs, and waits for as much as the host could notice: for their end when it gets arrays or
     * asked for times, for the uploads when it gave arrays, which it may then change. The rest is queued, and what goes
     * wrong in it is thrown by the next call that waits.
     */
    public Measurements execute() {
        return exclusively(() -> {
            open();
            boolean measuring = profiler != null;
            if (measuring) {
                session.takeTimes();
            }
            long start = System.nanoTime();
            long translatedBefore = translateNanos;
            long drivenBefore = driverNanos;
            boolean downloaded = false;
            for (GraphRun graph : selected == ALL ? graphs : List.of(graphs.get(selected))) {
                downloaded |= run(graph);
            }
            if (downloaded || measuring) {
                waitFor(session::awaitAll, session::finish);
            } else {
                waitFor(session::awaitUploads, session::finishUploads);
            }
            if (!measuring) {
                return Measurements.NONE;
            }
            Measurements measured = new Measurements(System.nanoTime() - start, translateNanos - translatedBefore,
                    driverNanos - drivenBefore, buffers.bytes(), session.takeTimes());
            if (profiler == ProfilerMode.CONSOLE) {
                System.out.println(measured.json());
            }
            return measured;
        });
    }

    /** Waits until everything so far is done. */
    public void finish() {
        exclusively(() -> {
            if (session != null) {
                waitFor(session::awaitAll, session::finish);
            }
            return null;
        });
    }

    /** Nothing of the graph that ran last can be taken over when waiting fails. */
    private void waitFor(LongPredicate ending, Runnable end) {
        GraphRun last = previous;
        previous = null;
        watch.await(device.device().description().name(), session, ending);
        end.run();
        previous = last;
    }

    /** Queues a graph; says whether it copies anything to the host. */
    private boolean run(GraphRun graph) {
        List<NdRange> ranges = ranges(graph);
        graph.consume(previous);
        compile(List.of(graph));
        // A graph that fails half-way leaves copies that no graph may take for results.
        previous = null;
        graph.upload(session);
        graph.launch(session, ranges);
        if (session.isFull()) {
            waitFor(session::awaitAll, session::finish);
        }
        boolean downloaded = graph.download(session);
        previous = graph;
        return downloaded;
    }

    private List<NdRange> ranges(GraphRun graph) {
        Grids.checkNames(scheduler, taskIds);
        List<NdRange> ranges = new ArrayList<>();
        for (TaskDefinition task : graph.definition().tasks()) {
            ranges.add(Grids.of(task.kernel(), scheduler, device.device().description()));
        }
        return ranges;
    }

    /** Compiles the tasks of all graphs. */
    public void compile() {
        exclusively(() -> {
            open();
            compile(graphs);
            return null;
        });
    }

    private void compile(List<GraphRun> all) {
        List<KernelTask> tasks = all.stream().flatMap(GraphRun::uncompiled).toList();
        if (!tasks.isEmpty()) {
            session.foresee(tasks);
        }
        all.forEach(this::compile);
    }

    private void compile(GraphRun graph) {
        for (CompiledKernel kernel : graph.compile(session)) {
            translateNanos += kernel.translateNanos();
            driverNanos += kernel.driverNanos();
            if (printing) {
                System.out.println("kernel of task " + kernel.task().id() + ":\n" + kernel.source());
            }
        }
    }

    private void open() {
        if (session == null) {
            if (device == null) {
                device = (BundledDevice) BundledRuntime.instance().getDefaultDevice();
            }
            session = device.device().open();
            session.compilerFlags(compilerFlags.getOrDefault(device.backendType(), ""));
        }
    }

    /** Selects one graph for the executions to come. */
    public void select(int graphIndex) {
        exclusively(() -> {
            if (graphIndex < 0 || graphIndex >= graphs.size()) {
                throw new TornadoRuntimeException(
                        "the plan has no graph " + graphIndex + "; it has " + graphs.size() + ", counted from 0");
            }
            selected = graphIndex;
            return null;
        });
    }

    /** Selects all graphs for the executions to come. */
    public void selectAll() {
        exclusively(() -> selected = ALL);
    }

    /** Sets the grids of the tasks. */
    public void scheduler(GridScheduler gridScheduler) {
        exclusively(() -> scheduler = gridScheduler);
    }

    /** Sets what becomes of measurements; null measures nothing. */
    public void profiler(ProfilerMode mode) {
        exclusively(() -> profiler = mode);
    }

    /**
     * Sets options of the compiler of a kind of backend.
     *
     * @throws TornadoRuntimeException when a kernel may be compiled already
     */
    public void compilerFlags(TornadoVMBackendType backend, String flags) {
        exclusively(() -> {
            if (session != null) {
                throw new TornadoRuntimeException("compiler flags \"" + flags + "\" come too late: " + this
                        + " has run or compiled kernels; set them before");
            }
            compilerFlags.put(backend, flags);
            return null;
        });
    }

    /** Sets whether kernels are printed when they are compiled. */
    public void printKernels(boolean print) {
        exclusively(() -> printing = print);
    }

    /** Chooses the device; only before anything was compiled or executed. */
    public void device(TornadoDevice chosen) {
        exclusively(() -> {
            if (session != null && !chosen.equals(device)) {
                throw new TornadoRuntimeException(
                        "the plan already runs on " + device + " and cannot move to " + chosen + "; make a new plan");
            }
            device = (BundledDevice) chosen;
            return null;
        });
    }

    /** The device that graph {@code graphIndex} runs on. */
    public TornadoDevice device(int graphIndex) {
        return exclusively(() -> device == null ? BundledRuntime.instance().getDefaultDevice() : device);
    }

    /** Gives all device copies back. */
    public void freeDeviceMemory() {
        exclusively(() -> {
            forgetBuffers();
            return null;
        });
    }

    private void forgetBuffers() {
        buffers.free();
        graphs.forEach(GraphRun::forgetCopies);
        previous = null;
    }

    /** Bytes of all device copies. */
    public long deviceMemoryUsage() {
        return exclusively(buffers::bytes);
    }

    /** Copies a whole array to the host. */
    public void download(Object array) {
        exclusively(() -> {
            DeviceCopy copy = copy(array);
            PlanBuffers.checkWhole(copy);
            session.download(copy.buffer(), array, 0, copy.buffer().bytes());
            waitFor(session::awaitAll, session::finish);
            return null;
        });
    }

    /** Copies {@code size} elements from element {@code offset} on to the host. */
    public void download(Object array, long offset, long size) {
        exclusively(() -> {
            int elements = ArrayMemory.storage(array).getSize();
            if (offset < 0 || size < 1 || offset + size > elements) {
                throw new TornadoRuntimeException("range of " + size + " elements from " + offset + " does not lie in "
                        + GraphBuilder.describe(array));
            }
            DeviceCopy copy = copy(array);
            copy.markPartlyDownloaded();
            long elementBytes = ArrayMemory.storage(array).getElementSize();
            session.download(copy.buffer(), array, offset * elementBytes, size * elementBytes);
            waitFor(session::awaitAll, session::finish);
            return null;
        });
    }

    private DeviceCopy copy(Object array) {
        if (previous != null && previous.copy(array) != null) {
            return previous.copy(array);
        }
        Set<DeviceCopy> candidates = graphs.stream().map(graph -> graph.copy(array)).filter(copy -> copy != null)
                .collect(Collectors.toSet());
        if (candidates.size() != 1) {
            throw new TornadoRuntimeException("the device has " + candidates.size() + " copies of "
                    + (ArrayMemory.isArray(array) ? GraphBuilder.describe(array) : "an object of no array class")
                    + " in this plan, and the graph that ran last holds none; exactly one is needed");
        }
        return candidates.iterator().next();
    }

    /** Gives everything back. Closing twice is allowed. */
    public void close() {
        if (closed) {
            return;
        }
        if (watch.loss() != null) {
            // Whatever is asked of a lost device may never return: what it holds is left to the end of the process.
            release();
            closed = true;
            return;
        }
        exclusively(() -> {
            forgetBuffers();
            if (session != null) {
                session.close();
            }
            release();
            closed = true;
            return null;
        });
    }

    /** Runs {@code work} if no other thread uses the plan and it is open. */
    <T> T exclusively(Supplier<T> work) {
        if (!user.compareAndSet(null, Thread.currentThread())) {
            throw new TornadoRuntimeException(this + " is used by the threads " + user.get() + " and "
                    + Thread.currentThread() + " at once; a plan serves one thread at a time");
        }
        try {
            if (closed) {
                throw new TornadoRuntimeException(this + " is closed");
            }
            if (watch.loss() != null) {
                throw new TornadoRuntimeException(this + " is of no more use: " + watch.loss());
            }
            return work.get();
        } finally {
            user.set(null);
        }
    }

    @Override
    public String toString() {
        return "plan " + id + graphs.stream().map(graph -> graph.definition().name()).toList();
    }
}
