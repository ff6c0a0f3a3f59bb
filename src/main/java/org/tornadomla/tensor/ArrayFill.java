package org.tornadomla.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Brings many numbers at once to arrays. On the bundled runtime {@code getSegment} would hand the memory out, after
 * which no device may share it; here it is written and let go.
 */
public final class ArrayFill {

    private static final boolean BUNDLED = !TaskGraph.class.getModule().isNamed();

    private ArrayFill() {
    }

    private static MemorySegment memory(TornadoNativeArray array) {
        return BUNDLED ? ArrayMemory.writable(array) : array.getSegment();
    }

    /**
     * Writes neighbouring numbers.
     *
     * @param target  Modified
     * @param at      element of the target that receives the first
     * @param numbers the numbers
     * @param count   how many of them
     */
    public static void put(FloatArray target, long at, float[] numbers, int count) {
        MemorySegment.copy(numbers, 0, memory(target), ValueLayout.JAVA_FLOAT, at * Float.BYTES, count);
    }

    /** The same for whole numbers. */
    public static void put(IntArray target, long at, int[] numbers, int count) {
        MemorySegment.copy(numbers, 0, memory(target), ValueLayout.JAVA_INT, at * Integer.BYTES, count);
    }

    /** The same for 16-bit IEEE numbers by their bits. */
    public static void put(HalfFloatArray target, long at, short[] numbers, int count) {
        MemorySegment.copy(numbers, 0, memory(target), ValueLayout.JAVA_SHORT, at * Short.BYTES, count);
    }
}
