package org.tornadomla.faults;

/**
 * Something that goes wrong on a {@link FaultyDevice}.
 *
 * @param kind   what
 * @param kernel the method that it happens to, for compile failures, launches that write nothing or run on the host,
 *                   and wrong values; null for any
 * @param at     how many allocations or launches go well before it happens
 */
public record Fault(Kind kind, String kernel, int at) {

    /** What goes wrong. */
    public enum Kind {
        /** The driver refuses to compile a kernel. */
        COMPILE,
        /** The JVM has no more memory when a kernel is compiled. */
        HOST_MEMORY,
        /** A kernel seems to run and writes nothing. */
        WRITES_NOTHING,
        /** A kernel leaves one wrong value. */
        WRONG_VALUE,
        /** A kernel runs as Java on the host's arrays, as TornadoVM's bail-out does it; the numbers are right. */
        RUNS_ON_HOST,
        /** An allocation fails. */
        OUT_OF_MEMORY,
        /** The device stops at a launch, and answers nothing from then on. */
        LOST,
        /** Every wait takes long. */
        SLOW,
        /** A wait does not end before the device is closed. */
        HANGS,
        /** A graph sees a buffer as it was first uploaded, unless the graph that ran directly before wrote it. */
        STALE
    }

    /** A fault of any kernel, after a number of allocations or launches. */
    public static Fault at(Kind kind, int count) {
        return new Fault(kind, null, count);
    }

    /** A fault of one kernel, from its first launch on. */
    public static Fault in(Kind kind, String kernel) {
        return new Fault(kind, kernel, 0);
    }

    boolean concerns(String method) {
        return kernel == null || kernel.equals(method);
    }
}
