package org.tornadomla.blocks;

/**
 * Q4_0, Q4_1, Q5_0 and Q5_1: 32 whole numbers of 4 or 5 bits, a scale, and in the formats that end in 1 a least value.
 * A number is {@code d * (q - offset)}, or {@code d * q + m} with a least value.
 *
 * <p>A block is d (16-bit IEEE), m (16-bit IEEE, if there is one), 4 bytes with the fifth bits in the order of the
 * numbers (if there are five), then 16 bytes with the lower four bits: byte i holds number i in its lower half and
 * number i + 16 in its upper one.
 */
final class Nibbles implements IntegerBlock {

    private static final int LENGTH = 32;
    private static final int HALF = LENGTH / 2;

    private final String name;
    private final boolean fifth;
    private final boolean least;
    /** Index of the fifth bits within a block. */
    private final int high;
    /** Index of the lower bits within a block. */
    private final int low;

    Nibbles(String name, boolean fifth, boolean least) {
        this.name = name;
        this.fifth = fifth;
        this.least = least;
        this.high = least ? 2 * Short.BYTES : Short.BYTES;
        this.low = high + (fifth ? Integer.BYTES : 0);
    }

    @Override
    public String formatName() {
        return name;
    }

    @Override
    public int blockLength() {
        return LENGTH;
    }

    @Override
    public int blockBytes() {
        return low + HALF;
    }

    /** How many values a number has. */
    private int levels() {
        return fifth ? 32 : 16;
    }

    @Override
    public int groupLength() {
        return LENGTH;
    }

    @Override
    public int integerBits() {
        return fifth ? 5 : 4;
    }

    @Override
    public boolean hasLeast() {
        return least;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        unpack(source, from, target);
        int offset = least ? 0 : levels() / 2;
        for (int i = 0; i < LENGTH; i++) {
            target[i] -= offset;
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return LittleEndian.getHalf(source, from);
    }

    /** What these blocks add is what others take away. */
    @Override
    public float leastUnit(byte[] source, int from) {
        return least ? -LittleEndian.getHalf(source, from + Short.BYTES) : 0;
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        int[] numbers = new int[LENGTH];
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            unpack(source, start, numbers);
            float scale = LittleEndian.getHalf(source, start);
            int to = at + block * LENGTH;
            if (least) {
                float smallest = LittleEndian.getHalf(source, start + Short.BYTES);
                for (int i = 0; i < LENGTH; i++) {
                    target[to + i] = scale * numbers[i] + smallest;
                }
            } else {
                int offset = levels() / 2;
                for (int i = 0; i < LENGTH; i++) {
                    target[to + i] = scale * (numbers[i] - offset);
                }
            }
        }
    }

    private void unpack(byte[] source, int start, int[] numbers) {
        for (int i = 0; i < HALF; i++) {
            numbers[i] = source[start + low + i] & 0xF;
            numbers[i + HALF] = source[start + low + i] >> 4 & 0xF;
        }
        if (fifth) {
            int bits = LittleEndian.getInt(source, start + high);
            for (int i = 0; i < LENGTH; i++) {
                numbers[i] |= (bits >>> i & 1) << 4;
            }
        }
    }

    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        int[] numbers = new int[LENGTH];
        for (int block = 0; block < blocks; block++) {
            int first = at + block * LENGTH;
            int start = to + block * blockBytes();
            if (least) {
                roundFromLeast(source, first, target, start, numbers);
            } else {
                roundAroundZero(source, first, target, start, numbers);
            }
            pack(numbers, target, start);
        }
    }

    /** The number of the largest magnitude becomes the lowest level, which has no counterpart above. */
    private void roundAroundZero(float[] source, int first, byte[] target, int start, int[] numbers) {
        float extreme = 0;
        for (int i = 0; i < LENGTH; i++) {
            float value = source[first + i];
            extreme = Math.abs(value) > Math.abs(extreme) ? value : extreme;
        }
        int offset = levels() / 2;
        float scale = extreme / -offset;
        float inverse = scale == 0 ? 0 : 1 / scale;
        LittleEndian.putHalf(target, start, scale);
        for (int i = 0; i < LENGTH; i++) {
            numbers[i] = Math.clamp((int) (source[first + i] * inverse + offset + 0.5f), 0, levels() - 1);
        }
    }

    private void roundFromLeast(float[] source, int first, byte[] target, int start, int[] numbers) {
        float smallest = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < LENGTH; i++) {
            smallest = Math.min(smallest, source[first + i]);
            largest = Math.max(largest, source[first + i]);
        }
        float scale = (largest - smallest) / (levels() - 1);
        float inverse = scale == 0 ? 0 : 1 / scale;
        LittleEndian.putHalf(target, start, scale);
        LittleEndian.putHalf(target, start + Short.BYTES, smallest);
        for (int i = 0; i < LENGTH; i++) {
            numbers[i] = Math.clamp((int) ((source[first + i] - smallest) * inverse + 0.5f), 0, levels() - 1);
        }
    }

    private void pack(int[] numbers, byte[] target, int start) {
        for (int i = 0; i < HALF; i++) {
            target[start + low + i] = (byte) (numbers[i] & 0xF | numbers[i + HALF] << 4);
        }
        if (fifth) {
            int bits = 0;
            for (int i = 0; i < LENGTH; i++) {
                bits |= (numbers[i] >> 4) << i;
            }
            LittleEndian.putInt(target, start + high, bits);
        }
    }
}
