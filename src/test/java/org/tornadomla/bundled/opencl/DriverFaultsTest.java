package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What a driver refuses becomes an error that says what was being done on which device. Here it gets no handles. */
class DriverFaultsTest {

    private static OpenClDevice device;

    @BeforeAll
    static void find() {
        device = OpenClRun.device(true);
    }

    private static void assertRefused(String what, String function, Executable call) {
        String message = assertThrows(TornadoRuntimeException.class, call).getMessage();
        assertTrue(message.startsWith(what + " on " + device.description().name() + ": " + function + " failed: CL_"),
                message);
    }

    /** A session whose queue the driver does not know, as after it lost the device. */
    private static DeviceSession lost() {
        device.open().close();
        return new OpenClSession(device, MemorySegment.NULL);
    }

    @Test
    void copiesAreRefusedWithTheirSize() {
        IntArray used = new IntArray(100);
        used.init(3);
        IntArray untouched = new IntArray(100);
        try (DeviceSession session = lost()) {
            DeviceBuffer buffer = session.allocate(used);
            assertRefused("copying 400 bytes to the device", "clEnqueueWriteBuffer",
                    () -> session.upload(used, buffer));
            assertRefused("copying 400 bytes to the device", "clEnqueueFillBuffer",
                    () -> session.upload(untouched, buffer));
            assertRefused("copying 40 bytes from the device", "clEnqueueReadBuffer",
                    () -> session.download(buffer, used, 0, 40));
            session.download(buffer, used, 0, 0);
            assertRefused("waiting for 0 commands", "clFinish", session::finish);
        }
    }

    @Test
    void aLostSessionGivesBackAllItHas() {
        long before = LiveObjects.total();
        DeviceSession session = lost();
        session.allocate(new IntArray(100));
        session.close();
        assertEquals(before, LiveObjects.total());
    }

    @Test
    void aLaunchIsRefusedWithItsGrid() {
        IntArray out = new IntArray(4800);
        KernelTask task = OpenClRun.task(ConstructKernels.class, "nested", out, IntArray.fromElements(4, 6));
        try (DeviceSession session = lost()) {
            CompiledKernel kernel = session.compile(task);
            assertTrue(kernel.source().contains("__kernel"), kernel.source());
            DeviceBuffer[] buffers = {session.allocate(out), session.allocate(task.arguments().get(1))};
            String refused = assertThrows(TornadoRuntimeException.class, () -> session.launch(kernel, buffers, null))
                    .getMessage();
            assertTrue(refused.startsWith("task graph.nested cannot run with global size ["), refused);
            assertTrue(refused.endsWith(": CL_INVALID_COMMAND_QUEUE (-36)"), refused);
        }
    }

    @Test
    void aBufferIsNotUsedAfterItWasFreed() {
        IntArray host = new IntArray(5);
        host.init(1);
        try (DeviceSession session = device.open()) {
            DeviceBuffer buffer = session.allocate(host);
            buffer.free();
            String misuse = assertThrows(IllegalStateException.class, () -> session.upload(host, buffer)).getMessage();
            assertEquals("a buffer of 20 bytes is used after it was freed", misuse);
        }
    }

    @Test
    void aDeviceThatCannotBeOpenedIsNamed() {
        OpenClDevice none = DescribedGpuTest.gpu(MemorySegment.NULL, 64);
        String refused = assertThrows(TornadoRuntimeException.class, none::open).getMessage();
        assertTrue(refused.startsWith("the OpenCL device Card 7 cannot be used: clCreateContext failed: CL_INVALID_"),
                refused);
    }

    @Test
    void aDeviceThatTellsNoGroupsHasThoseThatItSays() {
        assertEquals(77, GroupProbe.items(MemorySegment.NULL, 77));
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, -5, -6, -61})
    void codesOfMissingMemory(int code) {
        OpenClException failure = assertThrows(OpenClException.class, () -> Library.call("clCreateBuffer", () -> code));
        assertTrue(failure.isOutOfMemory());
        assertTrue(failure.getMessage().endsWith("(" + code + ")"), failure.getMessage());
    }

    @Test
    void otherCodesAreNotOfMemoryAndMayHaveNoName() {
        OpenClException failure = assertThrows(OpenClException.class, () -> Library.call("clMagic", () -> -9999));
        assertEquals("clMagic failed: unknown error (-9999)", failure.getMessage());
        assertEquals(false, failure.isOutOfMemory());
    }

    @Test
    void whatIsNoAnswerOfTheDriverIsTheCauseOfTheError() {
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> Library.made("f", (_, _) -> {
            throw new NoSuchMethodException("gone");
        }));
        assertInstanceOf(NoSuchMethodException.class, failure.getCause());
    }

    @Test
    void aListingThatFailsOrCountsNothingNamesNothing() {
        assertEquals(List.of(), Discovery.all("f", (_, _, _) -> -1001));
        assertEquals(List.of(), Discovery.all("f", (_, _, _) -> 0));
        OpenClException failure = assertThrows(OpenClException.class,
                () -> Discovery.all("clGetIDs", (most, _, count) -> {
                    if (most > 0) {
                        return -30;
                    }
                    count.set(java.lang.foreign.ValueLayout.JAVA_INT, 0, 2);
                    return 0;
                }));
        assertEquals("clGetIDs failed: CL_INVALID_VALUE (-30)", failure.getMessage());
    }

    @Test
    void anEngineSaysWhyItHasNoDevice() {
        List<OpenClDevice> none = new ArrayList<>();
        assertTrue(reason(new OpenClEngine(() -> false, () -> none)).startsWith("no OpenCL library (libOpenCL.so.1,"));
        assertTrue(reason(new OpenClEngine(() -> true, () -> none))
                .startsWith("the OpenCL library is here but no driver with a device; install"));
        assertEquals("the OpenCL driver does not answer: clGetDeviceInfo failed: CL_OUT_OF_HOST_MEMORY (-6)",
                reason(new OpenClEngine(() -> true, () -> {
                    throw new OpenClException("clGetDeviceInfo", -6);
                })));
    }

    private static String reason(OpenClEngine engine) {
        assertEquals(List.of(), engine.devices());
        return engine.unavailableReason();
    }

    @Test
    void gpusComeFirst() {
        OpenClDevice gpu = DescribedGpuTest.gpu(device.handle(), 64);
        assertTrue(device.isCpu());
        OpenClEngine engine = new OpenClEngine(() -> true, () -> List.of(device, gpu));
        assertEquals(List.of(gpu, device), engine.devices());
        assertEquals("", engine.unavailableReason());
    }
}
