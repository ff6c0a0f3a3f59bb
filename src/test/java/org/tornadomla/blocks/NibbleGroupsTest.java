package org.tornadomla.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Four-bit numbers of safetensors checkpoints against their definitions, number by number. */
class NibbleGroupsTest {

    private static final int GROUPS = 200;

    @ParameterizedTest
    @EnumSource
    void asDefined(NibbleGroups format) {
        Random random = new Random(5);
        byte[] scaleBytes = new byte[GROUPS * format.scaleBytes() + 1];
        byte[] values = new byte[GROUPS * format.group() / 2 + 2];
        random.nextBytes(scaleBytes);
        random.nextBytes(values);
        float[] scales = new float[GROUPS];
        format.decodeScales(scaleBytes, 1, scales);
        float[] numbers = new float[GROUPS * format.group()];
        format.decode(values, 2, scales, numbers, 0);
        for (int i = 0; i < numbers.length; i++) {
            int group = i / format.group();
            float scale = scale(format, scaleBytes, 1 + group * format.scaleBytes());
            assertEquals(Float.floatToIntBits(scale), Float.floatToIntBits(scales[group]), "scale " + group);
            int bits = values[2 + i / 2] >> i % 2 * 4 & 0xF;
            assertEquals(Float.floatToIntBits((float) (scale * value(format, bits))), Float.floatToIntBits(numbers[i]),
                    "number " + i);
        }
    }

    private static float scale(NibbleGroups format, byte[] bytes, int at) {
        int bits = bytes[at] & 0xFF;
        return switch (format) {
            case INT4_GROUP_32, INT4_GROUP_128 -> Float.intBitsToFloat((bits | (bytes[at + 1] & 0xFF) << 8) << 16);
            case MXFP4 -> bits == 255 ? Float.NaN : (float) Math.pow(2, bits - 127);
            case NVFP4 -> e4m3(bits);
        };
    }

    private static float e4m3(int bits) {
        int magnitude = bits & 0x7F;
        if (magnitude == 0x7F) {
            return Float.NaN;
        }
        int exponent = magnitude >> 3;
        double value = exponent == 0
                ? (magnitude & 7) * Math.pow(2, -9)
                : (8 + (magnitude & 7)) * Math.pow(2, exponent - 10);
        return (float) (bits > 127 ? -value : value);
    }

    private static double value(NibbleGroups format, int bits) {
        if (format == NibbleGroups.INT4_GROUP_32 || format == NibbleGroups.INT4_GROUP_128) {
            return bits - 8;
        }
        int exponent = bits >> 1 & 3;
        double magnitude = exponent == 0 ? 0.5 * (bits & 1) : Math.pow(2, exponent - 1) * (1 + 0.5 * (bits & 1));
        return bits > 7 ? -magnitude : magnitude;
    }

    /** Two published rows of sizes: a group of Kimi K2 Thinking has 16 bytes of values and 2 of scale. */
    @Test
    void sizes() {
        assertArrayEquals(new int[]{32, 128, 32, 16},
                Arrays.stream(NibbleGroups.values()).mapToInt(NibbleGroups::group).toArray());
        assertArrayEquals(new int[]{2, 2, 1, 1},
                Arrays.stream(NibbleGroups.values()).mapToInt(NibbleGroups::scaleBytes).toArray());
    }
}
