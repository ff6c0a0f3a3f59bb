package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Weights of 8 bits in E4M3: a sign, four bits of exponent of bias 7 and three of fraction. They stand in ints as those
 * of {@link Int8} do.
 */
final class Float8 {

    private Float8() {
    }

    /**
     * Sixteen of 64 numbers.
     *
     * @param w    packed numbers. Not modified
     * @param at   the vector that holds the 64
     * @param left which of its bytes: {@link Int8#FIRST} to {@link Int8#FOURTH}
     */
    static Float16 numbers(VectorInt16 w, int at, int left) {
        Int16 v = w.get(at);
        return new Float16(number(v.getS0() << left >> 24), number(v.getS1() << left >> 24),
                number(v.getS2() << left >> 24), number(v.getS3() << left >> 24), number(v.getS4() << left >> 24),
                number(v.getS5() << left >> 24), number(v.getS6() << left >> 24), number(v.getS7() << left >> 24),
                number(v.getS8() << left >> 24), number(v.getS9() << left >> 24), number(v.getS10() << left >> 24),
                number(v.getS11() << left >> 24), number(v.getS12() << left >> 24), number(v.getS13() << left >> 24),
                number(v.getS14() << left >> 24), number(v.getS15() << left >> 24));
    }

    /**
     * The number of a code, exact; the two codes of NaN become 480 and -480, and are refused where weights are read.
     * The fraction, with its leading 1 unless the exponent is 0, moved left by the exponent is a whole number of at
     * most 18 bits. Engines that have bit casts find out what this method does and use them: it has to stay arithmetic
     * on its parameter, without a branch.
     *
     * @param code -128 to 127
     */
    static float number(int code) {
        int exponent = code >> 3 & 15;
        int leading = exponent + 15 >> 4;
        int whole = (code & 7) + (leading << 3) << exponent - leading;
        return (float) (128 - (code & 128) * 2) * whole * 0x1p-16f;
    }

    /** One of four numbers of an int, whose sign bits are turned. */
    static float of(int word, int shift) {
        return number((word >> shift & 255) - 128);
    }
}
