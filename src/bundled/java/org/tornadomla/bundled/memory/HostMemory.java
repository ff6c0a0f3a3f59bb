package org.tornadomla.bundled.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Memory of native arrays: zeros, given back when nobody can reach it any more.
 *
 * <p>A large piece comes from the C library's {@code calloc}. The JDK would write its zeros at once and on one thread,
 * where the operating system has pages of zeros, each at its first use: weights are packed on all cores, and what no
 * weight fills is never touched. Linux is asked for huge pages, which take less time to hand out and to walk through.
 */
public final class HostMemory {

    /** Elements start on a cache line: vector loads that cross a line cost double. */
    private static final long LINE = 64;
    /** Drivers share memory with a device by pages. */
    private static final long PAGE = 4096;
    private static final long HUGE_PAGE = 2L << 20;
    /** Pieces from here on come from the C library. */
    private static final long LARGE = 2 * HUGE_PAGE;
    /** Linux: huge pages are welcome here. */
    private static final int MADV_HUGEPAGE = 14;

    private static final boolean ALLOWED = HostMemory.class.getModule().isNativeAccessEnabled();
    private static final Optional<
            MethodHandle> CALLOC = function("calloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final Optional<MethodHandle> FREE = function("free", FunctionDescriptor.ofVoid(ADDRESS));
    private static final Optional<
            MethodHandle> MADVISE = function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private HostMemory() {
    }

    @SuppressWarnings("restricted") // Where the application allows native access; elsewhere the JDK's arenas serve.
    private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return ALLOWED
                ? linker.defaultLookup().find(name).map(address -> linker.downcallHandle(address, type))
                : Optional.empty();
    }

    /** Bytes that arrays of this JVM may take together. */
    public static long limit() {
        return MemoryBudget.OF_THIS_JVM.limit();
    }

    /** Bytes of the machine, or of the container that the JVM is in. */
    public static long machine() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /**
     * Takes memory.
     *
     * @param bytes how many; more than a few begin on a page
     * @return zeros
     * @throws OutOfMemoryError when the limit of {@code -XX:MaxDirectMemorySize} or the machine has no more
     */
    public static MemorySegment zeros(long bytes) {
        return zeros(bytes, MemoryBudget.OF_THIS_JVM);
    }

    /** Takes memory and counts it in a budget, which gets it back with the memory. */
    static MemorySegment zeros(long bytes, MemoryBudget budget) {
        if (bytes < LARGE || CALLOC.isEmpty() || FREE.isEmpty()) {
            return Arena.ofAuto().allocate(bytes, bytes < PAGE ? LINE : PAGE);
        }
        budget.take(bytes);
        try {
            return large(bytes, budget);
        } catch (OutOfMemoryError full) {
            budget.giveBack(bytes);
            throw full;
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment large(long bytes, MemoryBudget budget) {
        long withMargin = bytes + HUGE_PAGE;
        MemorySegment taken = call("calloc", () -> (MemorySegment) CALLOC.orElseThrow().invokeExact(1L, withMargin));
        if (taken.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("the machine has no " + withMargin + " bytes for an array");
        }
        MemorySegment whole = taken.reinterpret(withMargin, Arena.ofAuto(), memory -> {
            free(memory);
            budget.giveBack(bytes);
        });
        MemorySegment aligned = whole.asSlice(-whole.address() & HUGE_PAGE - 1, bytes);
        MADVISE.ifPresent(madvise -> askForHugePages(madvise, aligned));
        return aligned;
    }

    /** The advice may be refused; the memory is the same without. */
    private static void askForHugePages(MethodHandle madvise, MemorySegment memory) {
        long wholePages = memory.byteSize() / HUGE_PAGE * HUGE_PAGE;
        int _ = call("madvise", () -> (int) madvise.invokeExact(memory, wholePages, MADV_HUGEPAGE));
    }

    private static void free(MemorySegment memory) {
        call("free", () -> {
            FREE.orElseThrow().invokeExact(memory);
            return memory;
        });
    }

    /** A call of the C library. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws Throwable;
    }

    /** Calls a function, which throws nothing by itself: what is thrown says that it could not be called. */
    static <T> T call(String name, Call<T> function) {
        try {
            return function.run();
        } catch (Throwable failure) {
            throw new IllegalStateException(name + " of the C library cannot be called", failure);
        }
    }
}
