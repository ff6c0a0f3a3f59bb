package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;

import org.tornadomla.bundled.device.DeviceBuffer;

/** A buffer of an OpenCL device. */
final class OpenClBuffer implements DeviceBuffer {

    private final OpenClSession session;
    private final MemorySegment handle;
    private final long bytes;
    private boolean free;

    OpenClBuffer(OpenClSession session, MemorySegment handle, long bytes) {
        this.session = session;
        this.handle = handle;
        this.bytes = bytes;
        LiveObjects.BUFFERS.incrementAndGet();
    }

    MemorySegment handle() {
        if (free) {
            throw new IllegalStateException("a buffer of " + bytes + " bytes is used after it was freed");
        }
        return handle;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void free() {
        if (free) {
            throw new IllegalStateException("a buffer of " + bytes + " bytes is freed twice");
        }
        free = true;
        session.forget(this);
        LiveObjects.BUFFERS.decrementAndGet();
        OpenCl.releaseBuffer(handle);
    }
}
