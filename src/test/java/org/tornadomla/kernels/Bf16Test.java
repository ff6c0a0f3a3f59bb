package org.tornadomla.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.tornadomla.tensor.Bfloat16;

class Bf16Test {

    /** Every finite bfloat16, zeros of both signs and numbers below 2^-126 too, is itself to the bit; all others stay what is not finite. */
    @Test
    void everyNumberIsItself() {
        for (int bits = Short.MIN_VALUE; bits <= Short.MAX_VALUE; bits++) {
            float number = Bfloat16.toFloat((short) bits);
            float widened = Bf16.number((short) bits);
            if (Float.isFinite(number)) {
                assertEquals(Float.floatToRawIntBits(number), Float.floatToRawIntBits(widened), number + " became " + widened);
            } else {
                assertFalse(Float.isFinite(widened), number + " became " + widened);
            }
        }
    }
}
