package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;

/** An off-heap array of 32-bit floats. */
public final class FloatArray extends TornadoNativeArray {

    private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public FloatArray(int numberOfElements) {
        super(numberOfElements, Float.BYTES);
    }

    FloatArray(MemorySegment memory) {
        super(memory, Float.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static FloatArray fromArray(float[] values) {
        FloatArray array = new FloatArray(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static FloatArray fromElements(float... values) {
        return fromArray(values);
    }

    /** A copy on the heap. */
    public float[] toHeapArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, float value) {
        writable().set(LAYOUT, (long) index << 2, value);
    }

    /** Element {@code index}. */
    public float get(int index) {
        return payload().get(LAYOUT, (long) index << 2);
    }

    /** Sets every element to {@code value}. */
    public void init(float value) {
        MemorySegment target = writable();
        for (int index = 0; index < getSize(); index++) {
            target.set(LAYOUT, (long) index << 2, value);
        }
    }
}
