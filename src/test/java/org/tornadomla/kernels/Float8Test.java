package org.tornadomla.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.constant.MethodTypeDesc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.bundled.bytecode.Widening;
import org.tornadomla.tensor.Float8E4M3;
import org.tornadomla.testing.Float8Encoder;

/** The kernels' numbers of 8 bits, code by code. */
class Float8Test {

    private static final MethodTypeDesc TYPE = MethodTypeDesc.ofDescriptor("(I)F");

    static float withoutSmallNumbers(int code) {
        int exponent = code >> 3 & 15;
        int whole = (code & 7) + 8 << exponent - 1;
        return (float) (128 - (code & 128) * 2) * whole * 0x1p-16f;
    }

    static float withoutSign(int code) {
        return Math.abs(Float8.number(code));
    }

    private static boolean isNumber(int code) {
        return (code & Byte.MAX_VALUE) != Byte.MAX_VALUE;
    }

    @Test
    void everyCodeIsItsNumber() {
        for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
            if (isNumber(code)) {
                // A zero has no sign here.
                assertEquals(Float8E4M3.toFloat((byte) code) + 0f, Float8.number(code) + 0f, "code " + code);
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    assertEquals(Float8.number(code), Float8.of((code + 128) << shift, shift), "code " + code);
                }
            } else {
                assertEquals(480, Math.abs(Float8.number(code)));
            }
        }
    }

    @Test
    void enginesKnowTheMethod() {
        assertTrue(Widening.FLOAT8.is(Float8.class, "number", TYPE));
        assertFalse(Widening.FLOAT8.is(Float8.class, "number", MethodTypeDesc.ofDescriptor("(S)F")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"withoutSmallNumbers", "withoutSign", "absent"})
    void otherMethodsAreNone(String name) {
        assertFalse(Widening.FLOAT8.is(Float8Test.class, name, TYPE), name);
    }

    /** Every number is itself, and what lies between two goes to the nearer one. */
    @Test
    void numbersAreRoundedToTheNearest() {
        for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
            if (isNumber(code)) {
                float number = Float8E4M3.toFloat((byte) code);
                assertEquals((byte) code, Float8E4M3.fromFloat(number));
                for (float factor : new float[]{0.97f, 1.0624f, 1.0625f, 1.0626f, 1.125f}) {
                    // The other encoder gives a zero no sign.
                    assertEquals(Float8E4M3.toFloat(Float8Encoder.encode(number * factor)) + 0f,
                            Float8E4M3.toFloat(Float8E4M3.fromFloat(number * factor)) + 0f, "code " + code);
                }
            }
        }
        assertEquals(Float8E4M3.LARGEST, Float8E4M3.toFloat(Float8E4M3.fromFloat(Float.POSITIVE_INFINITY)));
        assertTrue(Float.isNaN(Float8E4M3.toFloat(Float8E4M3.fromFloat(Float.NaN))));
        assertEquals(0x1p-9f, Float8E4M3.toFloat(Float8E4M3.fromFloat(0x1.1p-10f)));
        assertEquals(0, Float8E4M3.toFloat(Float8E4M3.fromFloat(0x1p-10f)));
    }
}
