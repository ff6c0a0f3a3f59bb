package org.tornadomla.bundled.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

/**
 * Keeps the JVM's handlers of signals where a driver sets its own. Drivers with LLVM in them do, PoCL among them, at
 * their first call. The JVM needs its handlers: each null check of compiled code that fails is a SIGSEGV. Under LLVM's
 * handler such a check, in any thread, deletes the files of a kernel that is being compiled, and two at once end the
 * process.
 *
 * <p> LLVM sets its handlers once and remembers that it did, so that handlers given back after the first call stay.
 */
@SuppressWarnings("restricted")
final class SignalHandlers {

    /** Those that LLVM takes, by their numbers on Linux: HUP to USR2 but KILL, then TERM, XCPU, XFSZ and SYS. */
    private static final int[] SIGNALS = {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 15, 24, 25, 31};

    /** More than {@code struct sigaction} has in any C library; the handler is its first field. */
    private static final long ACTION_BYTES = 256;

    /** {@code int sigaction(int, const struct sigaction *, struct sigaction *)}; null where numbers are others. */
    private static final MethodHandle SIGACTION = System.getProperty("os.name").equals("Linux")
            ? Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow("sigaction"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS))
            : null;

    private SignalHandlers() {
    }

    /** Calls a driver, one caller at a time, and gives each signal the handler back that it had before. */
    static synchronized <T> T keep(Supplier<T> call) {
        if (SIGACTION == null) {
            return call.get();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] before = new MemorySegment[SIGNALS.length];
            for (int i = 0; i < before.length; i++) {
                before[i] = arena.allocate(ACTION_BYTES, ADDRESS.byteAlignment());
                act(SIGNALS[i], MemorySegment.NULL, before[i]);
            }
            try {
                return call.get();
            } finally {
                MemorySegment now = arena.allocate(ACTION_BYTES, ADDRESS.byteAlignment());
                for (int i = 0; i < before.length; i++) {
                    act(SIGNALS[i], MemorySegment.NULL, now);
                    if (!handler(now).equals(handler(before[i]))) {
                        act(SIGNALS[i], before[i], MemorySegment.NULL);
                    }
                }
            }
        }
    }

    private static MemorySegment handler(MemorySegment action) {
        return action.get(ADDRESS, 0);
    }

    private static void act(int signal, MemorySegment set, MemorySegment get) {
        int code;
        try {
            code = (int) SIGACTION.invokeExact(signal, set, get);
        } catch (Throwable failure) {
            throw new IllegalStateException("sigaction of the C library cannot be called", failure);
        }
        if (code != 0) {
            throw new IllegalStateException("sigaction refused signal " + signal);
        }
    }
}
