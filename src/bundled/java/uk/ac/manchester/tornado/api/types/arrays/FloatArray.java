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

    /** The elements of all {@code arrays}, one array behind the other. */
    public FloatArray(FloatArray... arrays) {
        super(totalSize(arrays), Float.BYTES);
        copyAll(arrays);
    }

    FloatArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Float.BYTES);
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

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static FloatArray fromSegment(MemorySegment segment) {
        FloatArray array = new FloatArray(elements(segment, Float.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static FloatArray fromSegmentShallow(MemorySegment segment) {
        FloatArray array = new FloatArray(segment);
        array.expose();
        return array;
    }

    /** An array that holds a copy of all elements of {@code buffer}, from 0 to its capacity. */
    public static FloatArray fromFloatBuffer(FloatBuffer buffer) {
        FloatArray array = new FloatArray(buffer.capacity());
        array.writable().copyFrom(MemorySegment.ofBuffer(buffer.duplicate().clear()));
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(FloatArray array, float value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static FloatArray concat(FloatArray... arrays) {
        return new FloatArray(arrays);
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

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public FloatArray slice(int offset, int length) {
        FloatArray array = new FloatArray(length);
        copyRange(offset, array);
        return array;
    }
}
