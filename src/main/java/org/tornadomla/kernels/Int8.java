package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Weights of 8 bits: whole numbers from -127 to 127 times a scale. Four stand in an int, since the API has vectors of
 * ints and none of bytes: byte j of lane l, counted from the lowest, is number 16 j + l of 64.
 */
public final class Int8 {

    /** Inputs of an output that share a scale. */
    public static final int SCALED = 128;
    /** The largest whole number of a weight. */
    public static final int LARGEST = 127;
    /** Numbers of an int. */
    public static final int PACKED = 4;

    /** Shifts that bring a byte to the top of its int. */
    static final int FIRST = 24;
    static final int SECOND = 16;
    static final int THIRD = 8;
    static final int FOURTH = 0;

    private Int8() {
    }

    /**
     * Sixteen of 64 whole numbers.
     *
     * @param w    packed numbers. Not modified
     * @param at   the vector that holds the 64
     * @param left which of its bytes: {@link #FIRST} to {@link #FOURTH}
     */
    static Float16 numbers(VectorInt16 w, int at, int left) {
        Int16 v = w.get(at);
        return new Float16(v.getS0() << left >> 24, v.getS1() << left >> 24, v.getS2() << left >> 24,
                v.getS3() << left >> 24, v.getS4() << left >> 24, v.getS5() << left >> 24, v.getS6() << left >> 24,
                v.getS7() << left >> 24, v.getS8() << left >> 24, v.getS9() << left >> 24, v.getS10() << left >> 24,
                v.getS11() << left >> 24, v.getS12() << left >> 24, v.getS13() << left >> 24, v.getS14() << left >> 24,
                v.getS15() << left >> 24);
    }
}
