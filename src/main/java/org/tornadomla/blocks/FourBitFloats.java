package org.tornadomla.blocks;

/**
 * MXFP4 as GGUF stores it: 32 numbers of the 4-bit floating format E2M1 and one power of two. A number is
 * {@code 2^(e - 127)} times one of sixteen values.
 *
 * <p>A block is e (8 bits without sign), then 16 bytes: byte i holds number i in its lower half and number i + 16 in
 * its upper one.
 *
 * <p>Twice a value is a whole number from -12 to 12, so that numbers are whole numbers times half of the power of two.
 * Blocks of the least power, 2^-127, are the exception: half of it is no normal 32-bit number.
 */
final class FourBitFloats implements IntegerBlock {

    private static final int LENGTH = 32;
    private static final int HALF = LENGTH / 2;
    /** Exponent of the largest value, 6. */
    private static final int LARGEST_EXPONENT = 2;

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

    @Override
    public int groupLength() {
        return LENGTH;
    }

    @Override
    public int integerBits() {
        return 5;
    }

    @Override
    public boolean hasLeast() {
        return false;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        float[] table = NibbleTables.e2m1();
        for (int i = 0; i < HALF; i++) {
            target[i] = (int) (2 * table[source[from + 1 + i] & 0xF]);
            target[i + HALF] = (int) (2 * table[source[from + 1 + i] >> 4 & 0xF]);
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return NibbleTables.powerOfTwo(source[from]) / 2;
    }

    /** The power of two is that of the largest number over that of the largest value, as the format's text has it. */
    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        for (int block = 0; block < blocks; block++) {
            int first = at + block * LENGTH;
            int start = to + block * blockBytes();
            float largest = 0;
            for (int i = 0; i < LENGTH; i++) {
                largest = Math.max(largest, Math.abs(source[first + i]));
            }
            int exponent = largest == 0 ? 0 : Math.max(Math.getExponent(largest) - LARGEST_EXPONENT, -126);
            target[start] = (byte) (exponent + NibbleTables.EXPONENT_BIAS);
            for (int i = 0; i < HALF; i++) {
                int lower = NibbleTables.nearest(Math.scalb(source[first + i], -exponent));
                int upper = NibbleTables.nearest(Math.scalb(source[first + i + HALF], -exponent));
                target[start + 1 + i] = (byte) (lower | upper << 4);
            }
        }
    }
}
