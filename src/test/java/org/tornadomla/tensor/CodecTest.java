package org.tornadomla.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.testing.Float8Encoder;
import org.tornadomla.testing.Rounding;
import org.tornadomla.testing.Seeds;

/** Number formats bit by bit, against their definitions. */
class CodecTest {

    @Test
    void bfloat16RoundsToTheNearestTiesToEven() {
        float[] values = Seeds.normal(1, 10_000, 1e3);
        float[] expected = Rounding.to(Dtype.BF16, values);
        for (int i = 0; i < values.length; i++) {
            assertEquals(expected[i], Bfloat16.toFloat(Bfloat16.fromFloat(values[i])));
        }
        assertEquals(1, Bfloat16.toFloat(Bfloat16.fromFloat(1 + 0x1p-8f)));
        assertEquals(1 + 0x1p-6f, Bfloat16.toFloat(Bfloat16.fromFloat(1 + 3 * 0x1p-8f)));
    }

    @Test
    void bfloat16KeepsEveryPatternAndSpecialValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Bfloat16.toFloat((short) bits);
            short back = Bfloat16.fromFloat(value);
            assertTrue(Float.isNaN(value) ? Float.isNaN(Bfloat16.toFloat(back)) : back == (short) bits);
        }
        assertEquals(Float.NEGATIVE_INFINITY, Bfloat16.toFloat(Bfloat16.fromFloat(-Float.MAX_VALUE)));
        assertTrue(Float.isNaN(Bfloat16.toFloat(Bfloat16.fromFloat(Float.intBitsToFloat(0x7F800001)))));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.001953125", "7, 0.013671875", "8, 0.015625", "56, 1", "57, 1.125", "126, 448", "127, NaN",
        "255, NaN", "184, -1", "254, -448"})
    void float8Patterns(int bits, float expected) {
        assertEquals(expected, Float8E4M3.toFloat((byte) bits));
    }

    @Test
    void float8NegativesMirrorPositives() {
        assertEquals(-0.0f, Float8E4M3.toFloat((byte) 0x80));
        for (int bits = 1; bits < 127; bits++) {
            assertEquals(-Float8E4M3.toFloat((byte) bits), Float8E4M3.toFloat((byte) (bits | 0x80)));
            assertTrue(Float8E4M3.toFloat((byte) bits) > Float8E4M3.toFloat((byte) (bits - 1)));
        }
        assertEquals(Float8E4M3.LARGEST, Float8E4M3.toFloat((byte) 126));
    }

    @Test
    void theTestsEncoderAgreesWithRounding() {
        for (float value : Seeds.normal(2, 2_000, 50)) {
            assertEquals(Rounding.toFloat8(value), Float8E4M3.toFloat(Float8Encoder.encode(value)));
        }
    }

    @Test
    void decodesFromAnyByteIntoAnyPlace() {
        byte[] bytes = {99, 0, 0, (byte) 0xC0, 0x3F, 0, (byte) 0x80, 0x38, 0x3E};
        float[] target = new float[4];
        MemorySegment source = MemorySegment.ofArray(bytes);
        Codec.decode(Dtype.F32, source, 1, target, 2, 1);
        assertArrayEquals(new float[]{0, 0, 1.5f, 0}, target);
        Codec.decode(Dtype.BF16, source, 3, target, 0, 1);
        Codec.decode(Dtype.F16, source, 7, target, 1, 1);
        Codec.decode(Dtype.F8_E4M3, source, 7, target, 3, 1);
        assertArrayEquals(new float[]{1.5f, Float.float16ToFloat((short) 0x3E38), 1.5f, 1}, target);
        double third = 1 / 3.0;
        byte[] wide = new byte[8];
        MemorySegment.ofArray(wide).set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, third);
        Codec.decode(Dtype.F64, MemorySegment.ofArray(wide), 0, target, 0, 1);
        assertEquals((float) third, target[0]);
    }

    @Test
    void wholeNumbersAreNoWeights() {
        assertThrows(IllegalArgumentException.class,
                () -> Codec.decode(Dtype.I32, MemorySegment.ofArray(new byte[4]), 0, new float[1], 0, 1));
        assertEquals(Dtype.OTHER, Dtype.named("F4"));
        assertEquals(Dtype.BF16, Dtype.named("BF16"));
    }
}
