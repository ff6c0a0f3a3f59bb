package org.tornadomla.blocks;

/**
 * Q2_K: 256 whole numbers of 2 bits in sixteen groups of 16, each with a scale and a least value of 4 bits. A number is
 * {@code d * scale * q - dmin * least}.
 *
 * <p>A block is 16 bytes with the scale in the lower and the least value in the upper half, 64 bytes with the numbers
 * (32 for each half of the block; run r of 32 numbers has bits 2r and 2r + 1), then d and dmin (16-bit IEEE).
 */
final class TwoBits implements BlockFormat {

    private static final int GROUP = 16;
    private static final int GROUPS = SuperBlock.LENGTH / GROUP;
    private static final int NUMBERS = GROUPS;
    private static final int SCALE = NUMBERS + SuperBlock.LENGTH / 4;

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
}
