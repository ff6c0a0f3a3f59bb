package org.tornadomla.cli;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Whether the process was told to end, by Ctrl-C or by another process: it ends when the work that asks has come to its
 * own end, and not before.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().unstarted(this::tell);

    /** Listens from here on. */
    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What the process does when it is told to end: it says so, and waits. */
    void tell() {
        told.countDown();
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean getAsBoolean() {
        return told.getCount() == 0;
    }

    /** Waits until the process is told to end. */
    void await() throws InterruptedException {
        told.await();
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
