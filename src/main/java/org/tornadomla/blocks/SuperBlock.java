package org.tornadomla.blocks;

/** What the formats of 256 numbers with scales of their own have in common. */
final class SuperBlock {

    /** Numbers a block. */
    static final int LENGTH = 256;

    /** Bytes of eight scales and eight least values of 6 bits each. */
    static final int SCALE_BYTES = 12;

    private SuperBlock() {
    }

    /**
     * One of the eight scales of 6 bits: the first four stand in the lower bits of bytes 0 to 3; of the others the
     * lower four bits stand in bytes 8 to 11, and the upper two in the upper bits of bytes 0 to 3.
     */
    static int scale(byte[] source, int start, int index) {
        return index < 4
                ? source[start + index] & 0x3F
                : source[start + 4 + index] & 0xF | (source[start + index - 4] >> 6 & 3) << 4;
    }

    /** One of the eight least values of 6 bits, packed like the scales four bytes (or four bits) further. */
    static int least(byte[] source, int start, int index) {
        return index < 4
                ? source[start + 4 + index] & 0x3F
                : source[start + 4 + index] >> 4 & 0xF | (source[start + index] >> 6 & 3) << 4;
    }

    /** Writes the eight scales and least values that {@link #scale} and {@link #least} read. */
    static void putScales(int[] scales, int[] leasts, byte[] target, int start) {
        for (int i = 0; i < 4; i++) {
            target[start + i] = (byte) (scales[i] | scales[i + 4] >> 4 << 6);
            target[start + 4 + i] = (byte) (leasts[i] | leasts[i + 4] >> 4 << 6);
            target[start + 8 + i] = (byte) (scales[i + 4] & 0xF | (leasts[i + 4] & 0xF) << 4);
        }
    }
}
