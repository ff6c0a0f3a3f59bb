package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Sums of products of whole numbers, sixteen outputs at once: what a processor may have an instruction for. Weights are
 * kept as numbers from 0 on, their middle added, since that is what such instructions take; {@link #start} takes it off
 * again.
 */
final class Dots {

    /** What is added to a weight of 8 bits; as much as stands for half of its range. */
    static final int MIDDLE_8 = 128;
    /** What is added to a weight of 4 bits. */
    static final int MIDDLE_4 = 8;

    private Dots() {
    }

    /** The same number in every lane. */
    static Int16 start(int s) {
        return new Int16(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s);
    }

    /**
     * Adds the products of four inputs to the sums of sixteen outputs.
     *
     * @param sum  of the products so far
     * @param w    four weights of an output in an int, one a byte. Not modified
     * @param at   the vector that holds those of the sixteen outputs
     * @param low  the lowest bit of the weights in their bytes, 0 or 4
     * @param mask the bits of a weight: 255 or 15
     * @param x    four inputs, numbers from -128 to 127, one a byte
     */
    static Int16 add(Int16 sum, VectorInt16 w, int at, int low, int mask, int x) {
        Int16 v = w.get(at);
        int a = x << 24 >> 24;
        int b = x << 16 >> 24;
        int c = x << 8 >> 24;
        int d = x >> 24;
        return new Int16(
                sum.getS0() + (v.getS0() >> low & mask) * a + (v.getS0() >> low + 8 & mask) * b
                        + (v.getS0() >> low + 16 & mask) * c + (v.getS0() >> low + 24 & mask) * d,
                sum.getS1() + (v.getS1() >> low & mask) * a + (v.getS1() >> low + 8 & mask) * b
                        + (v.getS1() >> low + 16 & mask) * c + (v.getS1() >> low + 24 & mask) * d,
                sum.getS2() + (v.getS2() >> low & mask) * a + (v.getS2() >> low + 8 & mask) * b
                        + (v.getS2() >> low + 16 & mask) * c + (v.getS2() >> low + 24 & mask) * d,
                sum.getS3() + (v.getS3() >> low & mask) * a + (v.getS3() >> low + 8 & mask) * b
                        + (v.getS3() >> low + 16 & mask) * c + (v.getS3() >> low + 24 & mask) * d,
                sum.getS4() + (v.getS4() >> low & mask) * a + (v.getS4() >> low + 8 & mask) * b
                        + (v.getS4() >> low + 16 & mask) * c + (v.getS4() >> low + 24 & mask) * d,
                sum.getS5() + (v.getS5() >> low & mask) * a + (v.getS5() >> low + 8 & mask) * b
                        + (v.getS5() >> low + 16 & mask) * c + (v.getS5() >> low + 24 & mask) * d,
                sum.getS6() + (v.getS6() >> low & mask) * a + (v.getS6() >> low + 8 & mask) * b
                        + (v.getS6() >> low + 16 & mask) * c + (v.getS6() >> low + 24 & mask) * d,
                sum.getS7() + (v.getS7() >> low & mask) * a + (v.getS7() >> low + 8 & mask) * b
                        + (v.getS7() >> low + 16 & mask) * c + (v.getS7() >> low + 24 & mask) * d,
                sum.getS8() + (v.getS8() >> low & mask) * a + (v.getS8() >> low + 8 & mask) * b
                        + (v.getS8() >> low + 16 & mask) * c + (v.getS8() >> low + 24 & mask) * d,
                sum.getS9() + (v.getS9() >> low & mask) * a + (v.getS9() >> low + 8 & mask) * b
                        + (v.getS9() >> low + 16 & mask) * c + (v.getS9() >> low + 24 & mask) * d,
                sum.getS10() + (v.getS10() >> low & mask) * a + (v.getS10() >> low + 8 & mask) * b
                        + (v.getS10() >> low + 16 & mask) * c + (v.getS10() >> low + 24 & mask) * d,
                sum.getS11() + (v.getS11() >> low & mask) * a + (v.getS11() >> low + 8 & mask) * b
                        + (v.getS11() >> low + 16 & mask) * c + (v.getS11() >> low + 24 & mask) * d,
                sum.getS12() + (v.getS12() >> low & mask) * a + (v.getS12() >> low + 8 & mask) * b
                        + (v.getS12() >> low + 16 & mask) * c + (v.getS12() >> low + 24 & mask) * d,
                sum.getS13() + (v.getS13() >> low & mask) * a + (v.getS13() >> low + 8 & mask) * b
                        + (v.getS13() >> low + 16 & mask) * c + (v.getS13() >> low + 24 & mask) * d,
                sum.getS14() + (v.getS14() >> low & mask) * a + (v.getS14() >> low + 8 & mask) * b
                        + (v.getS14() >> low + 16 & mask) * c + (v.getS14() >> low + 24 & mask) * d,
                sum.getS15() + (v.getS15() >> low & mask) * a + (v.getS15() >> low + 8 & mask) * b
                        + (v.getS15() >> low + 16 & mask) * c + (v.getS15() >> low + 24 & mask) * d);
    }

    /** The same numbers as floats. */
    static Float16 floats(Int16 v) {
        return new Float16(v.getS0(), v.getS1(), v.getS2(), v.getS3(), v.getS4(), v.getS5(), v.getS6(), v.getS7(),
                v.getS8(), v.getS9(), v.getS10(), v.getS11(), v.getS12(), v.getS13(), v.getS14(), v.getS15());
    }
}
