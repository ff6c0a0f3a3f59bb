package org.tornadomla.bundled.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Holds large arrays to the limit that the JVM has for memory outside its heap, {@code -XX:MaxDirectMemorySize}. */
final class MemoryBudget {

    /** Less than this is within every JVM's limit, so that small programs need not ask for it. */
    static final long ALWAYS = 64L << 20;
    private static final int TRIES = 8;

    /** The budget of all arrays of this JVM. */
    static final MemoryBudget OF_THIS_JVM = new MemoryBudget(() -> Limit.BYTES, MemoryBudget::collect);

    private final AtomicLong taken = new AtomicLong();
    private final LongSupplier limit;
    private final IntConsumer collect;

    /**
     * A budget of which nothing is taken yet.
     *
     * @param limit   bytes that all arrays together may take; asked where it matters, as the answer takes a while
     * @param collect has arrays that nobody reaches given back; gets how often it was called before for this one
     */
    MemoryBudget(LongSupplier limit, IntConsumer collect) {
        this.limit = limit;
        this.collect = collect;
    }

    private static final class Limit {

        /** A JVM without the option set allows as much as its heap may take. */
        private static final long BYTES = read();

        private static long read() {
            long set = Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("MaxDirectMemorySize").getValue());
            return set == 0 ? Runtime.getRuntime().maxMemory() : set;
        }
    }

    /** Bytes that all arrays together may take. */
    long limit() {
        return limit.getAsLong();
    }

    /**
     * Counts memory in.
     *
     * @throws OutOfMemoryError when the limit has no room, also after arrays that nobody reaches are collected
     */
    void take(long bytes) {
        for (int attempt = 0; !fits(bytes); attempt++) {
            if (attempt == TRIES) {
                throw new OutOfMemoryError("arrays take " + taken.get() + " of " + limit()
                        + " bytes that this JVM may use outside its heap, and " + bytes + " more are asked for");
            }
            collect.accept(attempt);
        }
    }

    private boolean fits(long bytes) {
        long all = taken.addAndGet(bytes);
        if (all <= ALWAYS || all <= limit()) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Memory is given back by a thread of its own some time after its arrays are collected. */
    static void collect(int attempt) {
        System.gc();
        try {
            Thread.sleep(1L << attempt);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts memory out. */
    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
