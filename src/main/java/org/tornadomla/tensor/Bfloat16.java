package org.tornadomla.tensor;

/** Conversion of bfloat16, the upper 16 bits of a float. */
public final class Bfloat16 {

    private static final int QUIET_NAN_BIT = 0x40;

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
}
