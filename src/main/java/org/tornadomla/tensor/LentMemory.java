package org.tornadomla.tensor;

import java.lang.foreign.MemorySegment;

import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.TaskGraph;

/** Arrays whose content is memory that they do not own, such as a mapped file. TornadoVM's own arrays copy it. */
public final class LentMemory {

    private LentMemory() {
    }

    /** Whether the arrays of the active runtime can be lent memory. */
    public static boolean isPossible() {
        return !TaskGraph.class.getModule().isNamed();
    }

    /** Whether nobody used an array so far, so that it can be lent memory. */
    public static boolean isUnused(Object array) {
        return ArrayMemory.isUntouched(array);
    }

    /** Bytes of an array. */
    public static long bytes(Object array) {
        return ArrayMemory.storage(array).getNumBytesOfSegment();
    }

    /** The content of an array, to be read. */
    public static MemorySegment content(Object array) {
        return ArrayMemory.readable(array);
    }

    /**
     * Gives an unused array its content.
     *
     * @param memory {@link #bytes} bytes, which stay as they are
     */
    public static void lend(Object array, MemorySegment memory) {
        ArrayMemory.lend(array, memory);
    }

    /**
     * Gives an unused array memory to write to.
     *
     * @param memory {@link #bytes} zeros that nobody else uses
     */
    public static void give(Object array, MemorySegment memory) {
        ArrayMemory.give(array, memory);
    }
}
