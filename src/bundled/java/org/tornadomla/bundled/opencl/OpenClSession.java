package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import org.tornadomla.bundled.device.SessionTimes;
import org.tornadomla.bundled.memory.ArrayMemory;
import org.tornadomla.bundled.opencl.source.KernelSource;

import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** An in-order queue of an OpenCL device, with the buffers and kernels of one plan. */
final class OpenClSession implements DeviceSession {

    /** More commands than this wait for their events at once. */
    private static final int MAX_EVENTS = 1024;

    /** Bytes of uploads that are copied aside, so that nobody has to wait for them. */
    private static final long STAGING_BYTES = 256 * 1024;

    /** A command that may still run; {@code host} keeps the host array reachable until then. */
    private record Command(String task, boolean download, MemorySegment event, Object host) {
    }

    private final OpenClDevice device;
    private final MemorySegment queue;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment eventPlace = arena.allocate(ADDRESS);
    private final MemorySegment global = arena.allocate(JAVA_LONG, 3);
    private final MemorySegment local = arena.allocate(JAVA_LONG, 3);
    private final MemorySegment staging = arena.allocate(STAGING_BYTES, Long.BYTES);
    private final Set<OpenClBuffer> buffers = new LinkedHashSet<>();
    private final List<OpenClKernel> kernels = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    /** Memory of buffers that are given back while commands may still read it. */
    private final List<HostShare> ending = new ArrayList<>();
    private final Map<String, Long> kernelNanos = new HashMap<>();
    /** Bytes of the staging memory that uploads since the last wait for all commands may still read. */
    private long staged;
    /** Event of an upload from the host array itself that nobody waited for; null when there is none. */
    private MemorySegment lastUpload;
    private long uploadNanos;
    private long downloadNanos;
    private long uploadBytes;
    private long downloadBytes;
    private String compilerFlags = "";
    /** Translations of tasks that are compiled next. */
    private final Map<KernelTask, KernelSource> foreseen = new IdentityHashMap<>();
    /** What was foreseen took as long, which counts for the kernel that is compiled next. */
    private long translateNanos;
    private long driverNanos;
    /** Commands that ended and whose events are given back. */
    private long released;
    private boolean closed;

    OpenClSession(OpenClDevice device, MemorySegment queue) {
        this.device = device;
        this.queue = queue;
        LiveObjects.QUEUES.incrementAndGet();
    }

    @Override
    public DeviceBuffer allocate(Object hostArray) {
        return allocate(hostArray, null);
    }

    /** On a device in the host's memory the buffer is the host array, so that weights are held once. */
    @Override
    public DeviceBuffer allocateReadOnly(Object hostArray) {
        return allocate(hostArray, device.description().memory().shared() ? HostShare.of(hostArray) : null);
    }

    private DeviceBuffer allocate(Object hostArray, HostShare share) {
        long bytes = ArrayMemory.storage(hostArray).getNumBytesOfSegment();
        try {
            requireFits(bytes, hostArray);
            // OpenCL has no empty buffers.
            MemorySegment handle = share == null
                    ? OpenCl.createBuffer(device.context(), Math.max(bytes, 16))
                    : OpenCl.createBuffer(device.context(), share.memory());
            OpenClBuffer buffer = new OpenClBuffer(this, handle, bytes, share);
            buffers.add(buffer);
            return buffer;
        } catch (OpenClException failure) {
            endShare(share);
            throw failure.isOutOfMemory()
                    ? outOfMemory(bytes, failure.getMessage(), hostArray)
                    : failed("allocating " + bytes + " bytes", failure);
        } catch (TornadoOutOfMemoryException tooLarge) {
            endShare(share);
            throw tooLarge;
        }
    }

    private void requireFits(long bytes, Object hostArray) {
        long most = device.description().memory().allocation();
        if (bytes > most) {
            throw outOfMemory(bytes, "the largest buffer is " + most + " bytes", hostArray);
        }
    }

    private static void endShare(HostShare share) {
        if (share != null) {
            share.end();
        }
    }

    /** Ends the sharing of memory once no command can read it any more. */
    void endWhenIdle(HostShare share) {
        ending.add(share);
        if (commands.isEmpty()) {
            endShares();
        }
    }

    private void endShares() {
        ending.forEach(HostShare::end);
        ending.clear();
    }

