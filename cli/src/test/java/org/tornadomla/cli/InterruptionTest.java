package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A process that is told to end waits for the work that asks. */
class InterruptionTest {

    @Test
    void theEndComesWhenTheWorkIsDone() throws InterruptedException {
        Thread process;
        try (Interruption interruption = new Interruption()) {
            assertFalse(interruption.getAsBoolean());
            process = Thread.ofPlatform().start(interruption::tell);
            interruption.await();
            assertTrue(interruption.getAsBoolean());
            assertFalse(process.join(Duration.ofMillis(20)), "the work goes on");
        }
        process.join(TimeUnit.SECONDS.toMillis(10));
        assertEquals(Thread.State.TERMINATED, process.getState());
    }

    /** A process whose other work is interrupted does not wait for ever. */
    @Test
    void theProcessItselfMayBeInterrupted() throws InterruptedException {
        try (Interruption interruption = new Interruption()) {
            Thread process = Thread.ofPlatform().start(interruption::tell);
            interruption.await();
            process.interrupt();
            process.join(TimeUnit.SECONDS.toMillis(10));
            assertEquals(Thread.State.TERMINATED, process.getState());
        }
    }
}
