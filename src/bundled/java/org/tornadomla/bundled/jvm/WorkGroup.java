package org.tornadomla.bundled.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The work-items that share local arrays and wait for each other. */
final class WorkGroup {

    private final String task;
    private final int size;
    private final List<Object> localArrays = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int localBytes;
    private int waiting;
    private int ended;
    private long generation;
    private boolean broken;

    WorkGroup(String task, int size) {
        this.task = task;
        this.size = size;
    }

    /**
     * Waits until all work-items wait.
     *
     * @throws TornadoRuntimeException if a work-item has ended or failed instead
     */
    void await() {
        if (size == 1) {
            return;
        }
        lock.lock();
        try {
            long mine = generation;
            waiting++;
            if (waiting == size) {
                waiting = 0;
                generation++;
                changed.signalAll();
                return;
            }
            while (mine == generation && !broken && ended == 0) {
                changed.awaitUninterruptibly();
            }
            if (mine == generation) {
                throw unmatched();
            }
        } finally {
            lock.unlock();
        }
    }

    private TornadoRuntimeException unmatched() {
        return new TornadoRuntimeException("task " + task + ": unmatched barrier: some of the " + size
                + " work-items of a group wait at a barrier while others have ended; every work-item of a group must"
                + " come to every barrier");
    }

    /** A work-item has ended; {@code failed} tells whether by an exception. */
    void end(boolean failed) {
        lock.lock();
        try {
            ended++;
            broken |= failed;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The group's local array number {@code ordinal}.
     *
     * @param bytes bytes of the array
     * @param fresh makes the array, for the work-item that asks first
     */
    Object localArray(int ordinal, int bytes, Supplier<Object> fresh) {
        lock.lock();
        try {
            if (ordinal == localArrays.size()) {
                localBytes += bytes;
                if (localBytes > JvmDevice.LOCAL_MEMORY_BYTES) {
                    throw new TornadoRuntimeException("task " + task + ": local arrays of a group take at least "
                            + localBytes + " bytes, the device has " + JvmDevice.LOCAL_MEMORY_BYTES);
                }
                localArrays.add(fresh.get());
            }
            return localArrays.get(ordinal);
        } finally {
            lock.unlock();
        }
    }
}
