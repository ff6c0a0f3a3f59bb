package org.tornadomla.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.PackedBfloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

class Bf16Test {

    /**
     * Every finite bfloat16, zeros of both signs and numbers below 2^-126 too, is itself to the bit; all others stay
     * what is not finite.
     */
    @Test
    void everyNumberIsItself() {
        for (int bits = Short.MIN_VALUE; bits <= Short.MAX_VALUE; bits++) {
            float number = Bfloat16.toFloat((short) bits);
            float widened = Bf16.number((short) bits);
            if (Float.isFinite(number)) {
                assertEquals(Float.floatToRawIntBits(number), Float.floatToRawIntBits(widened),
                        number + " became " + widened);
            } else {
                assertFalse(Float.isFinite(widened), number + " became " + widened);
            }
        }
    }

    /** Around every bfloat16: itself, its neighbours, and the ties with the next one with the floats beside them. */
    @Test
    void everyNumberIsRoundedToNearestEven() {
        int[] lowerHalves = {0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF};
        int[] bits = new int[lowerHalves.length << Short.SIZE];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = i / lowerHalves.length << Short.SIZE | lowerHalves[i % lowerHalves.length];
        }
        assertRounded(bits);
    }

    @Property
    void anyNumberIsRoundedToNearestEven(@ForAll @Size(10 * Bf16.NUMBERS) int[] bits) {
        assertRounded(bits);
    }

    /** @param bits of floats, as many as fill whole vectors */
    private static void assertRounded(int[] bits) {
        float[] floats = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            floats[i] = Float.intBitsToFloat(bits[i]);
        }
        VectorInt16 packed = rounded(floats);
        for (int i = 0; i < floats.length; i++) {
            float rounded = PackedBfloat16.get(packed.getArray(), 0, i);
            float other = floats[floats.length - 1 - i];
            int pair = Bf16.rounded(floats[i]) | Bf16.rounded(other) << Short.SIZE;
            assertEquals(bits(rounded), pair & 0xFFFF, "lower half from " + floats[i]);
            assertEquals(bits(PackedBfloat16.get(packed.getArray(), 0, floats.length - 1 - i)),
                    pair >> Short.SIZE & 0xFFFF, "upper half from " + other);
            assertEquals(Bf16.number((short) pair), Bf16.lower(pair));
            assertEquals(Bf16.number((short) (pair >> Short.SIZE)), Bf16.upper(pair));
            if (Float.isFinite(floats[i])) {
                float expected = Math.abs(floats[i]) < Float.MIN_NORMAL
                        ? 0
                        : Bfloat16.toFloat(Bfloat16.fromFloat(floats[i]));
                assertEquals(expected, rounded, "from " + floats[i]);
            } else {
                assertTrue(Float.isNaN(rounded), floats[i] + " became " + rounded);
            }
        }
    }

    private static int bits(float number) {
        return Bfloat16.fromFloat(number) & 0xFFFF;
    }

    private static VectorInt16 rounded(float[] floats) {
        VectorInt16 packed = new VectorInt16(floats.length / Bf16.NUMBERS);
        Bf16.round(floats, packed.getLength(), new float[Bf16.NUMBERS], new int[Bf16.NUMBERS], packed, 0);
        return packed;
    }

    /** What {@link PackedBfloat16} writes on the host is where kernels read it, and the other way round. */
    @Test
    void hostAndKernelsAgreeOnPlaces() {
        VectorInt16 packed = new VectorInt16(2);
        float[] numbers = new float[2 * Bf16.NUMBERS];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i - 9;
            PackedBfloat16.set(packed.getArray(), 0, i, numbers[i]);
        }
        for (int i = 0; i < numbers.length; i++) {
            int half = i / Lanes.WIDTH % 2 == 0 ? Bf16.LOWER : Bf16.UPPER;
            assertEquals(numbers[i], Bf16.numbers(packed, i / Bf16.NUMBERS, half).get(i % Lanes.WIDTH));
        }
        VectorInt16 rounded = rounded(numbers);
        for (int i = 0; i < packed.getArray().getSize(); i++) {
            assertEquals(packed.getArray().get(i), rounded.getArray().get(i));
        }
    }
}
