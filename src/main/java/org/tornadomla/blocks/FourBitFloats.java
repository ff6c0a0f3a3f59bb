package org.tornadomla.blocks;

/**
 * MXFP4 as GGUF stores it: 32 numbers of the 4-bit floating format E2M1 and one power of two. A number is
 * {@code 2^(e - 127)} times one of sixteen values.
 *
 * <p>A block is e (8 bits without sign), then 16 bytes: byte i holds number i in its lower half and number i + 16 in
 * its upper one.
 */
final class FourBitFloats implements BlockFormat {

    private static final int LENGTH = 32;
    private static final int HALF = LENGTH / 2;

    @Override
    public String formatName() {
        return "MXFP4";
    }

    @Override
    public int blockLength() {
        return LENGTH;
    }

    @Override
    public int blockBytes() {
        return 1 + HALF;
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        float[] table = NibbleTables.e2m1();
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scale = NibbleTables.powerOfTwo(source[start]);
            int to = at + block * LENGTH;
            for (int i = 0; i < HALF; i++) {
                target[to + i] = scale * table[source[start + 1 + i] & 0xF];
                target[to + i + HALF] = scale * table[source[start + 1 + i] >> 4 & 0xF];
            }
        }
    }
}
