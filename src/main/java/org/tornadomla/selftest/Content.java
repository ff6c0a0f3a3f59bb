package org.tornadomla.selftest;

import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

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
        if (isWhole(array)) {
            bits = new int[((TornadoNativeArray) array).getSize()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = whole(array, i);
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

    /** Whether the array holds whole numbers. */
    boolean isInt() {
        return isWhole(array);
    }

    private static boolean isWhole(Object array) {
        return array instanceof IntArray || array instanceof ShortArray || array instanceof ByteArray;
    }

    /** An element as a number. */
    double number(int index) {
        return isInt() ? bits[index] : Float.intBitsToFloat(bits[index]);
    }

    /** Sets an element of an array by its bits. */
    static void set(Object array, int index, int bits) {
        switch (array) {
            case IntArray ints -> ints.set(index, bits);
            case ShortArray shorts -> shorts.set(index, (short) bits);
            case ByteArray bytes -> bytes.set(index, (byte) bits);
            default -> floats(array).set(index, Float.intBitsToFloat(bits));
        }
    }

    private static int whole(Object array, int index) {
        return switch (array) {
            case IntArray ints -> ints.get(index);
            case ShortArray shorts -> shorts.get(index);
            default -> ((ByteArray) array).get(index);
        };
    }

    private static FloatArray floats(Object array) {
        return array instanceof VectorFloat16 vectors ? vectors.getArray() : (FloatArray) array;
    }
}
