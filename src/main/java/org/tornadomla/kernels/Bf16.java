package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Numbers of 16 bits, bfloat16: sign, 8 bits of exponent, 7 of fraction. Two stand in an int, since the API has vectors of ints and none
 * of shorts: the lower half of lane l is number l of 32, the upper half number 16 + l.
 */
public final class Bf16 {

    /** Numbers of an int. */
    public static final int PACKED = 2;

    /** Shifts that bring a half to the top of its int. */
    static final int LOWER = 16;
    static final int UPPER = 0;

    private Bf16() {
    }

    /**
     * Sixteen of 32 numbers.
     *
     * @param w    packed numbers. Not modified
     * @param at   the vector that holds the 32
     * @param left which of its halves: {@link #LOWER} or {@link #UPPER}
     */
    static Float16 numbers(VectorInt16 w, int at, int left) {
        Int16 v = w.get(at);
        return new Float16(number((short) (v.getS0() << left >> 16)), number((short) (v.getS1() << left >> 16)),
                number((short) (v.getS2() << left >> 16)), number((short) (v.getS3() << left >> 16)),
                number((short) (v.getS4() << left >> 16)), number((short) (v.getS5() << left >> 16)),
                number((short) (v.getS6() << left >> 16)), number((short) (v.getS7() << left >> 16)),
                number((short) (v.getS8() << left >> 16)), number((short) (v.getS9() << left >> 16)),
                number((short) (v.getS10() << left >> 16)), number((short) (v.getS11() << left >> 16)),
                number((short) (v.getS12() << left >> 16)), number((short) (v.getS13() << left >> 16)),
                number((short) (v.getS14() << left >> 16)), number((short) (v.getS15() << left >> 16)));
    }

    /**
     * The float of a bfloat16, exact; infinities and NaN become infinities. TornadoVM 5.2 has no bit casts, so it is worked out: the
     * fraction, with its leading 1 unless the exponent is 0, moved left by the exponent's lower four bits is a whole number of at most
     * 23 bits, and powers of two, made from whole numbers as well, add the upper four. Engines that have bit casts find out what this
     * method does and use them: it has to stay arithmetic on its parameter, without a branch.
     */
    static float number(short bits) {
        int exponent = bits >> 7 & 255;
        int leading = exponent + 255 >> 8;
        int whole = ((bits & 127) << 1 - leading) + (leading << 7) << (exponent & 15);
        // Exponent 16 (i + 4 j) + n: 2^(16 i - 6) here, the two halves of 2^(64 j - 128) below, n above.
        float sixteens = 1 << (bits >> 8 & 24);
        float fours = (1 << (bits >> 10 & 24)) * 0x1p-16f;
        float half = fours * fours * (fours * fours);
        return (float) (bits >> 15 | 1) * whole * 0x1p-6f * sixteens * sixteens * half * half;
    }
}
