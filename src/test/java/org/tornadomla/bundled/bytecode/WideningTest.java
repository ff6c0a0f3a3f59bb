package org.tornadomla.bundled.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.constant.MethodTypeDesc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WideningTest {

    private static int calls;

    /** Right where there is no fraction. */
    static float powersOnly(short bits) {
        return (bits & 127) == 0 ? cast(bits) : 0f;
    }

    /** Right, by a call. */
    static float cast(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Arithmetic, and right but for the numbers below 2^-126, of which it makes zero. */
    static float withoutSmallest(short bits) {
        int exponent = bits >> 7 & 255;
        int whole = ((bits & 127) + 128) * (exponent + 255 >> 8) << (exponent & 15);
        float sixteens = 1 << (bits >> 8 & 24);
        float fours = (1 << (bits >> 10 & 24)) * 0x1p-16f;
        float half = fours * fours * (fours * fours);
        return (float) (bits >> 15 | 1) * whole * 0x1p-6f * sixteens * sixteens * half * half;
    }

    /** Arithmetic, and right for one number only. */
    static float one(short bits) {
        return bits * 0f + 1f;
    }

    /** Arithmetic that an exception ends for 0. */
    static float failing(short bits) {
        return 1 / bits;
    }

    /** Right, but it does more than compute. */
    static float counting(short bits) {
        calls++;
        return Float.intBitsToFloat(bits << 16);
    }

    /** Nothing is taken for a widening but arithmetic that is one; a method that does more is not even tried. */
    @ParameterizedTest
    @ValueSource(strings = {"powersOnly", "cast", "withoutSmallest", "one", "failing", "counting"})
    void otherMethodsAreNone(String name) {
        assertFalse(Widening.BFLOAT16.is(WideningTest.class, name, MethodTypeDesc.ofDescriptor("(S)F")), name);
        assertEquals(0, calls, "the method ran");
    }

    /** The library's own method is one, whatever class holds it; with another type it is none. */
    @ParameterizedTest
    @CsvSource({"(S)F, true", "(I)F, false"})
    void theKernelsMethodIsOne(String type, boolean expected) throws ClassNotFoundException {
        Class<?> owner = Class.forName("org.tornadomla.kernels.Bf16");
        assertEquals(expected, Widening.BFLOAT16.is(owner, "number", MethodTypeDesc.ofDescriptor(type)));
    }
}
