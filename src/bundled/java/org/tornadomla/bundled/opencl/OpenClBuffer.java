package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;

import org.tornadomla.bundled.device.DeviceBuffer;

/** A buffer of an OpenCL device, in memory of its own or in that of a host array. */
final class OpenClBuffer implements DeviceBuffer {

    private final OpenClSession session;
    private final MemorySegment handle;
    private final long bytes;
    private final HostShare share;
    private boolean free;

    /**
     * A buffer.
     *
     * @param share what keeps the host's memory as it is, or null for a buffer with memory of its own
     */
    OpenClBuffer(OpenClSession session, MemorySegment handle, long bytes, HostShare share) {
        this.session = session;
        this.handle = handle;
        this.bytes = bytes;
        this.share = share;
        LiveObjects.BUFFERS.incrementAndGet();
    }

    MemorySegment handle() {
        if (free) {
            throw new IllegalStateException("a buffer of " + bytes + " bytes is used after it was freed");
        }
        return handle;
    }

    /** Whether the memory is a host array's, which needs no upload. */
    boolean isShared() {
        return share != null;
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
        if (share != null) {
            // A kernel that is queued may still read it.
            session.endWhenIdle(share);
        }
    }
}
