package org.tornadomla.selftest;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * What an array of floats or whole numbers held, as bits, so that NaN compare like all others.
 *
 * @param array the array
 * @param bits  one an element
 */
record Content(Object array, int[] bits) {

    /** Copies an array. */
    static Content of(Object array) {
        int[] bits;
        if (array instanceof HalfFloatArray halves) {
            bits = new int[halves.getSize()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = halves.get(i).getHalfFloatValue();
            }
        } else if (isWhole(array)) {
            IntArray ints = ints(array);
            bits = new int[ints.getSize()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = ints.get(i);
            }
        } else {
            FloatArray floats = floats(array);
            bits = new int[floats.getSize()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToRawIntBits(floats.get(i));
            }
        }
        return new Content(array, bits);
    }

    /** Puts the copy back. */
    void restore() {
        for (int i = 0; i < bits.length; i++) {
            set(array, i, bits[i]);
        }
    }

    /** Whether the array holds whole numbers, bits that no operation writes, or numbers packed in ints. */
    boolean isInt() {
        return isWhole(array);
    }

    private static boolean isWhole(Object array) {
        return array instanceof IntArray || array instanceof VectorInt16 || array instanceof HalfFloatArray;
    }

    /** Sets an element of an array by its bits. */
    static void set(Object array, int index, int bits) {
        if (array instanceof HalfFloatArray halves) {
            halves.set(index, new HalfFloat((short) bits));
        } else if (isWhole(array)) {
            ints(array).set(index, bits);
        } else {
            floats(array).set(index, Float.intBitsToFloat(bits));
        }
    }

    private static IntArray ints(Object array) {
        return array instanceof VectorInt16 vectors ? vectors.getArray() : (IntArray) array;
    }

    private static FloatArray floats(Object array) {
        return array instanceof VectorFloat16 vectors ? vectors.getArray() : (FloatArray) array;
    }
}
