package org.tornadomla.testing;

import org.tornadomla.tensor.Float8E4M3;

/** Rounds to the 8-bit format by looking for the nearest of its numbers. */
public final class Float8Encoder {

    private static final int PATTERNS = 127;

    private Float8Encoder() {
    }

    /**
     * The nearest number's pattern; ties go to the even pattern, what is too large to the largest number.
     *
     * @param value any finite number
     * @return its pattern
     */
    public static byte encode(float value) {
        int nearest = 0;
        for (int pattern = 1; pattern < PATTERNS; pattern++) {
            double distance = Math.abs(Float8E4M3.toFloat((byte) pattern) - Math.abs((double) value));
            double best = Math.abs(Float8E4M3.toFloat((byte) nearest) - Math.abs((double) value));
            if (distance < best || distance == best && pattern % 2 == 0) {
                nearest = pattern;
            }
        }
        return (byte) (value < 0 ? nearest | 0x80 : nearest);
    }
}
