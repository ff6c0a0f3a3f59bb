package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * Numbers of 16 bits, bfloat16: sign, 8 bits of exponent, 7 of fraction. TornadoVM 5.2 has no bit casts, so sign and exponent choose a
 * power of two from a table, and the fraction is added to 1 and multiplied with it, which is exact.
 */
public final class Bf16 {

    /** Length of the table: a sign and an exponent. */
    public static final int POWERS = 512;

    private static final int EXPONENTS = 256;
    private static final int BIAS = 127;

    private Bf16() {
    }

    /**
     * The table that kernels multiply with. Exponent 0 is zero: numbers below 2^-126, which would lack the leading 1, count as zero. The
     * highest exponent, infinite or not a number, is NaN.
     *
     * @return [{@value #POWERS}] signed powers of two
     */
    public static FloatArray powers() {
        FloatArray powers = new FloatArray(POWERS);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            float power = exponent == 0 ? 0f : exponent == EXPONENTS - 1 ? Float.NaN : Math.scalb(1f, exponent - BIAS);
            powers.set(exponent, power);
            powers.set(EXPONENTS + exponent, -power);
        }
        return powers;
    }

    /**
     * Widens a row of a packed block. A loop over one number each: the same as lanes of a vector is more code than compilers take in good
     * time.
     *
     * @param w       packed numbers. Not modified
     * @param at      the first of them
     * @param powers  the table. Not modified
     * @param widened [{@link MatMul#BLOCK}] receives them. Modified
     */
    static void widen(ShortArray w, int at, FloatArray powers, float[] widened) {
        for (int i = 0; i < MatMul.BLOCK; i++) {
            int bits = w.get(at + i);
            widened[i] = powers.get((bits >> 7) & 511) * (1f + (bits & 127) * 0.0078125f);
        }
    }
}
