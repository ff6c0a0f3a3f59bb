package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** An off-heap array of 16-bit floats (IEEE 754 binary16). */
public final class HalfFloatArray extends TornadoNativeArray {

    private static final ValueLayout.OfShort LAYOUT = ValueLayout.JAVA_SHORT_UNALIGNED;

    /**
     * An array of {@code numberOfElements} zeros.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public HalfFloatArray(int numberOfElements) {
        super(numberOfElements, Short.BYTES);
    }

    HalfFloatArray(MemorySegment segmentWithHeader) {
        super(segmentWithHeader, Short.BYTES);
    }

    /** An array that holds a copy of {@code values}. */
    public static HalfFloatArray fromArray(HalfFloat[] values) {
        HalfFloatArray array = new HalfFloatArray(values.length);
        for (int index = 0; index < values.length; index++) {
            array.set(index, values[index]);
        }
        return array;
    }

    /** An array that holds a copy of {@code values}. */
    public static HalfFloatArray fromElements(HalfFloat... values) {
        return fromArray(values);
    }

    /** An array that holds a copy of {@code segment}, which has no header; a tail below one element is left out. */
    public static HalfFloatArray fromSegment(MemorySegment segment) {
        HalfFloatArray array = new HalfFloatArray(elements(segment, Short.BYTES));
        MemorySegment.copy(segment, 0, array.writable(), 0, array.getNumBytesOfSegment());
        return array;
    }

    /** An array over {@code segment} itself, which starts with a header of {@link #ARRAY_HEADER} bytes. */
    public static HalfFloatArray fromSegmentShallow(MemorySegment segment) {
        HalfFloatArray array = new HalfFloatArray(segment);
        array.expose();
        return array;
    }

    /** A copy on the heap. */
    public HalfFloat[] toHeapArray() {
        HalfFloat[] values = new HalfFloat[getSize()];
        for (int index = 0; index < values.length; index++) {
            values[index] = get(index);
        }
        return values;
    }

    /** A copy of the encodings on the heap. */
    public short[] toShortArray() {
        return payload().toArray(LAYOUT);
    }

    /** Sets element {@code index}. */
    public void set(int index, HalfFloat value) {
        writable().set(LAYOUT, (long) index << 1, value.getHalfFloatValue());
    }

    /** Element {@code index}. */
    public HalfFloat get(int index) {
        return new HalfFloat(payload().get(LAYOUT, (long) index << 1));
    }

    /** Sets every element to {@code value}. */
    public void init(HalfFloat value) {
        for (int index = 0; index < getSize(); index++) {
            set(index, value);
        }
    }

    /** A new array with a copy of {@code length} elements from {@code offset} on. */
    public HalfFloatArray slice(int offset, int length) {
        HalfFloatArray array = new HalfFloatArray(length);
        copyRange(offset, array);
        return array;
    }
}
