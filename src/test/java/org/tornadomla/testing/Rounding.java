package org.tornadomla.testing;

import org.tornadomla.tensor.Dtype;

/** Rounding to a coarser format by its definition (unit of the last place, ties to even), without its bit patterns. */
public final class Rounding {

    private Rounding() {
    }

    /**
     * Rounds numbers.
     *
     * @param dtype  F32, BF16 or F16
     * @param values numbers in the format's normal range or 0
     * @return the nearest numbers of the format
     */
    public static float[] to(Dtype dtype, float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = switch (dtype) {
                case F32 -> values[i];
                case BF16 -> round(values[i], 7, Float.MIN_EXPONENT);
                case F16 -> round(values[i], 10, -14);
                default -> throw new IllegalArgumentException(dtype + " is not rounded to");
            };
        }
        return rounded;
    }

    /**
     * Rounds to FP8 E4M3.
     *
     * @param value a number of at most 448
     * @return the nearest number of the format
     */
    public static float toFloat8(float value) {
        return round(value, 3, -6);
    }

    private static float round(float value, int fractionBits, int smallestExponent) {
        int exponent = Math.max(Math.getExponent(value), smallestExponent);
        double unit = Math.scalb(1.0, exponent - fractionBits);
        return (float) (Math.rint(value / unit) * unit);
    }
}
