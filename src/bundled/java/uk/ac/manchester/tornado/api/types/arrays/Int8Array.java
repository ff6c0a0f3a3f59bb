package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An off-heap array of signed 8-bit integers. */
public final class Int8Array extends TornadoNativeArray {

    private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public Int8Array(int numberOfElements) {
        super(numberOfElements, Byte.BYTES);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public Int8Array(Int8Array... arrays) {
        super(totalSize(arrays), Byte.BYTES);
        copyAll(arrays);
    }

    Int8Array(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Byte.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static Int8Array fromArray(byte[] values) {
        Int8Array array = new Int8Array(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static Int8Array fromElements(byte... values) {
        return fromArray(values);
    }

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static Int8Array fromSegment(MemorySegment segment) {
        Int8Array array = new Int8Array(elements(segment, Byte.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static Int8Array fromSegmentShallow(MemorySegment segment) {
        Int8Array array = new Int8Array(segment);
        array.expose();
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(Int8Array array, byte value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static Int8Array concat(Int8Array... arrays) {
        return new Int8Array(arrays);
    }

    /** A copy on the heap. */
    public byte[] toHeapArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, byte value) {
        writable().set(LAYOUT, index, value);
    }

    /** Element {@code index}. */
    public byte get(int index) {
        return payload().get(LAYOUT, index);
    }

    /** Sets every element to {@code value}. */
    public void init(byte value) {
        MemorySegment target = writable();
        for (int index = 0; index < getSize(); index++) {
            target.set(LAYOUT, index, value);
        }
    }

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public Int8Array slice(int offset, int length) {
        Int8Array array = new Int8Array(length);
        copyRange(offset, array);
        return array;
    }
}
