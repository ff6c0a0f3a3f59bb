package org.tornadomla.blocks;

/**
 * Q8_0: 32 whole numbers of 8 bits and one scale. A number is {@code d * q}.
 *
 * <p>A block is d (16-bit IEEE), then 32 signed bytes.
 */
final class EightBits implements IntegerBlock {

    private static final int LENGTH = 32;
    private static final int LARGEST = 127;

    @Override
    public String formatName() {
        return "Q8_0";
    }

    @Override
    public int blockLength() {
        return LENGTH;
    }

    @Override
    public int blockBytes() {
        return Short.BYTES + LENGTH;
    }

    @Override
    public int groupLength() {
        return LENGTH;
    }

    @Override
    public int integerBits() {
        return Byte.SIZE;
    }

    @Override
    public boolean hasLeast() {
        return false;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < LENGTH; i++) {
            target[i] = source[from + Short.BYTES + i];
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from);
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scale = LittleEndian.getHalf(source, start);
            int to = at + block * LENGTH;
            for (int i = 0; i < LENGTH; i++) {
                target[to + i] = scale * source[start + Short.BYTES + i];
            }
        }
    }

    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        for (int block = 0; block < blocks; block++) {
            int first = at + block * LENGTH;
            int start = to + block * blockBytes();
            float largest = 0;
            for (int i = 0; i < LENGTH; i++) {
                largest = Math.max(largest, Math.abs(source[first + i]));
            }
            float scale = largest / LARGEST;
            float inverse = scale == 0 ? 0 : 1 / scale;
            LittleEndian.putHalf(target, start, scale);
            for (int i = 0; i < LENGTH; i++) {
                // Ties go away from zero, as in the implementation that the format comes from.
                float value = source[first + i] * inverse;
                target[start + Short.BYTES + i] = (byte) (value < 0 ? -(int) (0.5f - value) : (int) (0.5f + value));
            }
        }
    }
}
