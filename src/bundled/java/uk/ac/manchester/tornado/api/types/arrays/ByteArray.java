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

    ByteArray(MemorySegment memory) {
        super(memory, Byte.BYTES);
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
}
