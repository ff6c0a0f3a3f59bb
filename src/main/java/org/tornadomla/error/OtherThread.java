package org.tornadomla.error;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Work on other threads, as if the thread that waits for it had done it. */
public final class OtherThread {

    private OtherThread() {
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
