package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Weights of 4 bits: whole numbers from -8 to 7 times a scale. Eight stand in an int: half byte j of lane l, counted
 * from the lowest, is number 16 j + l of 128, which are those of two inputs.
 */
public final class Int4 {

    /** Numbers of an int. */
    public static final int PACKED = 8;

    /** Shift that brings the first half byte of an input to the top of its int; those that follow take 4 less each. */
    static final int FIRST = 28;
    /** The same of the second input. */
    static final int SECOND = 12;

    private Int4() {
    }

    /**
     * Sixteen of 128 whole numbers.
     *
     * @param w    packed numbers. Not modified
     * @param at   the vector that holds the 128
     * @param left which of its half bytes: 28 for the lowest, 4 less for each that follows
     */
    static Float16 numbers(VectorInt16 w, int at, int left) {
        Int16 v = w.get(at);
        return new Float16(v.getS0() << left >> 28, v.getS1() << left >> 28, v.getS2() << left >> 28,
                v.getS3() << left >> 28, v.getS4() << left >> 28, v.getS5() << left >> 28, v.getS6() << left >> 28,
                v.getS7() << left >> 28, v.getS8() << left >> 28, v.getS9() << left >> 28, v.getS10() << left >> 28,
                v.getS11() << left >> 28, v.getS12() << left >> 28, v.getS13() << left >> 28, v.getS14() << left >> 28,
                v.getS15() << left >> 28);
    }
}
