package org.tornadomla.bundled.device;

import java.util.List;

/**
 * The in-order queue of one plan on one device, with the buffers and kernels that the plan owns. Used by one thread at
 * a time; the plan executor guarantees it. Commands may be asynchronous until {@link #finish()}.
 */
public interface DeviceSession extends AutoCloseable {

    /**
     * Allocates the counterpart of a host array. Its content is undefined until an upload or a kernel writes it; test
     * devices and the {@code jvm} engine poison it.
     *
     * @param hostArray a {@code TornadoNativeArray} or a vector collection; decides type and size only
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException naming the size and the limit
     */
    DeviceBuffer allocate(Object hostArray);

    /**
     * Allocates the counterpart of a host array that is uploaded once, before any kernel runs, and that no kernel
     * writes. A device in the host's memory may use the host array's memory: the host takes other memory before it
     * writes.
     */
    default DeviceBuffer allocateReadOnly(Object hostArray) {
        return allocate(hostArray);
    }

    /** Copies the whole host array to the buffer; the host leaves the array as it is until {@link #finishUploads()}. */
    void upload(Object hostArray, DeviceBuffer buffer);

    /**
     * Copies {@code bytes} bytes from byte {@code offset} of the buffer to the same place of the host array. The host
     * sees them after {@link #finish()}.
     */
    void download(DeviceBuffer buffer, Object hostArray, long offset, long bytes);

    /**
     * Gives the driver's compiler further options, for tasks that are compiled from now on. A device without such a
     * compiler does nothing.
     */
    default void compilerFlags(String flags) {
    }

    /**
     * Tells of tasks that are compiled next, since a compiler may take less time for all at once. What it refuses of
     * them is told when the task itself is compiled.
     */
    default void foresee(List<KernelTask> tasks) {
    }

    /**
     * Compiles a task; the result is valid until the session closes.
     *
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException naming task, method, source line
     *                                                                                    and cause
     */
    CompiledKernel compile(KernelTask task);

    /**
     * Enqueues one execution of a kernel.
     *
     * @param buffers one entry a parameter of the method: the buffer of an array argument, null for others
     * @param range   the grid of a {@code KernelContext} kernel; null for a loop-parallel kernel, whose range the
     *                    device derives
     */
    void launch(CompiledKernel kernel, DeviceBuffer[] buffers, NdRange range);

    /** Whether so much is queued that the caller shall wait for it before it queues more. */
    default boolean isFull() {
        return false;
    }

    /** Commands that ended since the session was opened, for those who wait with {@link #awaitAll}. */
    default long ended() {
        return 0;
    }

    /**
     * Waits for the uploads so far, but for no longer than {@code nanos} nanoseconds; says whether they are done, so
     * that {@link #finishUploads()} returns at once. An interruption is kept for later.
     */
    default boolean awaitUploads(long nanos) {
        return true;
    }

    /**
     * Waits for all commands so far, but for no longer than {@code nanos} nanoseconds; says whether they are done, so
     * that {@link #finish()} returns at once. An interruption is kept for later.
     */
    default boolean awaitAll(long nanos) {
        return true;
    }

    /** Waits until the uploads so far are done, and nothing that was queued behind them. */
    void finishUploads();

    /** Waits until all commands so far are done. */
    void finish();

    /** Nanoseconds and bytes counted since the last call; makes real numbers of a profiler result. */
    SessionTimes takeTimes();

    /** Releases everything the session holds, also after an error. Closing twice is allowed. */
    @Override
    void close();
}
