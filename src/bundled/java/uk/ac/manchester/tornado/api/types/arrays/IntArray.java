package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.IntBuffer;

/** An off-heap array of 32-bit integers. */
public final class IntArray extends TornadoNativeArray {

    private static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT_UNALIGNED;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public IntArray(int numberOfElements) {
        super(numberOfElements, Integer.BYTES);
    }

    IntArray(MemorySegment memory) {
        super(memory, Integer.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static IntArray fromArray(int[] values) {
        IntArray array = new IntArray(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static IntArray fromElements(int... values) {
        return fromArray(values);
    }

    /** A copy on the heap. */
    public int[] toHeapArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, int value) {
        writable().set(LAYOUT, (long) index << 2, value);
    }

    /** Element {@code index}. */
    public int get(int index) {
        return payload().get(LAYOUT, (long) index << 2);
    }

    /** Sets every element to {@code value}. */
    public void init(int value) {
        MemorySegment target = writable();
        for (int index = 0; index < getSize(); index++) {
            target.set(LAYOUT, (long) index << 2, value);
        }
    }
}
