package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Work-items, work-groups, local memory, barriers and atomics on a device; and grids that cannot run. */
class ContextTest {

    private static OpenClDevice device;

    @BeforeAll
    static void find() {
        device = OpenClRun.device(true);
    }

    private static NdRange range(long global, long local) {
        return new NdRange(new long[]{global, 1, 1}, new long[]{local, 1, 1});
    }

    @Test
    void groupsShareLocalMemory() {
        IntArray in = new IntArray(1000);
        for (int i = 0; i < 1000; i++) {
            in.set(i, i * i);
        }
        for (int local : new int[]{1, 2, 32, 100, 128}) {
            int groups = (1000 + local - 1) / local;
            IntArray sums = new IntArray(groups);
            OpenClRun.onDevice(device, OpenClRun.task(ContextKernels.class, "groupSums", new KernelContext(), in, sums),
                    range((long) groups * local, local));
            for (int group = 0; group < groups; group++) {
                int expected = 0;
                for (int i = group * local; i < Math.min(1000, (group + 1) * local); i++) {
                    expected += i * i;
                }
                assertEquals(expected, sums.get(group), "group " + group + " of " + local);
            }
        }
    }

    @Test
    void placesInThreeDimensions() {
        IntArray out = new IntArray(6 * 4 * 2);
        OpenClRun.onDevice(device, OpenClRun.task(ContextKernels.class, "places", new KernelContext(), out, 47),
                new NdRange(new long[]{6, 4, 2}, new long[]{3, 2, 1}));
        for (int z = 0; z < 2; z++) {
            for (int y = 0; y < 4; y++) {
                for (int x = 0; x < 6; x++) {
                    int at = (z * 4 + y) * 6 + x;
                    int expected = x / 3 * 1_000_000 + y / 2 * 100_000 + z * 10_000 + x % 3 * 1000 + y % 2 * 100 + 2;
                    assertEquals(at < 47 ? expected : 0, out.get(at), "element " + at);
                }
            }
        }
    }

    @Test
    void atomicAdditionsLoseNothing() {
        IntArray counts = new IntArray(5);
        OpenClRun.onDevice(device, OpenClRun.task(ContextKernels.class, "count", new KernelContext(), counts),
                range(4096, 64));
        for (int i = 0; i < 4; i++) {
            assertEquals(1024 * (1023 * 2 + i), counts.get(i));
        }
        assertEquals(4096, counts.get(4));
    }

    @Test
    void helpersReadLocalArrays() {
        FloatArray in = new FloatArray(64);
        for (int i = 0; i < 64; i++) {
            in.set(i, i + 1f);
        }
        FloatArray out = new FloatArray(64);
        OpenClRun.onDevice(device,
                OpenClRun.task(ContextKernels.class, "helperReadsLocal", new KernelContext(), in, out, 16),
                range(64, 16));
        for (int i = 0; i < 64; i++) {
            int group = i / 16;
            assertEquals(16 * (group * 16 + 8.5f), out.get(i));
        }
    }

    @Test
    void noLocalSizeLetsTheEngineChoose() {
        IntArray out = new IntArray(35);
        OpenClRun.onDevice(device, OpenClRun.task(ContextKernels.class, "places", new KernelContext(), out, 35),
                new NdRange(new long[]{7, 5, 1}, null));
        assertTrue(out.get(34) > 0);
    }

    @Test
    void localSizesThatDoNotDivideAreRefused() {
        KernelTask task = OpenClRun.task(ContextKernels.class, "places", new KernelContext(), new IntArray(10), 10);
        TornadoRuntimeException refused = assertThrows(TornadoRuntimeException.class,
                () -> OpenClRun.onDevice(device, task, range(10, 4)));
        assertEquals(
                "task graph.places cannot run with global size [10, 1, 1], local size [4, 1, 1]: the local size does not divide the"
                        + " global size in dimension 0",
                refused.getMessage());
    }

    @Test
    void groupsAboveTheDevicesLimitAreRefused() {
        long tooMany = device.description().groups().items() * 2;
        KernelTask task = OpenClRun.task(ContextKernels.class, "places", new KernelContext(), new IntArray(10), 10);
        TornadoRuntimeException refused = assertThrows(TornadoRuntimeException.class,
                () -> OpenClRun.onDevice(device, task, range(tooMany, tooMany)));
        assertTrue(refused.getMessage().startsWith("task graph.places cannot run with global size [" + tooMany),
                refused.getMessage());
        assertTrue(refused.getMessage().contains(String.valueOf(device.description().groups().itemSizes()[0])),
                refused.getMessage());
    }

    @Test
    void localMemoryAboveTheDevicesLimitIsRefused() {
        KernelTask task = OpenClRun.task(ContextKernels.class, "muchLocalMemory", new KernelContext(),
                new FloatArray(10));
        TornadoBailoutRuntimeException refused = assertThrows(TornadoBailoutRuntimeException.class,
                () -> OpenClRun.onDevice(device, task, range(1, 1)));
        assertEquals("task graph.muchLocalMemory needs 1073741824 bytes of local memory; the device has "
                + device.description().memory().local(), refused.getMessage());
    }
}
