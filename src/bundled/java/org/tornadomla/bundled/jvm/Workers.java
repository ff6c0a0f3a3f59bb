package org.tornadomla.bundled.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads that run kernels, beside the one that executes a plan. One kernel at a time uses them; a kernel of
 * another plan that runs at the same time has its own thread only.
 */
public final class Workers {

    /**
     * How long an idle worker looks for the next kernel before it sleeps; the kernels between two divided ones take
     * less.
     */
    private static final long SPIN_NANOS = 200_000;

    /**
     * How long the thread that executes a plan looks for the others' end before it sleeps. They are at their last part
     * of a kernel then; one that takes longer has lost its processor to another program, and may need this one.
     */
    private static final long WAIT_NANOS = 50_000;

    private static final ReentrantLock IN_USE = new ReentrantLock();
    private static volatile Workers instance = new Workers(Runtime.getRuntime().availableProcessors());

    private final List<Thread> helpers = new ArrayList<>();
    private volatile Job job;
    private volatile boolean stopped;

    private Workers(int threads) {
        for (int index = 1; index < threads; index++) {
            Thread helper = new Thread(this::serve, "kernel-worker-" + index);
            helper.setDaemon(true);
            helpers.add(helper);
            helper.start();
        }
    }

    /** Number of threads that run a kernel. */
    public static int threads() {
        return instance.helpers.size() + 1;
    }

    /**
     * Sets the number of threads from now on; results do not depend on it.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public static void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("number of threads is " + threads + ", must be at least 1");
        }
        IN_USE.lock();
        try {
            instance.stop();
            instance = new Workers(threads);
        } finally {
            IN_USE.unlock();
        }
    }

    /** Runs {@code work} on every thread, the calling one included, and returns when all are done. */
    static void run(Runnable work) {
        if (!IN_USE.tryLock()) {
            work.run();
            return;
        }
        try {
            instance.runOnAll(work);
        } finally {
            IN_USE.unlock();
        }
    }

    private void runOnAll(Runnable work) {
        if (helpers.isEmpty()) {
            work.run();
            return;
        }
        Job mine = new Job(work);
        job = mine;
        helpers.forEach(LockSupport::unpark);
        work.run();
        mine.closeAndWait();
        job = null;
    }

    private void stop() {
        stopped = true;
        helpers.forEach(LockSupport::unpark);
    }

    private void serve() {
        Job served = null;
        while (!stopped) {
            long deadline = System.nanoTime() + SPIN_NANOS;
            Job current = job;
            while ((current == null || current == served) && !stopped) {
                if (System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
                current = job;
            }
            if (!stopped) {
                current.join();
                served = current;
            }
        }
    }

    /** One kernel's work. A helper that wakes up late finds it closed, and nobody waits for it. */
    private static final class Job {

        private static final int CLOSED = Integer.MIN_VALUE;

        private final Runnable work;

        /** Number of helpers at work; with the sign bit when no more may come. */
        private final AtomicInteger joined = new AtomicInteger();

        /** The thread that sleeps until all are done, if it does. */
        private volatile Thread waiting;

        Job(Runnable work) {
            this.work = work;
        }

        void join() {
            int count = joined.get();
            while (count >= 0 && !joined.compareAndSet(count, count + 1)) {
                count = joined.get();
            }
            if (count >= 0) {
                try {
                    work.run();
                } finally {
                    if (joined.decrementAndGet() == CLOSED) {
                        LockSupport.unpark(waiting);
                    }
                }
            }
        }

        void closeAndWait() {
            joined.getAndUpdate(count -> count | CLOSED);
            long deadline = System.nanoTime() + WAIT_NANOS;
            while (joined.get() != CLOSED) {
                if (System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                } else {
                    sleep();
                }
            }
        }

        /** Sleeps until the last helper wakes this thread; returns at once when that has been. */
        private void sleep() {
            boolean interrupted = Thread.interrupted();
            waiting = Thread.currentThread();
            if (joined.get() != CLOSED) {
                LockSupport.park(this);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
