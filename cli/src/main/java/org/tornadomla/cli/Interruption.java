package org.tornadomla.cli;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Whether the process was told to end, by Ctrl-C or by another process: it ends when the work that asks has come to its
 * own end, and not before.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().unstarted(this::await);
    private volatile boolean told;

    /** Listens from here on. */
    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void await() {
        told = true;
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean getAsBoolean() {
        return told;
    }

    /** Lets the process end. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs already.
        }
    }
}
