package org.tornadomla.blocks;

import java.util.Arrays;

/**
 * Q4_K and Q5_K: 256 whole numbers of 4 or 5 bits in eight groups of 32, each with a scale and a least value of 6 bits.
 * A number is {@code d * scale * q - dmin * least}.
 *
 * <p>A block is d and dmin (16-bit IEEE), 12 bytes of {@linkplain SuperBlock scales}, 32 bytes with the fifth bits (if
 * there are five; bit g of byte i belongs to number i of group g), then 128 bytes with the lower four bits: 32 for
 * groups 0 and 1 (lower and upper half), 32 for groups 2 and 3, and so on.
 */
final class ScaledNibbles implements IntegerBlock {

    private static final int GROUP = 32;
    private static final int GROUPS = SuperBlock.LENGTH / GROUP;
    private static final int LARGEST_SCALE = 63;
    /** Index of the scales within a block. */
    private static final int SCALES = 2 * Short.BYTES;
    /** Index of the fifth bits, or of the lower bits where there are no fifth ones. */
    private static final int BITS = SCALES + SuperBlock.SCALE_BYTES;

    private final String name;
    private final boolean fifth;
    private final int low;

    ScaledNibbles(String name, boolean fifth) {
        this.name = name;
        this.fifth = fifth;
        this.low = BITS + (fifth ? GROUP : 0);
    }

    @Override
    public String formatName() {
        return name;
    }

    @Override
    public int blockLength() {
        return SuperBlock.LENGTH;
    }

    @Override
    public int blockBytes() {
        return low + SuperBlock.LENGTH / 2;
    }

    @Override
    public int groupLength() {
        return GROUP;
    }

    @Override
    public int integerBits() {
        return fifth ? 5 : 4;
    }

    @Override
    public boolean hasLeast() {
        return true;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < SuperBlock.LENGTH; i++) {
            int group = i / GROUP;
            int within = i % GROUP;
            int number = source[from + low + group / 2 * GROUP + within] >> group % 2 * 4 & 0xF;
            target[i] = fifth ? number | (source[from + BITS + within] >> group & 1) << 4 : number;
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from);
    }

    @Override
    public float leastUnit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from + Short.BYTES);
    }

    @Override
    public int scale(byte[] source, int from, int group) {
        return SuperBlock.scale(source, from + SCALES, group);
    }

    @Override
    public int least(byte[] source, int from, int group) {
        return SuperBlock.least(source, from + SCALES, group);
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scales = LittleEndian.getHalf(source, start);
            float leasts = LittleEndian.getHalf(source, start + Short.BYTES);
            for (int group = 0; group < GROUPS; group++) {
                float scale = scales * SuperBlock.scale(source, start + SCALES, group);
                float least = leasts * SuperBlock.least(source, start + SCALES, group);
                int lowStart = start + low + group / 2 * GROUP;
                int to = at + block * SuperBlock.LENGTH + group * GROUP;
                if (fifth) {
                    decodeFive(source, lowStart, start + BITS, group, scale, least, target, to);
                } else {
                    decodeFour(source, lowStart, group % 2 * 4, scale, least, target, to);
                }
            }
        }
    }

    private static void decodeFour(byte[] source, int lowStart, int shift, float scale, float least, float[] target,
            int to) {
        for (int i = 0; i < GROUP; i++) {
            target[to + i] = scale * (source[lowStart + i] >> shift & 0xF) - least;
        }
    }

    private static void decodeFive(byte[] source, int lowStart, int highStart, int group, float scale, float least,
            float[] target, int to) {
        int shift = group % 2 * 4;
        for (int i = 0; i < GROUP; i++) {
            int number = source[lowStart + i] >> shift & 0xF | (source[highStart + i] >> group & 1) << 4;
            target[to + i] = scale * number - least;
        }
    }

    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        AffineFit fit = new AffineFit(GROUP, fifth ? 31 : 15);
        float[] scales = new float[GROUPS];
        float[] leasts = new float[GROUPS];
        for (int block = 0; block < blocks; block++) {
            int first = at + block * SuperBlock.LENGTH;
            int start = to + block * blockBytes();
            for (int group = 0; group < GROUPS; group++) {
                fit.fit(source, first + group * GROUP);
                scales[group] = fit.scale();
                leasts[group] = fit.least();
            }
            putScales(scales, leasts, target, start);
            putNumbers(source, first, target, start);
        }
    }

    private static void putScales(float[] scales, float[] leasts, byte[] target, int start) {
        float scale = LittleEndian.putHalf(target, start, largest(scales) / LARGEST_SCALE);
        float least = LittleEndian.putHalf(target, start + Short.BYTES, largest(leasts) / LARGEST_SCALE);
        SuperBlock.putScales(sixBits(scales, scale), sixBits(leasts, least), target, start + SCALES);
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    private static int[] sixBits(float[] values, float unit) {
        int[] bits = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            bits[i] = unit == 0 ? 0 : Math.clamp(Math.round(values[i] / unit), 0, LARGEST_SCALE);
        }
        return bits;
    }

    /** Rounds the numbers with the scales as they now stand in the block. */
    private void putNumbers(float[] source, int first, byte[] target, int start) {
        int largest = fifth ? 31 : 15;
        float scales = LittleEndian.getHalf(target, start);
        float leasts = LittleEndian.getHalf(target, start + Short.BYTES);
        Arrays.fill(target, start + BITS, start + blockBytes(), (byte) 0);
        for (int group = 0; group < GROUPS; group++) {
            float scale = scales * SuperBlock.scale(target, start + SCALES, group);
            float least = leasts * SuperBlock.least(target, start + SCALES, group);
            for (int i = 0; i < GROUP; i++) {
                float value = source[first + group * GROUP + i];
                int number = scale == 0 ? 0 : Math.clamp(Math.round((value + least) / scale), 0, largest);
                target[start + low + group / 2 * GROUP + i] |= (byte) ((number & 0xF) << group % 2 * 4);
                if (fifth) {
                    target[start + BITS + i] |= (byte) (number >> 4 << group);
                }
            }
        }
    }
}
