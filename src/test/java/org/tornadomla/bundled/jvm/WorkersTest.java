package org.tornadomla.bundled.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads that run kernels. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {

    @AfterEach
    void allThreads() {
        Workers.setThreads(Runtime.getRuntime().availableProcessors());
    }

    /** A caller that spins until the end takes the processor from a helper that has lost its own. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCallerSleepsWhileAHelperIsLate(boolean interrupted) throws InterruptedException {
        Workers.setThreads(2);
        CountDownLatch helped = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            Thread self = Thread.currentThread();
            Workers.run(() -> {
                if (Thread.currentThread() == self) {
                    await(helped);
                    left.countDown();
                } else {
                    helped.countDown();
                    await(goOn);
                }
            });
        });
        caller.start();
        try {
            left.await();
            if (interrupted) {
                caller.interrupt();
            }
            while (caller.getState() != Thread.State.WAITING) {
                assertTrue(caller.isAlive(), "the caller did not wait for the helper");
                assertFalse(Thread.interrupted(), "the caller does not sleep");
                Thread.onSpinWait();
            }
        } finally {
            goOn.countDown();
        }
        caller.join();
    }

    @Test
    void everyPartIsRunOnceHoweverManyThreadsThereAre() {
        for (int threads : new int[]{1, 2, 5}) {
            Workers.setThreads(threads);
            for (int round = 0; round < 2000; round++) {
                AtomicInteger next = new AtomicInteger();
                AtomicInteger done = new AtomicInteger();
                Workers.run(() -> {
                    while (next.getAndIncrement() < 20) {
                        done.incrementAndGet();
                    }
                });
                assertEquals(20, done.get());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException interruption) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
