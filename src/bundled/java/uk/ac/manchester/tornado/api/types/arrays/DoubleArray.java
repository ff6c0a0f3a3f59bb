package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.DoubleBuffer;

/** An off-heap array of 64-bit floats. */
public final class DoubleArray extends TornadoNativeArray {

    private static final ValueLayout.OfDouble LAYOUT = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public DoubleArray(int numberOfElements) {
        super(numberOfElements, Double.BYTES);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public DoubleArray(DoubleArray... arrays) {
        super(totalSize(arrays), Double.BYTES);
        copyAll(arrays);
    }

    DoubleArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Double.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static DoubleArray fromArray(double[] values) {
        DoubleArray array = new DoubleArray(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static DoubleArray fromElements(double... values) {
        return fromArray(values);
    }

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static DoubleArray fromSegment(MemorySegment segment) {
        DoubleArray array = new DoubleArray(elements(segment, Double.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static DoubleArray fromSegmentShallow(MemorySegment segment) {
        DoubleArray array = new DoubleArray(segment);
        array.expose();
        return array;
    }

    /** An array that holds a copy of all elements of {@code buffer}, from 0 to its capacity. */
    public static DoubleArray fromDoubleBuffer(DoubleBuffer buffer) {
        DoubleArray array = new DoubleArray(buffer.capacity());
        array.writable().copyFrom(MemorySegment.ofBuffer(buffer.duplicate().clear()));
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(DoubleArray array, double value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static DoubleArray concat(DoubleArray... arrays) {
        return new DoubleArray(arrays);
    }

    /** A copy on the heap. */
    public double[] toHeapArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, double value) {
        writable().set(LAYOUT, (long) index << 3, value);
    }

    /** Element {@code index}. */
    public double get(int index) {
        return payload().get(LAYOUT, (long) index << 3);
    }

    /** Sets every element to {@code value}. */
    public void init(double value) {
        MemorySegment target = writable();
        for (int index = 0; index < getSize(); index++) {
            target.set(LAYOUT, (long) index << 3, value);
        }
    }

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public DoubleArray slice(int offset, int length) {
        DoubleArray array = new DoubleArray(length);
        copyRange(offset, array);
        return array;
    }
}
