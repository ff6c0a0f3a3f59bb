package org.tornadomla.blocks;

import org.tornadomla.tensor.Float8E4M3;

/**
 * FP8 as DeepSeek-V3 publishes it, {@code E4M3} with a scale for each 128 x 128 numbers of a matrix: a row's part of
 * such a square, with its scale before it. A number is its code's number times the scale.
 *
 * <p>A block is d (32-bit IEEE), then 128 codes.
 */
final class EightBitFloats implements IntegerBlock {

    private static final int LENGTH = 128;

    @Override
    public String formatName() {
        return "FP8";
    }

    @Override
    public int blockLength() {
        return LENGTH;
    }

    @Override
    public int blockBytes() {
        return Float.BYTES + LENGTH;
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
    public boolean isWhole() {
        return false;
    }

    @Override
    public float number(int integer) {
        return Float8E4M3.toFloat((byte) integer);
    }

    @Override
    public boolean hasLeast() {
        return false;
    }

    @Override
    public void integers(byte[] source, int from, int[] target) {
        for (int i = 0; i < LENGTH; i++) {
            target[i] = source[from + Float.BYTES + i];
        }
    }

    @Override
    public float unit(byte[] source, int from) {
        return Float.intBitsToFloat(LittleEndian.getInt(source, from));
    }

    @Override
    public void decode(byte[] source, int from, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int start = from + block * blockBytes();
            float scale = unit(source, start);
            for (int i = 0; i < LENGTH; i++) {
                target[at + block * LENGTH + i] = number(source[start + Float.BYTES + i]) * scale;
            }
        }
    }

    /** The largest number of a block becomes the largest of the format. */
    @Override
    public void encode(float[] source, int at, int blocks, byte[] target, int to) {
        for (int block = 0; block < blocks; block++) {
            int first = at + block * LENGTH;
            int start = to + block * blockBytes();
            float largest = 0;
            for (int i = 0; i < LENGTH; i++) {
                largest = Math.max(largest, Math.abs(source[first + i]));
            }
            float scale = largest / Float8E4M3.LARGEST;
            LittleEndian.putInt(target, start, Float.floatToRawIntBits(scale));
            for (int i = 0; i < LENGTH; i++) {
                target[start + Float.BYTES + i] = scale == 0 ? 0 : Float8E4M3.fromFloat(source[first + i] / scale);
            }
        }
    }
}