    private TornadoOutOfMemoryException outOfMemory(long bytes, String why, Object hostArray) {
        long held = buffers.stream().mapToLong(OpenClBuffer::bytes).sum();
        return new TornadoOutOfMemoryException("no buffer of " + bytes + " bytes for a "
                + hostArray.getClass().getSimpleName() + " on " + device.description().name() + ": " + why
                + "; the device has " + device.description().memory().global() + " bytes, this plan holds " + held);
    }

    private TornadoRuntimeException failed(String what, OpenClException failure) {
        return new TornadoRuntimeException(what + " on " + device.description().name() + ": " + failure.getMessage());
    }

    @Override
    public void upload(Object hostArray, DeviceBuffer buffer) {
        long bytes = buffer.bytes();
        if (bytes == 0 || ((OpenClBuffer) buffer).isShared()) {
            return;
        }
        // An array that nobody used is zeros, and has no memory that could be copied.
        boolean zeros = ArrayMemory.isUntouched(hostArray);
        boolean aside = zeros || bytes <= STAGING_BYTES - staged;
        try {
            if (zeros) {
                OpenCl.enqueueZeros(queue, ((OpenClBuffer) buffer).handle(), bytes, eventPlace);
            } else {
                OpenCl.enqueueWrite(queue, ((OpenClBuffer) buffer).handle(),
                        aside ? staged(ArrayMemory.readable(hostArray)) : ArrayMemory.readable(hostArray), eventPlace);
            }
        } catch (OpenClException failure) {
            throw failed("copying " + bytes + " bytes to the device", failure);
        }
        uploadBytes += bytes;
        if (!aside) {
            lastUpload = eventPlace.get(ADDRESS, 0);
        }
        enqueued(null, false, hostArray);
    }

    /** A copy that the host array's changes do not reach. */
    private MemorySegment staged(MemorySegment from) {
        MemorySegment place = staging.asSlice(staged, from.byteSize()).copyFrom(from);
        staged += from.byteSize();
        return place;
    }

    @Override
    public void download(DeviceBuffer buffer, Object hostArray, long offset, long bytes) {
        if (bytes == 0) {
            return;
        }
        MemorySegment to = ArrayMemory.writable(hostArray).asSlice(offset, bytes);
        try {
            OpenCl.enqueueRead(queue, ((OpenClBuffer) buffer).handle(), offset, to, eventPlace);
        } catch (OpenClException failure) {
            throw failed("copying " + bytes + " bytes from the device", failure);
        }
        downloadBytes += bytes;
        enqueued(null, true, hostArray);
    }

    private void enqueued(String task, boolean download, Object host) {
        commands.add(new Command(task, download, eventPlace.get(ADDRESS, 0), host));
        LiveObjects.EVENTS.incrementAndGet();
    }

    @Override
    public void compilerFlags(String flags) {
        compilerFlags = flags;
    }

    @Override
    public void foresee(List<KernelTask> tasks) {
        long start = System.nanoTime();
        // In the order of the tasks, so that the same plan makes the same program in each process.
        List<KernelSource> sources = new ArrayList<>();
        for (KernelTask task : tasks) {
            try {
                sources.add(device.source(task));
                foreseen.put(task, sources.getLast());
            } catch (TornadoBailoutRuntimeException refused) {
                // To compile the task is refused in the same way, by who asks for it.
            }
        }
        long translated = System.nanoTime();
        device.foresee(sources, compilerFlags);
        translateNanos += translated - start;
        driverNanos += System.nanoTime() - translated;
    }

    @Override
    public CompiledKernel compile(KernelTask task) {
        long start = System.nanoTime() - translateNanos;
        KernelSource known = foreseen.remove(task);
        KernelSource source = known == null ? device.source(task) : known;
        if (source.localBytes() > device.description().memory().local()) {
            throw new TornadoBailoutRuntimeException("task " + task.id() + " needs " + source.localBytes()
                    + " bytes of local memory; the device has " + device.description().memory().local());
        }
        long translated = System.nanoTime();
        BuiltProgram program = device.program(source.text(), compilerFlags,
                "task " + task.id() + ", kernel " + source.name());
        try {
            MemorySegment kernel = OpenCl.createKernel(program.handle(), source.name() + program.suffix());
            OpenClKernel compiled = new OpenClKernel(task, source, kernel,
                    OpenCl.kernelWorkGroupSize(kernel, device.handle()), translated - start,
                    driverNanos + System.nanoTime() - translated);
            translateNanos = 0;
            driverNanos = 0;
            kernels.add(compiled);
            return compiled;
        } catch (OpenClException failure) {
            throw failed("making kernel " + source.name() + " of task " + task.id(), failure);
        }
    }

