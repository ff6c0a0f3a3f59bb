package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.opencl.source.KernelSource;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels of a plan are one program, in memory and on the disk. */
class ProgramsTest {

    @TempDir
    Path folder;

    /** A loop makes it a function of its own, which both kernels have. */
    private static int below(int end) {
        int sum = 0;
        for (int i = 0; i < end; i++) {
            sum += i;
        }
        return sum;
    }

    static void sums(IntArray out) {
        for (@Parallel
        int i = 0; i < out.getSize(); i++) {
            out.set(i, below(i));
        }
    }

    static void twice(IntArray out) {
        for (@Parallel
        int i = 0; i < out.getSize(); i++) {
            out.set(i, 2 * below(i + 1));
        }
    }

    private static KernelTask task(String name, IntArray out) {
        return OpenClRun.task(ProgramsTest.class, name, out);
    }

    private OpenClDevice device(boolean binaries) {
        return OpenClRun.device(new OpenClEngine(new OpenClOptions(true, "", folder, binaries)));
    }

    private static void foresee(OpenClDevice device, String... names) {
        try (DeviceSession session = device.open()) {
            session.foresee(List.of(names).stream().map(name -> task(name, new IntArray(7))).toList());
        }
    }

    /** Runs both kernels; fails where one computes what the other should. */
    private static void run(OpenClDevice device) {
        IntArray sums = new IntArray(7);
        OpenClRun.onDevice(device, task("sums", sums), null);
        assertEquals(15, sums.get(6));
        IntArray twice = new IntArray(7);
        OpenClRun.onDevice(device, task("twice", twice), null);
        assertEquals(42, twice.get(6));
    }

    @Test
    void kernelsThatAreForeseenAreOneProgram() {
        OpenClDevice device = device(true);
        foresee(device, "sums", "twice", "sums");
        assertEquals(1, device.builtFromSource());
        run(device);
        assertEquals(1, device.builtFromSource());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLaterProcessFindsAKernelInTheProgramThatItWasBuiltIn(boolean binaries) {
        OpenClDevice first = device(binaries);
        foresee(first, "sums", "twice");
        run(first);
        OpenClDevice later = device(binaries);
        run(later);
        // Without binaries the driver gets the same source, and finds in its own cache what it made of that.
        assertEquals(binaries ? List.of(0, 1) : List.of(1, 0),
                List.of(later.builtFromSource(), later.builtFromBinary()));
    }

    @Test
    void aPlaceWhoseProgramIsGoneOrDamagedCountsForNothing() throws IOException {
        foresee(device(false), "sums", "twice");
        for (String ending : List.of(".cl", ".place")) {
            List<Path> kept;
            try (var files = Files.list(folder)) {
                kept = files.filter(file -> file.toString().endsWith(ending)).toList();
            }
            assertEquals(ending.equals(".cl") ? 1 : 2, kept.size(), ending);
            for (Path file : kept) {
                Files.write(file, new byte[40]);
            }
            OpenClDevice device = device(false);
            run(device);
            assertEquals(2, device.builtFromSource(), "each alone");
        }
    }

    @Test
    void oneKernelThatTheCompilerRefusesHidesNoOther() {
        OpenClDevice device = device(true);
        KernelSource wrong = new KernelSource("k", "__kernel void k(__global int* a) {\n    a[0] = missing;\n}\n",
                List.of("k"), List.of(0), 0, 0);
        try (DeviceSession session = device.open()) {
            device.foresee(List.of(device.source(task("sums", new IntArray(7))), wrong), "");
        }
        run(device);
        TornadoBailoutRuntimeException refused = assertThrows(TornadoBailoutRuntimeException.class,
                () -> device.program(wrong.text(), "", "task graph.k"));
        assertTrue(refused.getMessage().startsWith("task graph.k: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("2:     a[0] = missing;"), refused.getMessage());
    }
}
