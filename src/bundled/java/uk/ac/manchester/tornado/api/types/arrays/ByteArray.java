package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** An off-heap array of bytes. */
public final class ByteArray extends TornadoNativeArray {

    private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public ByteArray(int numberOfElements) {
        super(numberOfElements, Byte.BYTES);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public ByteArray(ByteArray... arrays) {
        super(totalSize(arrays), Byte.BYTES);
        copyAll(arrays);
    }

    ByteArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Byte.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static ByteArray fromArray(byte[] values) {
        ByteArray array = new ByteArray(values.length);
        MemorySegment.copy(values, 0, array.writable(), LAYOUT, 0, values.length);
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static ByteArray fromElements(byte... values) {
        return fromArray(values);
    }

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static ByteArray fromSegment(MemorySegment segment) {
        ByteArray array = new ByteArray(elements(segment, Byte.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static ByteArray fromSegmentShallow(MemorySegment segment) {
        ByteArray array = new ByteArray(segment);
        array.expose();
        return array;
    }

    /** An array that holds a copy of all elements of {@code buffer}, from 0 to its capacity. */
    public static ByteArray fromByteBuffer(ByteBuffer buffer) {
        ByteArray array = new ByteArray(buffer.capacity());
        array.writable().copyFrom(MemorySegment.ofBuffer(buffer.duplicate().clear()));
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(ByteArray array, byte value) {
        array.init(value);
    }

    /** The elements of all {@code arrays}, one array behind the other. */
    public static ByteArray concat(ByteArray... arrays) {
        return new ByteArray(arrays);
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
    public ByteArray slice(int offset, int length) {
        ByteArray array = new ByteArray(length);
        copyRange(offset, array);
        return array;
    }
}
