package org.tornadomla.bundled.opencl;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the OpenCL objects that sessions hold, so that a test can see that each is given back. */
final class LiveObjects {

    static final AtomicLong QUEUES = new AtomicLong();
    static final AtomicLong BUFFERS = new AtomicLong();
    static final AtomicLong KERNELS = new AtomicLong();
    static final AtomicLong EVENTS = new AtomicLong();

    private LiveObjects() {
    }

    /** All of them. */
    static long total() {
        return QUEUES.get() + BUFFERS.get() + KERNELS.get() + EVENTS.get();
    }
}
