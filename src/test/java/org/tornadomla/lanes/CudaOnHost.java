package org.tornadomla.lanes;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The stand-in for NVIDIA's driver in src/test/native/cuda-on-host, called as a program would call the driver. */
final class CudaOnHost {

    /** Set where a machine must have the C compilers: their absence then fails tests instead of skipping them. */
    static final String REQUIRED = "mla.require.lanes";

    static final int INVALID_VALUE = 1;
    static final int INVALID_PTX = 218;
    static final int ILLEGAL_ADDRESS = 700;
    static final int LAUNCH_FAILED = 719;

    private static final Path SOURCES = Path.of("src", "test", "native", "cuda-on-host");
    private static CudaOnHost one;

    private final SymbolLookup library;

    private CudaOnHost(Path folder) {
        library = SymbolLookup.libraryLookup(folder.resolve("libcuda.so.1"), Arena.global());
    }

    /** The device with a new context, built when this is the first call; without compilers the test is skipped. */
    static synchronized CudaOnHost device() {
        if (one == null) {
            one = new CudaOnHost(built());
        }
        assertEquals(0, one.call("cuCtxCreate_v4", new long[1], 0L, 0, 0), "a context");
        return one;
    }

    private static Path built() {
        Path folder = Path.of("target", "cuda-on-host").toAbsolutePath();
        try {
            Files.createDirectories(folder);
            Path log = folder.resolve("build.log");
            Process build = new ProcessBuilder(SOURCES.resolve("build").toAbsolutePath().toString(), folder.toString())
                    .redirectErrorStream(true).redirectOutput(log.toFile()).start();
            boolean ended = build.waitFor(10, TimeUnit.MINUTES);
            if (!ended) {
                build.destroyForcibly();
            }
            String said = Files.readString(log);
            if (ended && build.exitValue() == 2 && !Boolean.getBoolean(REQUIRED)) {
                return abort("skipped: " + said.strip());
            }
            return ended && build.exitValue() == 0 ? folder : fail("the stand-in was not built: " + said);
        } catch (IOException | InterruptedException e) {
            return fail(e);
        }
    }

    /** Calls a function; an array of one number takes a result, as its address does in C. */
    int call(String name, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            Object[] given = new Object[arguments.length];
            MemoryLayout[] layouts = new MemoryLayout[arguments.length];
            for (int i = 0; i < given.length; i++) {
                layouts[i] = arguments[i] instanceof Integer
                        ? JAVA_INT
                        : arguments[i] instanceof Long ? JAVA_LONG : ADDRESS;
                given[i] = switch (arguments[i]) {
                    case long[] result -> arena.allocateFrom(JAVA_LONG, result);
                    case String text -> arena.allocateFrom(text);
                    default -> arguments[i];
                };
            }
            int status = (int) handle(name, FunctionDescriptor.of(JAVA_INT, layouts)).invokeWithArguments(given);
            for (int i = 0; i < given.length; i++) {
                if (arguments[i] instanceof long[] result) {
                    MemorySegment.copy((MemorySegment) given[i], JAVA_LONG, 0, result, 0, result.length);
                }
            }
            return status;
        } catch (Throwable e) {
            return fail(e);
        }
    }

    private MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), descriptor);
    }

    /** A text that the library answers with. */
    String text(String name) {
        try {
            MemorySegment text = (MemorySegment) handle(name, FunctionDescriptor.of(ADDRESS)).invokeWithArguments();
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            return fail(e);
        }
    }

    /** What the device wrote last to standard error. */
    String said() {
        return text("cudaOnHostSaid");
    }

    /** The device's name. */
    String name() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(200);
            assertEquals(0, call("cuDeviceGetName", text, 200, 0));
            return text.getString(0, StandardCharsets.UTF_8);
        }
    }

    /** The status of loading a module; its handle goes to the array. */
    int load(String ptx, long[] module) {
        return call("cuModuleLoadData", module, ptx);
    }

    /** A kernel of a module that must load. */
    long kernel(String ptx, String name) {
        long[] module = new long[1];
        assertEquals(0, load(ptx, module), () -> said() + "\n" + ptx);
        return function(module[0], name);
    }

    long function(long module, String name) {
        long[] function = new long[1];
        assertEquals(0, call("cuModuleGetFunction", function, module, name));
        return function[0];
    }

    /** Device memory with these contents. */
    long buffer(long... contents) {
        long[] address = new long[1];
        assertEquals(0, call("cuMemAlloc_v2", address, contents.length * 8L));
        assertEquals(0, call("cuMemcpyHtoDAsync_v2", address[0], contents, contents.length * 8L, 0L));
        return address[0];
    }

    long[] read(long buffer, int length) {
        long[] contents = new long[length];
        assertEquals(0, call("cuMemcpyDtoHAsync_v2", contents, buffer, length * 8L, 0L));
        return contents;
    }

    /** Frees buffers. */
    void free(long... buffers) {
        Arrays.stream(buffers).forEach(buffer -> assertEquals(0, call("cuMemFree_v2", buffer)));
    }

    /** The status of a launch of groups in one dimension, all parameters having 64 bits. */
    int launch(long kernel, int groups, int items, long... parameters) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocateFrom(JAVA_LONG, parameters);
            MemorySegment pointers = arena.allocate(ADDRESS, parameters.length);
            for (int i = 0; i < parameters.length; i++) {
                pointers.setAtIndex(ADDRESS, i, values.asSlice(i * 8L));
            }
            return call("cuLaunchKernel", kernel, groups, 1, 1, items, 1, 1, 0, 0L, pointers, MemorySegment.NULL);
        }
    }
}
