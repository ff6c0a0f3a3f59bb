package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Numbers of 16 bits, bfloat16: sign, 8 bits of exponent, 7 of fraction; weights and rows of the latent pool may stand
 * so. Two stand in an int, since the API has vectors of ints and none of shorts: the lower half of lane l is number l
 * of 32, the upper half number 16 + l.
 */
public final class Bf16 {

    /** Numbers of an int. */
    public static final int PACKED = 2;

    /** Shifts that bring a half to the top of its int. */
    static final int LOWER = 16;
    static final int UPPER = 0;

    /** Numbers of a vector. */
    static final int NUMBERS = Lanes.WIDTH * PACKED;

    /** Steps in which {@link #round} finds an exponent: some by 2^{@value #FAR}, then by 2^16, 2^8, 2^4, 2^2 and 2. */
    private static final int FAR_STEPS = 4;
    private static final int FAR = 30;
    private static final int STEPS = FAR_STEPS + 5;
    private static final int SIGN = 0x8000;
    private static final int NOT_A_NUMBER = 0x7FC0;
    /**
     * The least number that is more than half of the largest float. Half of a number that is finite is less; half of an
     * infinity and NaN are not. TornadoVM takes NaN for a number that is at most the largest float.
     */
    static final float NOT_FINITE = 0x1p127f;

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
     * The float of a bfloat16, exact; infinities and NaN become infinities. TornadoVM 5.2 has no bit casts, so it is
     * worked out: the fraction, with its leading 1 unless the exponent is 0, moved left by the exponent's lower four
     * bits is a whole number of at most 23 bits, and powers of two, made from whole numbers as well, add the upper
     * four. Engines that have bit casts find out what this method does and use them: it has to stay arithmetic on its
     * parameter, without a branch.
     */
    static float number(short bits) {
        int exponent = bits >> 7 & 255;
        int leading = exponent + 255 >> 8;
        int whole = ((bits & 127) << 1 - leading) + (leading << 7) << (exponent & 15);
        // Exponent 16 (i + 4 j) + n: 2^(16 i - 6) here, the two halves of 2^(64 j - 128) below, n above. The sign comes
        // as 2^14 or -2^14, which takes one operation less than 1 or -1 does: sixteen of these methods in one helper
        // have to stay under TornadoVM's 600 nodes.
        float sixteens = 1 << (bits >> 8 & 24);
        float fours = (1 << (bits >> 10 & 24)) * 0x1p-16f;
        float half = fours * fours * (fours * fours);
        return (float) (0x4000 - (bits & 0x8000)) * whole * 0x1p-20f * sixteens * sixteens * half * half;
    }

    /**
     * The number in the lower half of an int, widened. Shifts are right for backends that move zeros or the sign in.
     */
    static float lower(int pair) {
        return number((short) pair);
    }

    /** The number in the upper half of an int, widened. */
    static float upper(int pair) {
        return number((short) (pair >> 16));
    }

    /**
     * The 16 bits of a float rounded to nearest even; see {@link #round}. What is chosen by a comparison of floats is a
     * float: TornadoVM's SPIR-V takes the type of a condition from what it chooses.
     */
    static int rounded(float number) {
        float magnitude = number < 0f ? -number : number;
        float moved = magnitude < 0x1p24f ? magnitude : magnitude * 0x1p-105f;
        float exponent = magnitude < 0x1p24f ? 150f : 255f;
        for (int s = 0; s < STEPS; s++) {
            int step = s < FAR_STEPS ? FAR : 16 << FAR_STEPS >> s;
            float further = moved * (1 << step);
            exponent = further < 0x1p24f ? exponent - step : exponent;
            moved = further < 0x1p24f ? further : moved;
        }
        int whole = (int) moved;
        int fraction = whole + 0x7FFF + (whole >> 16 & 1) >> 16;
        float sign = number < 0f ? SIGN : 0f;
        float normal = magnitude < Float.MIN_NORMAL ? 0f : (exponent - 1f) * 128f + fraction + sign;
        return (int) (magnitude * 0.5f < NOT_FINITE ? normal : NOT_A_NUMBER);
    }

    /**
     * Rounds floats to the nearest numbers, ties to even; what is too large becomes infinite, NaN and infinities NaN,
     * and anything below 2^-126 a zero. As in {@link #number}, there is no bit cast to do it with: a float is moved by
     * powers of two, exactly, to where it is a whole number of 24 bits. Each step is a loop over 32 of them without a
     * branch, for the device's vectors: a tenth of the time that one after another takes.
     *
     * @param floats  private, [32 vectors]. Not modified
     * @param vectors how many vectors they become
     * @param moved   private, [{@link #NUMBERS}], scratch
     * @param numbers private, [{@link #NUMBERS}], scratch
     * @param to      receives the vectors
     * @param at      where the first goes
     */
    static void round(float[] floats, int vectors, float[] moved, int[] numbers, VectorInt16 to, int at) {
        for (int v = 0; v < vectors; v++) {
            int from = v * NUMBERS;
            for (int i = 0; i < NUMBERS; i++) {
                float magnitude = floats[from + i] < 0f ? -floats[from + i] : floats[from + i];
                moved[i] = magnitude < 0x1p24f ? magnitude : magnitude * 0x1p-105f;
                numbers[i] = magnitude < 0x1p24f ? 150 : 255;
            }
            for (int s = 0; s < STEPS; s++) {
                int step = s < FAR_STEPS ? FAR : 16 << FAR_STEPS >> s;
                for (int i = 0; i < NUMBERS; i++) {
                    float further = moved[i] * (1 << step);
                    numbers[i] = further < 0x1p24f ? numbers[i] - step : numbers[i];
                    moved[i] = further < 0x1p24f ? further : moved[i];
                }
            }
            for (int i = 0; i < NUMBERS; i++) {
                numbers[i] = bits(floats[from + i], (int) moved[i], numbers[i]);
            }
            to.set(at + v, pack(numbers));
        }
    }

    /**
     * Sign, exponent and fraction of a float that is a whole number of 24 bits once it is moved to an exponent of 150.
     */
    private static int bits(float number, int whole, int exponent) {
        float magnitude = number < 0f ? -number : number;
        // The leading 1 of the whole number is what the exponent lacks.
        int bits = (exponent - 1 << 7) + (whole + 0x7FFF + (whole >> 16 & 1) >> 16) | (number < 0f ? SIGN : 0);
        int normal = magnitude < Float.MIN_NORMAL ? 0 : bits;
        return magnitude * 0.5f < NOT_FINITE ? normal : NOT_A_NUMBER;
    }

    /** A vector of 32 numbers, each in the lower half of an int. */
    private static Int16 pack(int[] numbers) {
        return new Int16(numbers[0] | numbers[16] << 16, numbers[1] | numbers[17] << 16, numbers[2] | numbers[18] << 16,
                numbers[3] | numbers[19] << 16, numbers[4] | numbers[20] << 16, numbers[5] | numbers[21] << 16,
                numbers[6] | numbers[22] << 16, numbers[7] | numbers[23] << 16, numbers[8] | numbers[24] << 16,
                numbers[9] | numbers[25] << 16, numbers[10] | numbers[26] << 16, numbers[11] | numbers[27] << 16,
                numbers[12] | numbers[28] << 16, numbers[13] | numbers[29] << 16, numbers[14] | numbers[30] << 16,
                numbers[15] | numbers[31] << 16);
    }
}
