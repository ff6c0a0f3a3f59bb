package org.tornadomla.error;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Work on other threads, as if the thread that waits for it had done it. */
public final class OtherThread {

    private OtherThread() {
    }

    /**
     * Starts work on a daemon thread of its own. The pool that all share would not do: whatever else a program runs
     * there may hold it, on two cores by a single task, and what the work waits for may run there.
     *
     * @param name of the thread
     */
    public static <T> CompletableFuture<T> start(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().daemon().name(name).start(task));
    }

    /**
     * The result of work, when it is there.
     *
     * @throws RuntimeException as the work threw it
     */
    public static <T> T await(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException failure) {
            switch (failure.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw failure;
            }
        }
    }
}
