package org.tornadomla.blocks;

/**
 * Q3_K: 256 whole numbers of 3 bits in sixteen groups of 16, each with a scale of 6 bits. A number is
 * {@code d * (scale - 32) * (q - 4)}.
 *
 * <p>A block is 32 bytes with the third bits (bit r of byte i belongs to number i of run r, of eight runs of 32), 64
 * bytes with the lower two bits (32 for each half of the block; run r of a half has bits 2r and 2r + 1), 12 bytes with
 * the scales, then d (16-bit IEEE). Of scale s, bytes 0 to 7 of the twelve hold the lower four bits (scales 8 to 15 in
 * the upper halves), bytes 8 to 11 the upper two (scale s in byte s modulo 4, bits 2 (s / 4)).
 */
final class ThreeBits implements BlockFormat {

    private static final int GROUP = 16;
    private static final int GROUPS = SuperBlock.LENGTH / GROUP;
    private static final int RUN = 32;
    private static final int LOW = RUN;
    private static final int SCALES = LOW + SuperBlock.LENGTH / 4;
    private static final int SCALE = SCALES + SuperBlock.SCALE_BYTES;

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
                float own = scale * (scale(source, start + SCALES, group) - 32);
                int run = group / 2;
                int within = group % 2 * GROUP;
                int low = start + LOW + run / 4 * RUN + within;
                int shift = run % 4 * 2;
                int high = start + within;
                int to = at + block * SuperBlock.LENGTH + group * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    int number = source[low + i] >> shift & 3 | (source[high + i] >> run & 1) << 2;
                    target[to + i] = own * (number - 4);
                }
            }
        }
    }

    private static int scale(byte[] source, int start, int group) {
        int low = source[start + group % 8] >> group / 8 * 4 & 0xF;
        return low | (source[start + 8 + group % 4] >> group / 4 * 2 & 3) << 4;
    }
}
