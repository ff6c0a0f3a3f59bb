package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.NdRange;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** What the engine does for GPUs, seen on the device of this machine, which is described as one. */
class DescribedGpuTest {

    private static final long ALLOCATION = 1 << 20;

    private static OpenClDevice device;

    @BeforeAll
    static void find() {
        device = gpu(OpenClRun.device(false).handle(), 1 << 16);
    }

    /** A GPU with memory of its own, whose buffers are small and whose groups are as given. */
    static OpenClDevice gpu(MemorySegment handle, long items) {
        DeviceDescription description = new DeviceDescription("Card 7", "Maker 1.2", "opencl", TornadoDeviceType.GPU,
                new DeviceDescription.Memory(1 << 24, ALLOCATION, 1 << 15, false),
                new DeviceDescription.Groups(items, new long[]{items, 64, 8}),
                new DeviceDescription.Arithmetic(2, 1, false, true), "");
        return new OpenClDevice(handle, description, "-w -cl-std=CL1.2",
                new OpenClOptions(false, "", (Path) null, true));
    }

    private static String refusal(OpenClDevice where, long[] global, long[] local) {
        KernelTask task = OpenClRun.task(ContextKernels.class, "places", new KernelContext(), new IntArray(10), 10);
        return assertThrows(TornadoRuntimeException.class,
                () -> OpenClRun.onDevice(where, task, new NdRange(global, local))).getMessage();
    }

    @Test
    void loopsGiveTheBitsOfJava() {
        OpenClRun.assertSameBits(device, ConstructKernels.class, "nested", new IntArray(4800),
                IntArray.fromElements(9, 3));
        FloatArray values = new FloatArray(160);
        for (int i = 0; i < 160; i++) {
            values.set(i, i * 0.37f - 20f);
        }
        OpenClRun.assertSameBits(device, ConstructKernels.class, "laneSums", new VectorFloat16(values),
                new FloatArray(30));
    }

    @Test
    void theDriverChoosesTheGroupsOfAGridWithoutThem() {
        IntArray out = new IntArray(35);
        OpenClRun.onDevice(device, OpenClRun.task(ContextKernels.class, "places", new KernelContext(), out, 35),
                new NdRange(new long[]{7, 5, 1}, null));
        assertTrue(out.get(34) > 0);
    }

    @Test
    void aGridWithoutWorkRunsNothing() {
        IntArray out = new IntArray(35);
        OpenClRun.onDevice(device, OpenClRun.task(ContextKernels.class, "places", new KernelContext(), out, 35),
                new NdRange(new long[]{7, 0, 1}, null));
        assertEquals(0, out.get(34));
    }

    @Test
    void groupsAreRefusedWithTheLimitThatTheyPass() {
        assertTrue(refusal(device, new long[]{8, 1, 1}, new long[]{0, 1, 1})
                .endsWith("local size [0, 1, 1]: the local size does not divide the global size in dimension 0"));
        assertTrue(refusal(device, new long[]{8, 128, 1}, new long[]{8, 128, 1})
                .endsWith(": the device allows 64 work-items of a group in dimension 1"));
        String refused = refusal(device, new long[]{1 << 14, 1, 1}, new long[]{1 << 14, 1, 1});
        assertTrue(refused.contains(": a group of 16384 work-items; this kernel can have "), refused);
        assertTrue(refused.endsWith(", the device 65536"), refused);
    }

    @Test
    void weightsHaveABufferOfTheirOwn() {
        IntArray host = new IntArray(4096);
        host.init(5);
        try (DeviceSession session = device.open()) {
            OpenClBuffer buffer = (OpenClBuffer) session.allocateReadOnly(host);
            assertFalse(buffer.isShared());
            session.upload(host, buffer);
            assertEquals(4 * 4096, session.takeTimes().uploadBytes());
        }
    }

    @Test
    void aBufferAboveTheLimitIsRefusedWithWhatThePlanHolds() {
        try (DeviceSession session = device.open()) {
            session.allocate(new IntArray(25));
            IntArray large = new IntArray((int) ALLOCATION / 4 + 1);
            String refused = assertThrows(TornadoOutOfMemoryException.class, () -> session.allocate(large))
                    .getMessage();
            assertEquals("no buffer of 1048580 bytes for a IntArray on Card 7: the largest buffer is 1048576 bytes;"
                    + " the device has 16777216 bytes, this plan holds 100", refused);
        }
    }

    @Test
    void programsThatWereNotUsedForLongestAreBuiltAgain() {
        OpenClDevice few = new OpenClDevice(device.handle(), device.description(), "-w",
                new OpenClOptions(false, "", (Path) null, true), 2);
        few.open().close();
        for (int value : new int[]{1, 2, 1, 3, 1, 2}) {
            few.program("__kernel void k(__global int* a) { a[0] = %d; }".formatted(value), "", "kernel " + value);
        }
        assertEquals(4, few.builtFromSource(), "1, 2, 3, and 2 once more");
    }
}
