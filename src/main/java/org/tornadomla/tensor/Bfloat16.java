package org.tornadomla.tensor;

import org.tornadomla.error.ConfigurationException;

/** Conversion of bfloat16, the upper 16 bits of a float. */
public final class Bfloat16 {

    private static final int QUIET_NAN_BIT = 0x40;
    /** Bits that are all set in a NaN and in an infinity alone. */
    private static final int EXPONENT = 0x7F80;
    private static final float LARGEST = 0x1.FEp127f;

    private Bfloat16() {
    }

    /**
     * The number of a pattern.
     *
     * @param bits bfloat16
     * @return the same number, exactly
     */
    public static float toFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /**
     * The nearest bfloat16, ties to even; what is too large becomes infinite, NaN stays NaN.
     *
     * @param value any number
     * @return its pattern
     */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // Dropping the low half could leave a fraction of zeros, which would be an infinity.
            return (short) (bits >> 16 | QUIET_NAN_BIT);
        }
        int halfway = 0x7FFF + (bits >> 16 & 1);
        return (short) (bits + halfway >> 16);
    }

    /**
     * The nearest bfloat16 of a weight.
     *
     * @param value a finite number
     * @throws ConfigurationException when it is beyond the largest bfloat16
     */
    public static short ofWeight(float value) {
        short bits = fromFloat(value);
        if ((bits & EXPONENT) == EXPONENT) {
            throw new ConfigurationException(
                    "a weight is " + value + ", beyond the largest of BF16, " + LARGEST + "; keep the weights in F32");
        }
        return bits;
    }
}
