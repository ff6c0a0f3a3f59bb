package org.tornadomla.bundled.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/** Holds large arrays to the limit that the JVM has for memory outside its heap, {@code -XX:MaxDirectMemorySize}. */
final class MemoryBudget {

    /** Less than this is within every JVM's limit, so that small programs need not ask for it. */
    private static final long ALWAYS = 64L << 20;
    private static final int TRIES = 8;

    private static final AtomicLong TAKEN = new AtomicLong();

    private MemoryBudget() {
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
    static long limit() {
        return Limit.BYTES;
    }

    /**
     * Counts memory in.
     *
     * @throws OutOfMemoryError when the limit has no room, also after arrays that nobody reaches are collected
     */
    static void take(long bytes) {
        for (int attempt = 0; !fits(bytes); attempt++) {
            if (attempt == TRIES) {
                throw new OutOfMemoryError("arrays take " + TAKEN.get() + " of " + Limit.BYTES
                        + " bytes that this JVM may use outside its heap, and " + bytes + " more are asked for");
            }
            collect(attempt);
        }
    }

    private static boolean fits(long bytes) {
        long all = TAKEN.addAndGet(bytes);
        if (all <= ALWAYS || all <= Limit.BYTES) {
            return true;
        }
        TAKEN.addAndGet(-bytes);
        return false;
    }

    /** Memory is given back by a thread of its own some time after its arrays are collected. */
    private static void collect(int attempt) {
        System.gc();
        try {
            Thread.sleep(1L << attempt);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts memory out. */
    static void giveBack(long bytes) {
        TAKEN.addAndGet(-bytes);
    }
}
