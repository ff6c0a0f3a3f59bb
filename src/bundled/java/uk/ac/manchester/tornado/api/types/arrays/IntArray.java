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

    /** The elements of all {@code arrays}, one array behind the other. */
    public IntArray(IntArray... arrays) {
        super(totalSize(arrays), Integer.BYTES);
        copyAll(arrays);
    }

    IntArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Integer.BYTES);
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

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static IntArray fromSegment(MemorySegment segment) {
        IntArray array = new IntArray(elements(segment, Integer.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static IntArray fromSegmentShallow(MemorySegment segment) {
        IntArray array = new IntArray(segment);
        array.expose();
        return array;
    }

    /** An array that holds a copy of all elements of {@code buffer}, from 0 to its capacity. */
    public static IntArray fromIntBuffer(IntBuffer buffer) {
        IntArray array = new IntArray(buffer.capacity());
        array.writable().copyFrom(MemorySegment.ofBuffer(buffer.duplicate().clear()));
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(IntArray array, int value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static IntArray concat(IntArray... arrays) {
        return new IntArray(arrays);
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

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public IntArray slice(int offset, int length) {
        IntArray array = new IntArray(length);
        copyRange(offset, array);
        return array;
    }
}
