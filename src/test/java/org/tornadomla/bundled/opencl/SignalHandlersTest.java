package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Null checks of Java code are signals to the JVM, whatever a driver does with signals. */
@EnabledOnOs(OS.LINUX)
class SignalHandlersTest {

    private static OpenClDevice device;

    @TempDir
    Path folder;

    @BeforeAll
    static void find() {
        device = OpenClRun.device(true);
    }

    @ParameterizedTest(name = "signal {0}")
    @ValueSource(ints = {4, 7, 8, 11})
    void theJvmKeepsItsHandlers(int signal) throws Throwable {
        MemorySegment context = OpenCl.createContext(device.handle());
        OpenCl.build(OpenCl.createProgram(context, "kernel void k(global int *a) { a[0] = %d; }".formatted(signal)),
                device.handle(), "");
        String library = libraryOfHandler(signal);
        assertTrue(library.contains("libjvm"), library);
    }

    @Test
    void kernelsCompileWhileOtherThreadsMeetNulls() throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        // The first compiler of the JVM leaves all null checks to the processor; the second would not for long.
        ProcessBuilder child = new ProcessBuilder(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        NullChecks.class.getName()))
                .redirectErrorStream(true).redirectOutput(log.toFile());
        // No kernel may be there already, compiled by an earlier run.
        child.environment().put("POCL_CACHE_DIR", Files.createDirectory(folder.resolve("kernels")).toString());
        Process process = child.start();
        boolean ended = process.waitFor(100, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertTrue(ended, "the process did not end");
        assertEquals("", Files.readString(log));
        assertEquals(0, process.exitValue());
    }

    private static String libraryOfHandler(int signal) throws Throwable {
        MethodHandle action = function("sigaction", JAVA_INT, ADDRESS, ADDRESS);
        MethodHandle place = function("dladdr", ADDRESS, ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handler = arena.allocate(256, 8);
            assertEquals(0, (int) action.invoke(signal, MemorySegment.NULL, handler));
            MemorySegment info = arena.allocate(64, 8);
            assertTrue((int) place.invoke(handler.get(ADDRESS, 0), info) != 0, "the handler is in no library");
            return info.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, parameters));
    }
}
