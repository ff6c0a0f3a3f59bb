package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ShortBuffer;

/** An off-heap array of 16-bit integers. */
public final class ShortArray extends TornadoNativeArray {

    private static final ValueLayout.OfShort LAYOUT = ValueLayout.JAVA_SHORT_UNALIGNED;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public ShortArray(int numberOfElements) {
        super(numberOfElements, Short.BYTES);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public ShortArray(ShortArray... arrays) {
        super(totalSize(arrays), Short.BYTES);
        copyAll(arrays);
    }

    ShortArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Short.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static ShortArray fromArray(short[] values) {
        ShortArray array = new ShortArray(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static ShortArray fromElements(short... values) {
        return fromArray(values);
    }

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static ShortArray fromSegment(MemorySegment segment) {
        ShortArray array = new ShortArray(elements(segment, Short.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static ShortArray fromSegmentShallow(MemorySegment segment) {
        ShortArray array = new ShortArray(segment);
        array.expose();
        return array;
    }

    /** An array that holds a copy of all elements of {@code buffer}, from 0 to its capacity. */
    public static ShortArray fromShortBuffer(ShortBuffer buffer) {
        ShortArray array = new ShortArray(buffer.capacity());
        array.writable().copyFrom(MemorySegment.ofBuffer(buffer.duplicate().clear()));
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(ShortArray array, short value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static ShortArray concat(ShortArray... arrays) {
        return new ShortArray(arrays);
    }

    /** A copy on the heap. */
    public short[] toHeapArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, short value) {
        writable().set(LAYOUT, (long) index << 1, value);
    }

    /** Element {@code index}. */
    public short get(int index) {
        return payload().get(LAYOUT, (long) index << 1);
    }

    /** Sets every element to {@code value}. */
    public void init(short value) {
        MemorySegment target = writable();
        for (int index = 0; index < getSize(); index++) {
            target.set(LAYOUT, (long) index << 1, value);
        }
    }

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public ShortArray slice(int offset, int length) {
        ShortArray array = new ShortArray(length);
        copyRange(offset, array);
        return array;
    }
}
