package org.tornadomla.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.tornadomla.error.DeviceException;
import org.tornadomla.kernels.Probe;

/** Where a loop ended that a driver broke off. */
class LoopCheckTest {

    private static int after(int passes) {
        int value = 2;
        for (int pass = 0; pass < passes; pass++) {
            value = Probe.next(value);
        }
        return value;
    }

    @Test
    void passesThatWereMadeAreNamed() {
        LoopCheck.compare(2, after(100_000));
        assertEquals("a loop of 100000 passes ended after 65535",
                assertThrows(DeviceException.class, () -> LoopCheck.compare(2, after(65_535))).getMessage());
        assertEquals("a loop of 100000 passes ended after 99999",
                assertThrows(DeviceException.class, () -> LoopCheck.compare(2, after(99_999))).getMessage());
    }
}
