package org.tornadomla.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
