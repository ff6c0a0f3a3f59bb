package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The largest group that kernels may have is asked of the driver. */
class GroupProbeTest {

    @Test
    void theSmallerOfWhatTheDeviceSaysAndAKernelMayHave() {
        assumeTrue(Library.isPresent() && !Discovery.platforms().isEmpty(), "no OpenCL driver");
        MemorySegment device = Discovery.devices(Discovery.platforms().getFirst()).getFirst();
        assertEquals(3, GroupProbe.items(device, 3));
        long items = GroupProbe.items(device, Long.MAX_VALUE);
        assertTrue(items >= 1 && items < Long.MAX_VALUE, "the driver was not asked: " + items);
    }
}
