package org.tornadomla.bundled.jvm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Divides the iterations of one kernel among the worker threads, as far as it is worth it. */
final class Parallelism {

    /** Below this, waking another thread costs more than it saves. */
    private static final long WORTHWHILE_NANOS = 10_000;

    /** Chunks a thread, so that threads that are done early take over from others. */
    private static final int CHUNKS_PER_THREAD = 8;

    /** Calls that the iterations of a kernel are cut into where one thread runs them all. */
    private static final int PIECES = 32;

    /** Smoothed time of all iterations on one thread; big at first, so that unknown kernels are divided. */
    private volatile long expectedNanos = Long.MAX_VALUE / 2;

    /** A part of the iterations. */
    @FunctionalInterface
    interface Part {

        /** Runs iterations {@code from} to {@code to - 1}. */
        void run(int from, int to);
    }

    /** Runs all iterations below {@code count}; an exception of any of them is thrown when all threads are done. */
    void forEach(int count, Part part) {
        long start = System.nanoTime();
        int threads = expectedNanos < WORTHWHILE_NANOS ? 1 : Math.min(Workers.threads(), count);
        if (threads <= 1) {
            piecewise(count, part);
            threads = 1;
        } else {
            divide(count, threads, part);
        }
        long spent = (System.nanoTime() - start) * threads;
        expectedNanos = expectedNanos > Long.MAX_VALUE / 4 ? spent : expectedNanos / 4 * 3 + spent / 4;
    }

    /**
     * Calls for pieces: HotSpot compiles a method that is called often as a whole, while one long call is compiled from
     * the middle of its loops, one loop after the other, and interpreted in between.
     */
    private static void piecewise(int count, Part part) {
        int chunk = Math.max(1, count / PIECES);
        for (long from = 0; from < count; from += chunk) {
            part.run((int) from, (int) Math.min(count, from + chunk));
        }
    }

    private static void divide(int count, int threads, Part part) {
        int chunk = Math.max(1, count / Math.max(PIECES, threads * CHUNKS_PER_THREAD));
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Workers.run(() -> {
            int from = next.getAndAdd(chunk);
            while (from < count && from >= 0 && failure.get() == null) {
                try {
                    part.run(from, (int) Math.min(count, (long) from + chunk));
                } catch (RuntimeException | Error thrown) {
                    failure.compareAndSet(null, thrown);
                }
                from = next.getAndAdd(chunk);
            }
        });
        switch (failure.get()) {
            case null -> {
            }
            case RuntimeException exception -> throw exception;
            case Throwable error -> throw (Error) error;
        }
    }
}
