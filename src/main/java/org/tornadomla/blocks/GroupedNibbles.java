package org.tornadomla.blocks;

import org.tornadomla.tensor.Bfloat16;

/**
 * 4-bit whole numbers in groups as safetensors checkpoints of several tools hold them, once scale, zero point and
 * numbers of a group are put together: {@code INT4_32} and {@code INT4_128} of numbers from -8 to 7, {@code UINT4_128}
 * of numbers from 0 to 15 with a zero point. A number is {@code d * (q - 8)}, or {@code d * q - d * z}.
 *
 * <p>A block is d (32-bit IEEE, so that scales of 16 bits of either kind are kept), z (8 bits without sign, if there is
 * one), then two numbers a byte, the first in its lower half.
 */
final class GroupedNibbles implements IntegerBlock {

    private static final int OFFSET = 8;
    private static final int LARGEST = 15;

    private final String name;
    private final int length;
    private final boolean zero;
    /** Index of the numbers within a block. */
    private final int numbers;

    /**
     * A format.
     *
     * @param length numbers of a group
     * @param zero   whether a group has a zero point
     */
    GroupedNibbles(int length, boolean zero) {
        this.name = (zero ? "UINT4_" : "INT4_") + length;
        this.length = length;
        this.zero = zero;
        this.numbers = Float.BYTES + (zero ? 1 : 0);
    }

    @Override
    public String formatName() {
        return name;
    }

    @Override
    public int blockLength() {
        return length;
    }

    @Override
    public int blockBytes() {
        return numbers + length / 2;
    }

    @Override
    public int groupLength() {
        return length;
    }

    @Override
    public int integerBits() {
        return 4;
    }

    @Override
    public boolean hasLeast() {
        return zero;
    }

    private int offset() {
        return zero ? 0 : OFFSET;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < length; i += 2) {
            byte pair = source[from + numbers + i / 2];
            target[i] = (pair & LARGEST) - offset();
            target[i + 1] = (pair >> 4 & LARGEST) - offset();
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return Float.intBitsToFloat(LittleEndian.getInt(source, from));
    }

    @Override
    public float leastUnit(byte[] source, int from) {
        return zero ? unit(source, from) : 0;
    }

    @Override
    public int least(byte[] source, int from, int group) {
        return zero ? source[from + Float.BYTES] : 0;
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        int[] whole = new int[length];
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            integers(source, start, whole);
            float scale = unit(source, start);
            float least = leastUnit(source, start) * least(source, start, 0);
            for (int i = 0; i < length; i++) {
                target[at + block * length + i] = zero ? scale * whole[i] - least : scale * whole[i];
            }
        }
    }

    /** Scales become bfloat16 numbers, as most tools keep them. */
    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        for (int block = 0; block < blocks; block++) {
            int first = at + block * length;
            int start = to + block * blockBytes();
            float low = 0;
            float high = 0;
            for (int i = 0; i < length; i++) {
                low = Math.min(low, source[first + i]);
                high = Math.max(high, source[first + i]);
            }
            float scale = narrow(zero ? (high - low) / LARGEST : Math.max(-low / OFFSET, high / (OFFSET - 1)));
            int middle = zero ? scale == 0 ? 0 : Math.clamp(Math.round(-low / scale), 0, LARGEST) : OFFSET;
            LittleEndian.putInt(target, start, Float.floatToRawIntBits(scale));
            if (zero) {
                target[start + Float.BYTES] = (byte) middle;
            }
            for (int i = 0; i < length; i += 2) {
                target[start + numbers + i / 2] = (byte) (whole(source[first + i], scale, middle)
                        | whole(source[first + i + 1], scale, middle) << 4);
            }
        }
    }

    private static float narrow(float scale) {
        return Bfloat16.toFloat(Bfloat16.fromFloat(scale));
    }

    private static int whole(float number, float scale, int middle) {
        return scale == 0 ? middle : Math.clamp(Math.round(number / scale) + middle, 0, LARGEST);
    }
}
