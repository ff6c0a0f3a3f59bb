package org.tornadomla.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever waits is told what the work threw, and not that some work threw something. */
class OtherThreadTest {

    @Test
    void whatWorkThrowsIsThrownWhereItIsAwaited() {
        MlaException ours = new ConfigurationException("no such model");
        assertSame(ours, assertThrows(MlaException.class, () -> OtherThread.await(failing(ours))));
        Error error = new AssertionError("never");
        assertSame(error, assertThrows(AssertionError.class, () -> OtherThread.await(failing(error))));
        IOException checked = new IOException("a disk");
        CompletionException wrapped = assertThrows(CompletionException.class,
                () -> OtherThread.await(CompletableFuture.failedFuture(checked)));
        assertSame(checked, wrapped.getCause());
    }

    @Test
    void resultsAreHandedOver() {
        assertEquals(7, OtherThread.await(CompletableFuture.supplyAsync(() -> 7)));
    }

    /** What holds the pool that all share does not hold what somebody waits for. */
    @Test
    void startedWorkNeedsNoSharedPool() throws InterruptedException {
        int workers = ForkJoinPool.getCommonPoolParallelism();
        CountDownLatch busy = new CountDownLatch(workers);
        CountDownLatch free = new CountDownLatch(1);
        for (int i = 0; i < workers; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                busy.countDown();
                OtherThreadTest.await(free);
            });
        }
        try {
            assertTrue(busy.await(30, TimeUnit.SECONDS), "something else holds the pool");
            assertEquals("started here", assertTimeoutPreemptively(Duration.ofSeconds(30),
                    () -> OtherThread.start("started here", () -> Thread.currentThread().getName()).get()));
        } finally {
            free.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CompletableFuture<String> failing(Throwable failure) {
        return CompletableFuture.supplyAsync(() -> {
            switch (failure) {
                case RuntimeException exception -> throw exception;
                case Error error -> throw error;
                default -> throw new IllegalArgumentException(failure);
            }
        });
    }
}
