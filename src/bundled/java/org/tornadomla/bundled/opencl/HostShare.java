package org.tornadomla.bundled.opencl;

import java.lang.foreign.MemorySegment;

import org.tornadomla.bundled.memory.ArrayMemory;

/**
 * A host array whose memory is a buffer's. The host may write to the array: it takes other memory for that, and what
 * the buffer has stays.
 *
 * @param host   the host array
 * @param sharer an array over the memory that it had when it was shared, which keeps that memory alive
 */
record HostShare(Object host, Object sharer) {

    /**
     * Drivers take memory as a buffer's, and do not copy it, where it begins on a page; less than one is not worth it.
     */
    private static final long PAGE = 4096;

    /** The share of an array; null where it is too small or its memory was handed out, and so may change unseen. */
    static HostShare of(Object host) {
        if (ArrayMemory.storage(host).getNumBytesOfSegment() < PAGE) {
            return null;
        }
        Object sharer = ArrayMemory.share(host);
        return sharer == null ? null : new HostShare(host, sharer);
    }

    /** The shared memory. */
    MemorySegment memory() {
        return ArrayMemory.readable(sharer);
    }

    /** Ends the sharing. */
    @SuppressWarnings("ArgumentSelectionDefectChecker") // The host array owns what the other one shares.
    void end() {
        ArrayMemory.unshare(host, sharer);
    }
}
