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

    HalfFloatArray(MemorySegment memory) {
        super(memory, Short.BYTES);
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

    /** Sets element {@code index}. */
    public void set(int index, HalfFloat value) {
        writable().set(LAYOUT, (long) index << 1, value.getHalfFloatValue());
    }

    /** Element {@code index}. */
    public HalfFloat get(int index) {
        return new HalfFloat(payload().get(LAYOUT, (long) index << 1));
    }
}
