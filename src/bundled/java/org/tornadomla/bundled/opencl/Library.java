package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The OpenCL library of this machine, and how its functions are called and queried. */
@SuppressWarnings("restricted")
final class Library {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = library(List.of("libOpenCL.so.1", "libOpenCL.so", "OpenCL.dll",
            "/System/Library/Frameworks/OpenCL.framework/OpenCL"));

    private Library() {
    }

    /** The first library of the names that this machine has, or null. */
    static SymbolLookup library(List<String> names) {
        for (String name : names) {
            try {
                return SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException absent) {
                // The next name may be that of this system.
            }
        }
        return null;
    }

    /** A function that returns an error code. */
    static MethodHandle function(String name, MemoryLayout... parameters) {
        return find(name, FunctionDescriptor.of(JAVA_INT, parameters));
    }

    /** A function that returns the handle of a new object. */
    static MethodHandle creator(String name, MemoryLayout... parameters) {
        return find(name, FunctionDescriptor.of(ADDRESS, parameters));
    }

    private static MethodHandle find(String name, FunctionDescriptor type) {
        return LIBRARY == null ? null : LINKER.downcallHandle(LIBRARY.findOrThrow(name), type);
    }

    /** Whether this machine has an OpenCL library; its functions cannot be called without one. */
    static boolean isPresent() {
        return LIBRARY != null;
    }

    /** What to throw for whatever a call threw. */
    static RuntimeException unexpected(Throwable failure) {
        return failure instanceof OpenClException known
                ? known
                : new IllegalStateException("an OpenCL function could not be called", failure);
    }

    /** A call that answers with an error code. */
    @FunctionalInterface
    interface Call {
        int run() throws Throwable;
    }

    /** A call that makes an object and leaves an error code. */
    @FunctionalInterface
    interface Maker {
        MemorySegment make(Arena arena, MemorySegment code) throws Throwable;
    }

    /** A query that answers its size first. */
    @FunctionalInterface
    interface Query {
        int ask(long size, MemorySegment value, MemorySegment needed) throws Throwable;
    }

    /** The error code of a call. */
    static int code(Call call) {
        try {
            return call.run();
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /**
     * Calls a function.
     *
     * @throws OpenClException with the name of the function where it fails
     */
    static void call(String function, Call call) {
        OpenClException.check(function, code(call));
    }

    /**
     * The handle of a new object.
     *
     * @throws OpenClException with the name of the function where it fails
     */
    static MemorySegment made(String function, Maker maker) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(JAVA_INT);
            MemorySegment object = maker.make(arena, code);
            OpenClException.check(function, code.get(JAVA_INT, 0));
            return object;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** The answer of a query. */
    static byte[] info(String function, Query query) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment needed = arena.allocate(JAVA_LONG);
            call(function, () -> query.ask(0, MemorySegment.NULL, needed));
            long size = needed.get(JAVA_LONG, 0);
            MemorySegment value = arena.allocate(Math.max(size, 1), 8);
            call(function, () -> query.ask(size, value, MemorySegment.NULL));
            return value.asSlice(0, size).toArray(JAVA_BYTE);
        }
    }

    /** A text of C. */
    static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8).replace("\0", "").trim();
    }

    /** A little-endian number of up to 8 bytes. */
    static long number(byte[] value) {
        long result = 0;
        for (int i = Math.min(value.length, 8) - 1; i >= 0; i--) {
            result = result << 8 | value[i] & 0xFF;
        }
        return result;
    }
}
