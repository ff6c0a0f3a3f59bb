package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;

/** Texts that were kept are gone with what a device held that failed. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class KeptTextsFaultTest extends KeptTextsModel {

    private static FaultyDevice device;

    KeptTextsFaultTest() {
        super(device.target());
    }

    @BeforeAll
    static void open() {
        device = new FaultyDevice();
    }

    @AfterAll
    static void close() {
        device.close();
    }

    @Test
    void nothingIsKeptOfADeviceThatFailed() {
        int[] prompt = ids(1, 30);
        int[] expected = alone(prompt, 3);
        try (Scheduler scheduler = scheduler(true)) {
            write(scheduler, prompt, 3);
            device.arm(Fault.at(Fault.Kind.LOST, 3));
            assertThrows(DeviceException.class, write(scheduler, ids(60, 9), 2)::await);
            device.lift();
            assertEquals(0, scheduler.prefixes().keptTexts());
            Generation again = write(scheduler, prompt, 3);
            assertEquals(0, again.cachedTokens());
            assertArrayEquals(expected, again.await().ids());
        }
    }

    /** Somebody else sees the device fail; the scheduler notices where it finds rows lost. */
    @Test
    void nothingIsKeptOfADeviceThatFailedElsewhere() {
        int[] prompt = ids(1, 30);
        int[] expected = alone(prompt, 3);
        try (Scheduler scheduler = scheduler(true); Sequence other = decoder.open()) {
            write(scheduler, prompt, 3);
            device.arm(Fault.at(Fault.Kind.LOST, 3));
            assertThrows(DeviceException.class, () -> decoder.append(other, ids(60, 9)));
            device.lift();
            Generation again = write(scheduler, prompt, 3);
            assertEquals(0, again.cachedTokens());
            assertArrayEquals(expected, again.await().ids());
            assertEquals(1, scheduler.prefixes().keptTexts());
        }
    }
}
