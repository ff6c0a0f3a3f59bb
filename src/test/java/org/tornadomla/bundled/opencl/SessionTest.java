package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.bundled.device.CompiledKernel;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.device.SessionTimes;
import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Buffers, times, programs on disk and the release of everything. */
class SessionTest {

    private static OpenClDevice device;

    @TempDir
    Path folder;

    @BeforeAll
    static void find() {
        device = OpenClRun.device(true);
    }

    private static KernelTask nested(IntArray out) {
        IntArray sizes = IntArray.fromElements(4, 6);
        return OpenClRun.task(ConstructKernels.class, "nested", out, sizes);
    }

    private static IntArray ran(OpenClDevice where) {
        IntArray out = new IntArray(4800);
        OpenClRun.onDevice(where, nested(out), null);
        assertEquals(30_052, out.get((3 * 40 + 5) * 3 + 2));
        return out;
    }

    @Test
    void aSecondProcessCompilesNothing() {
        OpenClDevice first = OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true)));
        ran(first);
        ran(first);
        assertEquals(List.of(1, 0), List.of(first.builtFromSource(), first.builtFromBinary()));
        OpenClDevice second = OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true)));
        ran(second);
        assertEquals(List.of(0, 1), List.of(second.builtFromSource(), second.builtFromBinary()));
    }

    @Test
    void damagedProgramsOnDiskAreBuiltAnew() throws IOException {
        ran(OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true))));
        Path kept;
        try (var files = Files.list(folder)) {
            kept = files.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(kept);
        byte[] damaged = whole.clone();
        damaged[damaged.length / 2] ^= 1;
        for (byte[] content : List.of(damaged, new byte[0], Arrays.copyOf(whole, whole.length - 1))) {
            Files.write(kept, content);
            OpenClDevice again = OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true)));
            ran(again);
            assertEquals(1, again.builtFromSource());
            OpenClDevice later = OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true)));
            ran(later);
            assertEquals(1, later.builtFromBinary());
        }
    }

    /** As after an update of the driver that kept its version. */
    @Test
    void aProgramThatTheDriverRefusesIsBuiltAnew() throws IOException {
        ran(OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true))));
        Path kept;
        try (var files = Files.list(folder)) {
            kept = files.filter(file -> file.toString().endsWith(".clbin")).findFirst().orElseThrow();
        }
        String name = kept.getFileName().toString();
        new KeptFiles(folder, ".clbin", 1 << 20).store(name.substring(0, name.indexOf('.')), new byte[64]);
        OpenClDevice again = OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, true)));
        ran(again);
        assertEquals(List.of(1, 0), List.of(again.builtFromSource(), again.builtFromBinary()));
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoError() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        ran(OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", file.resolve("below"), true))));
    }

    @Test
    void aHundredSessionsLeaveNothingBehind() {
        long before = LiveObjects.total();
        for (int i = 0; i < 100; i++) {
            ran(device);
        }
        assertEquals(before, LiveObjects.total());
    }

    @Test
    void closeReleasesWhatAnErrorLeft() {
        long before = LiveObjects.total();
        DeviceSession session = device.open();
        IntArray out = new IntArray(4800);
        DeviceBuffer buffer = session.allocate(out);
        session.upload(out, buffer);
        CompiledKernel kernel = session.compile(nested(out));
        assertThrows(IllegalStateException.class, () -> session.launch(kernel, new DeviceBuffer[]{buffer, null}, null));
        session.close();
        session.close();
        assertEquals(before, LiveObjects.total());
    }

    @Test
    void buffersAreFreedOnce() {
        try (DeviceSession session = device.open()) {
            DeviceBuffer buffer = session.allocate(new IntArray(5));
            assertEquals(20, buffer.bytes());
            buffer.free();
            assertThrows(IllegalStateException.class, buffer::free);
        }
    }

    @Test
    void partsOfABufferComeBack() {
        try (DeviceSession session = device.open()) {
            IntArray host = new IntArray(10);
            host.init(7);
            DeviceBuffer buffer = session.allocate(host);
            session.upload(host, buffer);
            session.finish();
            host.init(1);
            session.download(buffer, host, 8, 12);
            session.finish();
            assertEquals(List.of(1, 7, 7, 7, 1),
                    List.of(host.get(1), host.get(2), host.get(3), host.get(4), host.get(5)));
        }
    }

    @Test
    void timesAreCountedOnce() {
        try (DeviceSession session = device.open()) {
            IntArray out = new IntArray(4800);
            KernelTask task = nested(out);
            DeviceBuffer[] buffers = {session.allocate(out), session.allocate(task.arguments().get(1))};
            session.upload(out, buffers[0]);
            session.upload(task.arguments().get(1), buffers[1]);
            session.launch(session.compile(task), buffers, null);
            session.download(buffers[0], out, 0, 400);
            session.finish();
            SessionTimes times = session.takeTimes();
            assertEquals(4800 * 4 + 8, times.uploadBytes());
            assertEquals(400, times.downloadBytes());
            assertTrue(times.kernelNanos().get("graph.nested") > 0);
            assertEquals(new SessionTimes(0, 0, 0, 0, Map.of()), session.takeTimes());
        }
    }

    @Test
    void aSessionCountsWhatEndedAndSaysWhenToWait() {
        IntArray array = IntArray.fromElements(1, 2, 3);
        try (DeviceSession session = device.open()) {
            DeviceBuffer buffer = session.allocate(array);
            int commands = 0;
            while (!session.isFull()) {
                session.upload(array, buffer);
                commands++;
            }
            assertTrue(session.ended() <= commands);
            session.finish();
            assertFalse(session.isFull());
            assertEquals(commands, session.ended());
        }
    }

    /** Pools and scratch would otherwise be in memory twice. */
    @Test
    void anArrayThatNobodyUsedIsZerosOnTheDeviceAndTakesNoMemoryOfTheHost() {
        IntArray array = new IntArray(1 << 20);
        IntArray result = new IntArray(1 << 20);
        result.init(7);
        try (DeviceSession session = device.open()) {
            DeviceBuffer buffer = session.allocate(array);
            session.upload(array, buffer);
            assertTrue(ArrayMemory.isUntouched(array));
            session.download(buffer, result, 0, buffer.bytes());
            session.finish();
        }
        assertEquals(0, Arrays.stream(result.toHeapArray()).filter(value -> value != 0).count());
    }

    @Test
    void aBufferThatIsOnlyReadIsTheHostsMemoryWhereTheDeviceHasNoOther() {
        assumeTrue(device.description().memory().shared(), "the device has memory of its own");
        IntArray host = new IntArray(4096);
        host.init(5);
        IntArray seen = new IntArray(4096);
        try (DeviceSession session = device.open()) {
            DeviceBuffer buffer = session.allocateReadOnly(host);
            assertTrue(((OpenClBuffer) buffer).isShared());
            session.upload(host, buffer);
            assertEquals(0, session.takeTimes().uploadBytes());
            Object before = ArrayMemory.place(host);
            host.init(6);
            assertNotEquals(before, ArrayMemory.place(host), "the host takes other memory");
            session.download(buffer, seen, 0, buffer.bytes());
            session.finish();
            assertEquals(5, seen.get(4095));
            buffer.free();
            assertFalse(((OpenClBuffer) session.allocateReadOnly(new IntArray(16))).isShared(), "too small");
            host.getSegment();
            assertFalse(((OpenClBuffer) session.allocateReadOnly(host)).isShared(), "may change unseen");
        }
    }

    @Test
    void aBufferAboveTheDevicesLimitIsRefusedWithSizes() {
        long limit = device.description().memory().allocation();
        org.junit.jupiter.api.Assumptions.assumeTrue(limit < (1L << 33) - 64, "no array of this size exists");
        IntArray tooLarge = new IntArray((int) (limit / 4) + 16);
        long before = LiveObjects.total();
        try (DeviceSession session = device.open()) {
            TornadoOutOfMemoryException refused = assertThrows(TornadoOutOfMemoryException.class,
                    () -> session.allocate(tooLarge));
            assertTrue(refused.getMessage().contains(String.valueOf(limit)), refused.getMessage());
            assertTrue(refused.getMessage().contains(String.valueOf(tooLarge.getSize() * 4L)), refused.getMessage());
        }
        assertEquals(before, LiveObjects.total());
    }

    @Test
    void aRefusedProgramNamesKernelAndLines() {
        ran(device);
        TornadoBailoutRuntimeException refused = assertThrows(TornadoBailoutRuntimeException.class, () -> device
                .program("__kernel void k(__global int* a) {\n    a[0] = missing;\n}\n", "", "task graph.k, kernel k"));
        assertTrue(refused.getMessage().startsWith("task graph.k, kernel k: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("2:     a[0] = missing;"), refused.getMessage());
        assertTrue(refused.getMessage().contains("CL_BUILD_PROGRAM_FAILURE"), refused.getMessage());
    }

    @Test
    void optionsOfThePlanReachTheCompiler() {
        ran(device);
        String source = "__kernel void k(__global int* a) {\n    a[0] = VALUE;\n}\n";
        assertThrows(TornadoBailoutRuntimeException.class, () -> device.program(source, "", "without"));
        int built = device.builtFromSource();
        device.program(source, "-DVALUE=1", "with");
        device.program(source, "-DVALUE=2", "with others");
        device.program(source, "-DVALUE=1", "with the same");
        assertEquals(built + 2, device.builtFromSource());
    }

    @Test
    void theDeviceDescribesItself() {
        assertEquals("opencl", device.description().engine());
        assertFalse(device.description().name().isBlank());
        assertTrue(
                device.description().arithmetic().units() > 0 && device.description().groups().itemSizes().length == 3);
    }
}
