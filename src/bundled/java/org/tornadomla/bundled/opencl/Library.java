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

/** The OpenCL library of this machine, and how its functions are called and queried. */
@SuppressWarnings("restricted")
final class Library {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = library();

    private Library() {
    }

    private static SymbolLookup library() {
        for (String name : new String[]{"libOpenCL.so.1", "libOpenCL.so", "OpenCL.dll",
            "/System/Library/Frameworks/OpenCL.framework/OpenCL"}) {
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
        return LIBRARY == null
                ? null
                : LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
    }

    /** A function that returns the handle of a new object. */
    static MethodHandle creator(String name, MemoryLayout... parameters) {
        return LIBRARY == null
                ? null
                : LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(ADDRESS, parameters));
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

    /** A query that answers its size first. */
    @FunctionalInterface
    interface Query {
        int ask(long size, MemorySegment value, MemorySegment needed) throws Throwable;
    }

    /** The answer of a query. */
    static byte[] info(String function, Query query) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment needed = arena.allocate(JAVA_LONG);
            OpenClException.check(function, query.ask(0, MemorySegment.NULL, needed));
            long size = needed.get(JAVA_LONG, 0);
            MemorySegment value = arena.allocate(Math.max(size, 1), 8);
            OpenClException.check(function, query.ask(size, value, MemorySegment.NULL));
            return value.asSlice(0, size).toArray(JAVA_BYTE);
        } catch (Throwable failure) {
            throw unexpected(failure);
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
