package org.tornadomla.blocks;

import java.util.Arrays;

/**
 * Q3_K: 256 whole numbers of 3 bits in sixteen groups of 16, each with a scale of 6 bits. A number is
 * {@code d * (scale - 32) * (q - 4)}.
 *
 * <p>A block is 32 bytes with the third bits (bit r of byte i belongs to number i of run r, of eight runs of 32), 64
 * bytes with the lower two bits (32 for each half of the block; run r of a half has bits 2r and 2r + 1), 12 bytes with
 * the scales, then d (16-bit IEEE). Of scale s, bytes 0 to 7 of the twelve hold the lower four bits (scales 8 to 15 in
 * the upper halves), bytes 8 to 11 the upper two (scale s in byte s modulo 4, bits 2 (s / 4)).
 */
final class ThreeBits implements IntegerBlock {

    private static final int GROUP = 16;
    private static final int GROUPS = SuperBlock.LENGTH / GROUP;
    private static final int RUN = 32;
    private static final int LOW = RUN;
    private static final int SCALES = LOW + SuperBlock.LENGTH / 4;
    private static final int SCALE = SCALES + SuperBlock.SCALE_BYTES;
    private static final int OFFSET = 4;
    private static final int SCALE_OFFSET = 32;

    @Override
    public String formatName() {
        return "Q3_K";
    }

    @Override
    public int blockLength() {
        return SuperBlock.LENGTH;
    }

    @Override
    public int blockBytes() {
        return SCALE + Short.BYTES;
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scale = LittleEndian.getHalf(source, start + SCALE);
            for (int group = 0; group < GROUPS; group++) {
                float own = scale * scale(source, start, group);
                int run = group / 2;
                int within = group % 2 * GROUP;
                int low = start + LOW + run / 4 * RUN + within;
                int shift = run % 4 * 2;
                int high = start + within;
                int to = at + block * SuperBlock.LENGTH + group * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    int number = source[low + i] >> shift & 3 | (source[high + i] >> run & 1) << 2;
                    target[to + i] = own * (number - OFFSET);
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
        return 3;
    }

    @Override
    public boolean hasLeast() {
        return false;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < SuperBlock.LENGTH; i++) {
            int number = source[from + low(i)] >> lowShift(i) & 3 | (source[from + i % RUN] >> i / RUN & 1) << 2;
            target[i] = number - OFFSET;
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from + SCALE);
    }

    @Override
    public int scale(byte[] source, int from, int group) {
        int start = from + SCALES;
        int low = source[start + group % 8] >> group / 8 * 4 & 0xF;
        return (low | (source[start + 8 + group % 4] >> group / 4 * 2 & 3) << 4) - SCALE_OFFSET;
    }

    private static void putScale(byte[] target, int from, int group, int scale) {
        int start = from + SCALES;
        int bits = scale + SCALE_OFFSET;
        target[start + group % 8] |= (byte) ((bits & 0xF) << group / 8 * 4);
        target[start + 8 + group % 4] |= (byte) (bits >> 4 << group / 4 * 2);
    }

    /** The byte of a block that holds the lower two bits of a number. */
    private static int low(int number) {
        return LOW + number / 128 * RUN + number % RUN;
    }

    private static int lowShift(int number) {
        return number % 128 / RUN * 2;
    }

    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        SymmetricFit fit = new SymmetricFit(GROUP, OFFSET);
        float[] scales = new float[GROUPS];
        for (int block = 0; block < blocks; block++) {
            int first = at + block * SuperBlock.LENGTH;
            int start = to + block * blockBytes();
            Arrays.fill(target, start, start + blockBytes(), (byte) 0);
            float extreme = 0;
            for (int group = 0; group < GROUPS; group++) {
                scales[group] = fit.scale(source, first + group * GROUP);
                extreme = Math.abs(scales[group]) > Math.abs(extreme) ? scales[group] : extreme;
            }
            // The scale of the largest magnitude becomes -32, which has no counterpart above.
            float unit = LittleEndian.putHalf(target, start + SCALE, extreme / -SCALE_OFFSET);
            for (int group = 0; group < GROUPS; group++) {
                putScale(target, start, group,
                        unit == 0 ? 0 : Math.clamp(Math.round(scales[group] / unit), -SCALE_OFFSET, SCALE_OFFSET - 1));
            }
            putNumbers(source, first, target, start);
        }
    }

    /** Rounds the numbers with the scales as they now stand in the block. */
    private void putNumbers(float[] source, int first, byte[] target, int start) {
        for (int i = 0; i < SuperBlock.LENGTH; i++) {
            float scale = unit(target, start) * scale(target, start, i / GROUP);
            int number = scale == 0
                    ? OFFSET
                    : Math.clamp(Math.round(source[first + i] / scale), -OFFSET, OFFSET - 1) + OFFSET;
            target[start + low(i)] |= (byte) ((number & 3) << lowShift(i));
            target[start + i % RUN] |= (byte) (number >> 2 << i / RUN);
        }
    }
}