    @Override
    public void launch(CompiledKernel compiled, DeviceBuffer[] arguments, NdRange range) {
        OpenClKernel kernel = (OpenClKernel) compiled;
        NdRange grid = range == null
                ? LaunchGrid.forLoops(kernel, device.description())
                : LaunchGrid.checked(kernel, range, device.description());
        if (Arrays.stream(grid.global()).anyMatch(size -> size == 0)) {
            return;
        }
        kernel.give(arguments);
        MemorySegment.copy(grid.global(), 0, global, JAVA_LONG, 0, 3);
        if (grid.local() != null) {
            MemorySegment.copy(grid.local(), 0, local, JAVA_LONG, 0, 3);
        }
        int code = OpenCl.enqueueKernel(queue, kernel.handle(), global,
                grid.local() == null ? MemorySegment.NULL : local, eventPlace);
        if (code != 0) {
            throw new TornadoRuntimeException("task " + kernel.task().id() + " cannot run with " + LaunchGrid.text(grid)
                    + " on " + device.description().name() + ", whose kernel allows groups of " + kernel.maxGroupSize()
                    + ": " + OpenClException.name(code));
        }
        enqueued(kernel.task().id(), false, null);
    }

    @Override
    public boolean isFull() {
        return commands.size() >= MAX_EVENTS;
    }

    @Override
    public long ended() {
        return released + commands.stream().filter(command -> OpenCl.hasEnded(command.event())).count();
    }

    @Override
    public boolean awaitUploads(long nanos) {
        return lastUpload == null || hasEnded(lastUpload, nanos);
    }

    @Override
    public boolean awaitAll(long nanos) {
        return commands.isEmpty() || hasEnded(commands.getLast().event(), nanos);
    }

    private boolean hasEnded(MemorySegment event, long nanos) {
        try {
            return EndSignal.await(queue, event, nanos);
        } catch (OpenClException failure) {
            throw failed("waiting for " + commands.size() + " commands", failure);
        }
    }

    @Override
    public void finishUploads() {
        if (lastUpload == null) {
            return;
        }
        try {
            OpenCl.await(lastUpload, eventPlace);
        } catch (OpenClException failure) {
            throw failed("waiting for uploads", failure);
        } finally {
            lastUpload = null;
        }
    }

    @Override
    public void finish() {
        try {
            OpenCl.finish(queue);
            for (Command command : commands) {
                count(command, OpenCl.nanos(command.event(), eventPlace));
            }
        } catch (OpenClException failure) {
            throw failed("waiting for " + commands.size() + " commands", failure);
        } finally {
            releaseEvents();
        }
    }

    private void count(Command command, long nanos) {
        if (command.task() != null) {
            kernelNanos.merge(command.task(), nanos, Long::sum);
        } else if (command.download()) {
            downloadNanos += nanos;
        } else {
            uploadNanos += nanos;
        }
    }

    private void releaseEvents() {
        for (Command command : commands) {
            LiveObjects.EVENTS.decrementAndGet();
            OpenCl.releaseEvent(command.event());
        }
        released += commands.size();
        commands.clear();
        lastUpload = null;
        staged = 0;
        endShares();
    }

    @Override
    public SessionTimes takeTimes() {
        SessionTimes times = new SessionTimes(uploadNanos, downloadNanos, uploadBytes, downloadBytes,
                Map.copyOf(kernelNanos));
        uploadNanos = 0;
        downloadNanos = 0;
        uploadBytes = 0;
        downloadBytes = 0;
        kernelNanos.clear();
        return times;
    }

    void forget(OpenClBuffer buffer) {
        buffers.remove(buffer);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            OpenCl.finish(queue);
        } catch (OpenClException lost) {
            // What the device did no longer matters; what it holds is given back below.
        }
        releaseEvents();
        List.copyOf(buffers).forEach(OpenClBuffer::free);
        kernels.forEach(OpenClKernel::release);
        kernels.clear();
        LiveObjects.QUEUES.decrementAndGet();
        arena.close();
        device.keepPrograms();
        try {
            OpenCl.releaseQueue(queue);
        } catch (OpenClException lost) {
            // The driver has no such queue any more, so that there is nothing to give back.
        }
    }
}
