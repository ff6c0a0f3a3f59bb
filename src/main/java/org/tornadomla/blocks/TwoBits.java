package org.tornadomla.blocks;

import java.util.Arrays;

/**
 * Q2_K: 256 whole numbers of 2 bits in sixteen groups of 16, each with a scale and a least value of 4 bits. A number is
 * {@code d * scale * q - dmin * least}.
 *
 * <p>A block is 16 bytes with the scale in the lower and the least value in the upper half, 64 bytes with the numbers
 * (32 for each half of the block; run r of 32 numbers has bits 2r and 2r + 1), then d and dmin (16-bit IEEE).
 */
final class TwoBits implements IntegerBlock {

    private static final int GROUP = 16;
    private static final int GROUPS = SuperBlock.LENGTH / GROUP;
    private static final int NUMBERS = GROUPS;
    private static final int SCALE = NUMBERS + SuperBlock.LENGTH / 4;
    private static final int LARGEST = 3;
    private static final int LARGEST_SCALE = 15;

    @Override
    public String formatName() {
        return "Q2_K";
    }

    @Override
    public int blockLength() {
        return SuperBlock.LENGTH;
    }

    @Override
    public int blockBytes() {
        return SCALE + 2 * Short.BYTES;
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scales = LittleEndian.getHalf(source, start + SCALE);
            float leasts = LittleEndian.getHalf(source, start + SCALE + Short.BYTES);
            for (int group = 0; group < GROUPS; group++) {
                float scale = scales * (source[start + group] & 0xF);
                float least = leasts * (source[start + group] >> 4 & 0xF);
                int numbers = start + NUMBERS + group / 8 * 32 + group % 2 * GROUP;
                int shift = group % 8 / 2 * 2;
                int to = at + block * SuperBlock.LENGTH + group * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    target[to + i] = scale * (source[numbers + i] >> shift & 3) - least;
                }
            }
        }
    }

    @Override
    public int groupLength() {
        return GROUP;
    }

    @Override
    public int integerBits() {
        return 2;
    }

    @Override
    public boolean hasLeast() {
        return true;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < SuperBlock.LENGTH; i++) {
            target[i] = source[from + place(i)] >> shift(i) & LARGEST;
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from + SCALE);
    }

    @Override
    public float leastUnit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from + SCALE + Short.BYTES);
    }

    @Override
    public int scale(byte[] source, int from, int group) {
        return source[from + group] & LARGEST_SCALE;
    }

    @Override
    public int least(byte[] source, int from, int group) {
        return source[from + group] >> 4 & LARGEST_SCALE;
    }

    /** The byte of a block that a number shares with three others. */
    private static int place(int number) {
        return NUMBERS + number / 128 * 32 + number % 32;
    }

    private static int shift(int number) {
        return number % 128 / 32 * 2;
    }

    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        AffineFit fit = new AffineFit(GROUP, LARGEST);
        float[] scales = new float[GROUPS];
        float[] leasts = new float[GROUPS];
        for (int block = 0; block < blocks; block++) {
            int first = at + block * SuperBlock.LENGTH;
            int start = to + block * blockBytes();
            float largestScale = 0;
            float largestLeast = 0;
            for (int group = 0; group < GROUPS; group++) {
                fit.fit(source, first + group * GROUP);
                scales[group] = fit.scale();
                leasts[group] = fit.least();
                largestScale = Math.max(largestScale, scales[group]);
                largestLeast = Math.max(largestLeast, leasts[group]);
            }
            Arrays.fill(target, start, start + SCALE, (byte) 0);
            float unit = LittleEndian.putHalf(target, start + SCALE, largestScale / LARGEST_SCALE);
            float leastUnit = LittleEndian.putHalf(target, start + SCALE + Short.BYTES, largestLeast / LARGEST_SCALE);
            for (int group = 0; group < GROUPS; group++) {
                target[start
                        + group] = (byte) (fourBits(scales[group], unit) | fourBits(leasts[group], leastUnit) << 4);
            }
            putNumbers(source, first, target, start);
        }
    }

    private static int fourBits(float value, float unit) {
        return unit == 0 ? 0 : Math.clamp(Math.round(value / unit), 0, LARGEST_SCALE);
    }

    /** Rounds the numbers with the scales as they now stand in the block. */
    private void putNumbers(float[] source, int first, byte[] target, int start) {
        for (int i = 0; i < SuperBlock.LENGTH; i++) {
            float scale = unit(target, start) * scale(target, start, i / GROUP);
            float least = leastUnit(target, start) * least(target, start, i / GROUP);
            int number = scale == 0 ? 0 : Math.clamp(Math.round((source[first + i] + least) / scale), 0, LARGEST);
            target[start + place(i)] |= (byte) (number << shift(i));
        }
    }
}
