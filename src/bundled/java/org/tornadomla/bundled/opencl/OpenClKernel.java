package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.opencl.source.KernelSource;

/** A kernel of a session, with the buffers that it was given last. */
final class OpenClKernel implements CompiledKernel {

    private final KernelTask task;
    private final KernelSource source;
    private final MemorySegment handle;
    private final long maxGroupSize;
    private final long translateNanos;
    private final long driverNanos;
    private final OpenClBuffer[] given;

    OpenClKernel(KernelTask task, KernelSource source, MemorySegment handle, long maxGroupSize, long translateNanos,
            long driverNanos) {
        this.task = task;
        this.source = source;
        this.handle = handle;
        this.maxGroupSize = maxGroupSize;
        this.translateNanos = translateNanos;
        this.driverNanos = driverNanos;
        this.given = new OpenClBuffer[source.parameters().size()];
        LiveObjects.KERNELS.incrementAndGet();
        giveNumbers();
    }

    MemorySegment handle() {
        return handle;
    }

    /** Most work-items that a group of this kernel can have. */
    long maxGroupSize() {
        return maxGroupSize;
    }

    int parallelDepth() {
        return source.parallelDepth();
    }

    /** Passes the numbers, which stay the same for all executions. */
    private void giveNumbers() {
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < given.length; i++) {
                switch (task.arguments().get(source.parameters().get(i))) {
                    case Integer number -> OpenCl.setArgument(handle, i, arena.allocateFrom(JAVA_INT, number));
                    case Float number -> OpenCl.setArgument(handle, i, arena.allocateFrom(JAVA_FLOAT, number));
                    default -> {
                    }
                }
            }
        }
    }

    /** Passes those buffers that are not the kernel's arguments already. */
    void give(DeviceBuffer[] buffers) {
        for (int i = 0; i < given.length; i++) {
            int position = source.parameters().get(i);
            if (task.arguments().get(position) instanceof Number) {
                continue;
            }
            OpenClBuffer buffer = (OpenClBuffer) buffers[position];
            if (buffer == null) {
                throw new IllegalStateException("task " + task.id() + " gets no buffer for argument " + position);
            }
            MemorySegment value = buffer.handle();
            if (given[i] != buffer) {
                try (Arena arena = Arena.ofConfined()) {
                    OpenCl.setArgument(handle, i, arena.allocateFrom(ADDRESS, value));
                }
                given[i] = buffer;
            }
        }
    }

    void release() {
        LiveObjects.KERNELS.decrementAndGet();
        OpenCl.releaseKernel(handle);
    }

    @Override
    public KernelTask task() {
        return task;
    }

    @Override
    public String source() {
        return source.text();
    }

    @Override
    public long translateNanos() {
        return translateNanos;
    }

    @Override
    public long driverNanos() {
        return driverNanos;
    }
}
