package org.tornadomla.blocks;

import java.util.Arrays;

/**
 * Q6_K: 256 whole numbers of 6 bits in sixteen groups of 16, each with a signed scale of 8 bits. A number is
 * {@code d * scale * (q - 32)}.
 *
 * <p>A block is 128 bytes with the lower four bits, 64 with the upper two, 16 scales, then d (16-bit IEEE). Each half
 * of the block has four runs of 32 numbers: runs 0 and 2 share the lower and upper half of its first 32 low bytes, runs
 * 1 and 3 of the next 32; run r has bits 2r and 2r + 1 of its 32 high bytes.
 */
final class SixBits implements IntegerBlock {

    private static final int RUN = 32;
    private static final int GROUP = 16;
    private static final int GROUPS = SuperBlock.LENGTH / GROUP;
    private static final int OFFSET = 32;
    private static final int HIGH = SuperBlock.LENGTH / 2;
    private static final int SCALES = HIGH + SuperBlock.LENGTH / 4;
    private static final int SCALE = SCALES + GROUPS;

    @Override
    public String formatName() {
        return "Q6_K";
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
    public int groupLength() {
        return GROUP;
    }

    @Override
    public int integerBits() {
        return 6;
    }

    @Override
    public boolean hasLeast() {
        return false;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < SuperBlock.LENGTH; i++) {
            int run = i / RUN;
            int within = i % RUN;
            int number = source[from + low(run) + within] >> lowShift(run) & 0xF
                    | (source[from + high(run) + within] >> highShift(run) & 3) << 4;
            target[i] = number - OFFSET;
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from + SCALE);
    }

    @Override
    public int scale(byte[] source, int from, int group) {
        return source[from + SCALES + group];
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scale = LittleEndian.getHalf(source, start + SCALE);
            for (int group = 0; group < GROUPS; group++) {
                float own = scale * source[start + SCALES + group];
                int run = group / 2;
                int within = group % 2 * GROUP;
                int low = start + low(run) + within;
                int high = start + high(run) + within;
                int lowShift = lowShift(run);
                int highShift = highShift(run);
                int to = at + block * SuperBlock.LENGTH + group * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    int number = source[low + i] >> lowShift & 0xF | (source[high + i] >> highShift & 3) << 4;
                    target[to + i] = own * (number - OFFSET);
                }
            }
        }
    }

    /** Index of a run's low bits within a block; runs count through both halves. */
    private static int low(int run) {
        return run / 4 * 2 * RUN + run % 2 * RUN;
    }

    private static int lowShift(int run) {
        return run % 4 / 2 * 4;
    }

    private static int high(int run) {
        return HIGH + run / 4 * RUN;
    }

    private static int highShift(int run) {
        return run % 4 * 2;
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
            // The scale of the largest magnitude becomes -128, the byte without a counterpart above.
            float scale = LittleEndian.putHalf(target, start + SCALE, extreme / Byte.MIN_VALUE);
            for (int group = 0; group < GROUPS && scale != 0; group++) {
                int own = Math.clamp(Math.round(scales[group] / scale), Byte.MIN_VALUE, Byte.MAX_VALUE);
                target[start + SCALES + group] = (byte) own;
                putGroup(source, first, scale * own, group, target, start);
            }
        }
    }

    private static void putGroup(float[] source, int first, float scale, int group, byte[] target, int start) {
        int run = group / 2;
        for (int i = 0; i < GROUP; i++) {
            float value = source[first + group * GROUP + i];
            int number = scale == 0 ? OFFSET : Math.clamp(Math.round(value / scale), -OFFSET, OFFSET - 1) + OFFSET;
            int within = group % 2 * GROUP + i;
            target[start + low(run) + within] |= (byte) ((number & 0xF) << lowShift(run));
            target[start + high(run) + within] |= (byte) (number >> 4 << highShift(run));
        }
    }
}
