package org.tornadomla.blocks;

import java.util.Map;

/**
 * The block formats once more, as their definitions say: one number at a time, bit by bit, with nothing shared and
 * nothing fast.
 */
final class Definitions {

    /** One number of a block. */
    interface Definition {

        /** Number {@code i} of the block that starts at {@code s}. */
        float number(byte[] b, int s, int i);
    }

    static final Map<String, Definition> ALL = Map.ofEntries(
            Map.entry("F32", (b, s, i) -> Float.intBitsToFloat((int) bits(b, 8L * s, 32))),
            Map.entry("F16", (b, s, i) -> half(b, s)),
            Map.entry("BF16", (b, s, i) -> Float.intBitsToFloat((int) bits(b, 8L * s, 16) << 16)),
            Map.entry("Q8_0", (b, s, i) -> half(b, s) * b[s + 2 + i]),
            Map.entry("Q4_0", (b, s, i) -> half(b, s) * (nibble(b, s + 2, i) - 8)),
            Map.entry("Q4_1", (b, s, i) -> half(b, s) * nibble(b, s + 4, i) + half(b, s + 2)),
            Map.entry("Q5_0", (b, s, i) -> half(b, s) * (nibble(b, s + 6, i) + 16 * bit(b, s + 2, i) - 16)),
            Map.entry("Q5_1", (b, s, i) -> half(b, s) * (nibble(b, s + 8, i) + 16 * bit(b, s + 4, i)) + half(b, s + 2)),
            Map.entry("Q2_K", Definitions::q2), Map.entry("Q3_K", Definitions::q3),
            Map.entry("Q4_K", (b, s, i) -> affine(b, s, i, nibbleOfPair(b, s + 16, i))),
            Map.entry("Q5_K",
                    (b, s, i) -> affine(b, s, i,
                            nibbleOfPair(b, s + 48, i) + 16 * (int) bits(b, 8L * (s + 16 + i % 32) + i / 32, 1))),
            Map.entry("INT4_32", (b, s, i) -> single(b, s) * (pair(b, s + 4, i) - 8)),
            Map.entry("INT4_128", (b, s, i) -> single(b, s) * (pair(b, s + 4, i) - 8)),
            Map.entry("UINT4_128", (b, s, i) -> single(b, s) * pair(b, s + 5, i) - single(b, s) * b[s + 4]),
            Map.entry("FP8", Definitions::fp8), Map.entry("Q6_K", Definitions::q6),
            Map.entry("MXFP4", Definitions::mxfp4),
            Map.entry("NVFP4", (b, s, i) -> (float) ((double) single(b, s) * 2 * e2m1(pair(b, s + 4, i)))));

    private Definitions() {
    }

    /** Bits from a position on, the lowest first. */
    private static long bits(byte[] b, long from, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            long at = from + i;
            value |= (long) (b[(int) (at / 8)] >> at % 8 & 1) << i;
        }
        return value;
    }

    private static int bit(byte[] b, int start, int index) {
        return (int) bits(b, 8L * start + index, 1);
    }

    private static float half(byte[] b, int at) {
        return Float.float16ToFloat((short) bits(b, 8L * at, 16));
    }

    private static float single(byte[] b, int at) {
        return Float.intBitsToFloat((int) bits(b, 8L * at, 32));
    }

    /** Neighbours share a byte, the first in its lower half. */
    private static int pair(byte[] b, int start, int i) {
        return (int) bits(b, 8L * start + 4L * i, 4);
    }

    /** Blocks of 32: numbers 0 to 15 in the lower halves, 16 to 31 in the upper ones. */
    private static int nibble(byte[] b, int start, int i) {
        return (int) bits(b, 8L * (start + i % 16) + 4 * (i / 16), 4);
    }

    /** Blocks of 256: each 32 bytes hold 64 numbers, the first 32 in the lower halves. */
    private static int nibbleOfPair(byte[] b, int start, int i) {
        return (int) bits(b, 8L * (start + i / 64 * 32 + i % 32) + 4 * (i % 64 / 32), 4);
    }

    private static float affine(byte[] b, int s, int i, int q) {
        int group = i / 32;
        long scale;
        long least;
        if (group < 4) {
            scale = bits(b, 8L * (s + 4 + group), 6);
            least = bits(b, 8L * (s + 8 + group), 6);
        } else {
            scale = bits(b, 8L * (s + 8 + group), 4) + 16 * bits(b, 8L * (s + group) + 6, 2);
            least = bits(b, 8L * (s + 8 + group) + 4, 4) + 16 * bits(b, 8L * (s + 4 + group) + 6, 2);
        }
        return half(b, s) * scale * q - half(b, s + 2) * least;
    }

    private static float q2(byte[] b, int s, int i) {
        long q = bits(b, 8L * (s + 16 + i / 128 * 32 + i % 32) + 2 * (i % 128 / 32), 2);
        long scale = bits(b, 8L * (s + i / 16), 4);
        long least = bits(b, 8L * (s + i / 16) + 4, 4);
        return half(b, s + 80) * scale * q - half(b, s + 82) * least;
    }

    private static float q3(byte[] b, int s, int i) {
        long low = bits(b, 8L * (s + 32 + i / 128 * 32 + i % 32) + 2 * (i % 128 / 32), 2);
        long high = bits(b, 8L * (s + i % 32) + i / 32, 1);
        int group = i / 16;
        long scale = bits(b, 8L * (s + 96 + group % 8) + 4 * (group / 8), 4)
                + 16 * bits(b, 8L * (s + 104 + group % 4) + 2 * (group / 4), 2);
        return half(b, s + 108) * (scale - 32) * (low + 4 * high - 4);
    }

    private static float q6(byte[] b, int s, int i) {
        int within = i % 128;
        long low = bits(b, 8L * (s + i / 128 * 64 + within % 64) + 4 * (within / 64), 4);
        long high = bits(b, 8L * (s + 128 + i / 128 * 32 + within % 32) + 2 * (within / 32), 2);
        return half(b, s + 208) * b[s + 192 + i / 16] * (low + 16 * high - 32);
    }

    private static float mxfp4(byte[] b, int s, int i) {
        int q = nibble(b, s + 1, i);
        int power = b[s] & 0xFF;
        return power == 255 ? Float.NaN : (float) (e2m1(q) * Math.pow(2, power - 127));
    }

    /** A sign, two bits of exponent of bias 1, one of fraction. */
    private static double e2m1(int q) {
        int exponent = q >> 1 & 3;
        double magnitude = exponent == 0 ? 0.5 * (q & 1) : Math.pow(2, exponent - 1) * (1 + 0.5 * (q & 1));
        return q > 7 ? -magnitude : magnitude;
    }

    /** A sign, four bits of exponent of bias 7, three of fraction; no infinities, and NaN where all are set. */
    private static float fp8(byte[] b, int s, int i) {
        int code = b[s + 4 + i] & 0xFF;
        int exponent = code >> 3 & 15;
        double fraction = (code & 7) / 8.0;
        double magnitude = exponent == 0 ? fraction * Math.pow(2, -6) : (1 + fraction) * Math.pow(2, exponent - 7);
        float number = (code & 127) == 127 ? Float.NaN : (float) (code > 127 ? -magnitude : magnitude);
        return number * single(b, s);
    }
}
