package org.tornadomla.blocks;

/**
 * NVFP4 once the scale of a group and that of its matrix are put together: 16 numbers of the 4-bit floating format E2M1
 * and one 32-bit scale. A number is the scale times one of sixteen values.
 *
 * <p>A block is half of the scale (32-bit IEEE), then two numbers a byte, the first in its lower half. Twice a value is
 * a whole number from -12 to 12, and half of the scale is what it is multiplied with.
 */
final class FourBitFloatGroups implements IntegerBlock {

    private static final int LENGTH = NibbleGroups.NVFP4.group();
    private static final float LARGEST = 6;
    /** Bits behind the point of a scale in E4M3. */
    private static final int FRACTION_BITS = 3;

    @Override
    public String formatName() {
        return "NVFP4";
    }

    @Override
    public int blockLength() {
        return LENGTH;
    }

    @Override
    public int blockBytes() {
        return Float.BYTES + LENGTH / 2;
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
        for (int i = 0; i < LENGTH; i++) {
            target[i] = (int) (2 * table[code(source, from, i)]);
        }
    }

    private static int code(byte[] source, int from, int i) {
        return source[from + Float.BYTES + i / 2] >> i % 2 * 4 & 0xF;
    }

    @Override
    public float unit(byte[] source, int from) {
        return Float.intBitsToFloat(LittleEndian.getInt(source, from));
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        float[] table = NibbleTables.e2m1();
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float half = unit(source, start);
            for (int i = 0; i < LENGTH; i++) {
                target[at + block * LENGTH + i] = half * (2 * table[code(source, start, i)]);
            }
        }
    }

    /** A scale has as many bits as one in E4M3, so that a file can hold it beside a power of two for its matrix. */
    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        for (int block = 0; block < blocks; block++) {
            int first = at + block * LENGTH;
            int start = to + block * blockBytes();
            float largest = 0;
            for (int i = 0; i < LENGTH; i++) {
                largest = Math.max(largest, Math.abs(source[first + i]));
            }
            float half = narrow(largest / LARGEST / 2);
            LittleEndian.putInt(target, start, Float.floatToRawIntBits(half));
            for (int i = 0; i < LENGTH; i += 2) {
                target[start + Float.BYTES + i / 2] = (byte) (nearest(source[first + i], half)
                        | nearest(source[first + i + 1], half) << 4);
            }
        }
    }

    private static int nearest(float number, float half) {
        return half == 0 ? 0 : NibbleTables.nearest(number / half / 2);
    }

    private static float narrow(float number) {
        int exponent = Math.max(Math.getExponent(number), Float.MIN_EXPONENT);
        return Math.scalb((float) Math.rint(Math.scalb(number, FRACTION_BITS - exponent)), exponent - FRACTION_BITS);
    }
}
