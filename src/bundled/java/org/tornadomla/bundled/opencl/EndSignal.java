package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the end of a command for a time, which OpenCL's own waiting calls cannot. The driver calls back when the
 * command has ended, on the thread that ran it, and that call wakes the thread that waits: as many wakings as
 * {@code clFinish} needs.
 */
final class EndSignal {

    /** A driver may lose a call; the event is asked as often as this. */
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Map<Long, EndSignal> AWAITED = new ConcurrentHashMap<>();
    private static final AtomicLong KEYS = new AtomicLong();
    private static final MemorySegment CALLBACK = callback();

    private final Thread waiter = Thread.currentThread();
    private volatile boolean called;

    private EndSignal() {
    }

    @SuppressWarnings("restricted")
    private static MemorySegment callback() {
        try {
            MethodHandle ended = MethodHandles.lookup().findStatic(EndSignal.class, "ended",
                    MethodType.methodType(void.class, MemorySegment.class, int.class, MemorySegment.class));
            return Linker.nativeLinker().upcallStub(ended, FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS),
                    Arena.global());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What the driver calls; it may come after the wait was given up, and nothing may be thrown into the driver. */
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // Found by its name above.
    private static void ended(MemorySegment event, int status, MemorySegment key) {
        EndSignal signal = AWAITED.get(key.address());
        if (signal != null) {
            signal.called = true;
            LockSupport.unpark(signal.waiter);
        }
    }

    /**
     * Waits until the command of an event has ended, well or not.
     *
     * @param queue the command's queue, which is flushed
     * @param nanos the longest time to wait
     * @return whether it has ended
     * @throws OpenClException when the driver takes no callback
     */
    static boolean await(MemorySegment queue, MemorySegment event, long nanos) {
        long key = KEYS.incrementAndGet();
        EndSignal signal = new EndSignal();
        AWAITED.put(key, signal);
        boolean interrupted = false;
        try {
            OpenCl.callBack(event, CALLBACK, MemorySegment.ofAddress(key));
            OpenCl.flush(queue);
            long start = System.nanoTime();
            long left = nanos;
            while (!signal.called && left > 0) {
                LockSupport.parkNanos(signal, Math.min(left, ASK_NANOS));
                // A device cannot be left half-way; whoever interrupts is heard when it has ended.
                interrupted |= Thread.interrupted();
                if (!signal.called && OpenCl.hasEnded(event)) {
                    return true;
                }
                left = nanos - (System.nanoTime() - start);
            }
            return signal.called;
        } finally {
            AWAITED.remove(key);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
