package org.tornadomla.tensor;

/**
 * Conversion of the 8-bit format with 4 bits of exponent (bias 7) and 3 of fraction, which has NaN but no infinities.
 */
public final class Float8E4M3 {

    /** Largest finite number. */
    public static final float LARGEST = 448;

    private static final int FRACTION_BITS = 3;
    private static final int EXPONENT_BIAS = 7;
    private static final int NAN = 0x7F;
    private static final float[] TABLE = table();

    private Float8E4M3() {
    }

    /**
     * The number of a pattern.
     *
     * @param bits the pattern
     * @return the same number, exactly
     */
    public static float toFloat(byte bits) {
        return TABLE[bits & 0xFF];
    }

    /**
     * The nearest number's pattern: ties go to the even pattern, what is too large to the largest number.
     *
     * @param number any number; NaN becomes one
     */
    public static byte fromFloat(float number) {
        if (Float.isNaN(number)) {
            return NAN;
        }
        float magnitude = Math.min(Math.abs(number), LARGEST);
        int exponent = Math.max(Math.getExponent(magnitude), 1 - EXPONENT_BIAS);
        // Whole steps of the fraction at this exponent; one more than there are is the next exponent's first.
        int steps = (int) Math.rint(Math.scalb(magnitude, FRACTION_BITS - exponent));
        int pattern = (exponent + EXPONENT_BIAS - 1 << FRACTION_BITS) + steps;
        return (byte) (Float.floatToRawIntBits(number) < 0 ? pattern | 0x80 : pattern);
    }

    private static float[] table() {
        float[] table = new float[256];
        for (int bits = 0; bits < table.length; bits++) {
            table[bits] = decode(bits);
        }
        return table;
    }

    private static float decode(int bits) {
        int magnitude = bits & NAN;
        if (magnitude == NAN) {
            return Float.NaN;
        }
        int exponent = magnitude >> FRACTION_BITS;
        int fraction = magnitude & (1 << FRACTION_BITS) - 1;
        float value = exponent == 0
                ? Math.scalb((float) fraction, 1 - EXPONENT_BIAS - FRACTION_BITS)
                : Math.scalb((float) (fraction + (1 << FRACTION_BITS)), exponent - EXPONENT_BIAS - FRACTION_BITS);
        return bits == magnitude ? value : -value;
    }
}
