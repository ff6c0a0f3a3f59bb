package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Weights of 8 bits: whole numbers from -127 to 127 times a scale. */
public final class Int8 {

    /** Inputs of an output that share a scale. */
    public static final int SCALED = 128;
    /** The largest whole number of a weight. */
    public static final int LARGEST = 127;

    private Int8() {
    }

    /** Sixteen weights, from {@code w[at]} on, each times its output's scale. */
    static Float16 widen(ByteArray w, int at, Float16 scales) {
        return Float16.mult(numbers(w, at), scales);
    }

    /** Sixteen whole numbers; a helper of its own, which the jvm engine runs as one conversion of a vector. */
    private static Float16 numbers(ByteArray w, int at) {
        return new Float16(w.get(at), w.get(at + 1), w.get(at + 2), w.get(at + 3), w.get(at + 4), w.get(at + 5),
                w.get(at + 6), w.get(at + 7), w.get(at + 8), w.get(at + 9), w.get(at + 10), w.get(at + 11), w.get(at +
                12), w.get(at + 13), w.get(at + 14), w.get(at + 15));
    }
}
