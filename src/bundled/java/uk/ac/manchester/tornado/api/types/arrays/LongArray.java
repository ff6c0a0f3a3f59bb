package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.LongBuffer;

/** An off-heap array of 64-bit integers. */
public final class LongArray extends TornadoNativeArray {

    private static final ValueLayout.OfLong LAYOUT = ValueLayout.JAVA_LONG_UNALIGNED;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public LongArray(int numberOfElements) {
        super(numberOfElements, Long.BYTES);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public LongArray(LongArray... arrays) {
        super(totalSize(arrays), Long.BYTES);
        copyAll(arrays);
    }

    LongArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Long.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static LongArray fromArray(long[] values) {
        LongArray array = new LongArray(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static LongArray fromElements(long... values) {
        return fromArray(values);
    }

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static LongArray fromSegment(MemorySegment segment) {
        LongArray array = new LongArray(elements(segment, Long.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static LongArray fromSegmentShallow(MemorySegment segment) {
        LongArray array = new LongArray(segment);
        array.expose();
        return array;
    }

    /** An array that holds a copy of all elements of {@code buffer}, from 0 to its capacity. */
    public static LongArray fromLongBuffer(LongBuffer buffer) {
        LongArray array = new LongArray(buffer.capacity());
        array.writable().copyFrom(MemorySegment.ofBuffer(buffer.duplicate().clear()));
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(LongArray array, long value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static LongArray concat(LongArray... arrays) {
        return new LongArray(arrays);
    }

    /** A copy on the heap. */
    public long[] toHeapArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, long value) {
        writable().set(LAYOUT, (long) index << 3, value);
    }

    /** Element {@code index}. */
    public long get(int index) {
        return payload().get(LAYOUT, (long) index << 3);
    }

    /** Sets every element to {@code value}. */
    public void init(long value) {
        MemorySegment target = writable();
        for (int index = 0; index < getSize(); index++) {
            target.set(LAYOUT, (long) index << 3, value);
        }
    }

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public LongArray slice(int offset, int length) {
        LongArray array = new LongArray(length);
        copyRange(offset, array);
        return array;
    }
}
