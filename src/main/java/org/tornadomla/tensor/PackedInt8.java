package org.tornadomla.tensor;

import java.nio.ByteBuffer;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rows of the latent cache in 8 bits, as kernels have them: the latent as whole numbers times a scale for each
 * {@value #BLOCK} of them, rotary key and scales as bfloat16 numbers. Of each block of a latent the numbers 16 j + l
 * stand in byte j of int l, counted from the lowest. Behind the blocks stands the rotary key, padded to sixteen, and
 * behind that a scale a block, as {@link PackedBfloat16} has such numbers.
 *
 * <p>A block's largest number is always {@value #LARGEST} times its scale but for a rounding of the scale, so that a
 * row that was read is written again as the same bits.
 *
 * @param latent numbers of a latent
 * @param rotary numbers of a rotary key
 */
public record PackedInt8(int latent, int rotary) {

    private static final int BLOCK = 64;
    private static final int LARGEST = 127;
    private static final int PACKED = Integer.SIZE / Byte.SIZE;

    private int blocks() {
        return Math.ceilDiv(Padding.vectors(latent), PACKED);
    }

    private int scalesAt() {
        return Padding.toVectors(rotary);
    }

    private int narrowAt() {
        return blocks() * Padding.LANES;
    }

    /** Vectors of sixteen ints of a row. */
    public int vectors() {
        return blocks() + Math.ceilDiv(Padding.vectors(rotary) + Padding.vectors(blocks()), 2);
    }

    /** Ints of a row. */
    public int ints() {
        return vectors() * Padding.LANES;
    }

    /** Ints at the beginning of a row that hold the latent's whole numbers; those behind them hold bfloat16 numbers. */
    public int byteInts() {
        return narrowAt();
    }

    /** Bytes of a row in a file: scales, then the latent's whole numbers, then the rotary key. */
    public int fileBytes() {
        return blocks() * Short.BYTES + latent + rotary * Short.BYTES;
    }

    /**
     * Reads a row.
     *
     * @param ints    rows
     * @param row     the first int of the row
     * @param payload [latent | rotary key]. Modified
     */
    public void get(IntArray ints, int row, float[] payload) {
        for (int i = 0; i < latent; i++) {
            int word = ints.get(row + i / BLOCK * Padding.LANES + i % Padding.LANES);
            int number = (byte) (word >> shift(i));
            payload[i] = number * PackedBfloat16.get(ints, row + narrowAt(), scalesAt() + i / BLOCK);
        }
        for (int i = 0; i < rotary; i++) {
            payload[latent + i] = PackedBfloat16.get(ints, row + narrowAt(), i);
        }
    }

    /**
     * Writes a row, rounded; its padding must be 0.
     *
     * @param ints    rows. Modified
     * @param row     the first int of the row
     * @param payload [latent | rotary key]
     */
    public void set(IntArray ints, int row, float[] payload) {
        for (int block = 0; block < blocks(); block++) {
            float scale = scale(payload, block);
            PackedBfloat16.set(ints, row + narrowAt(), scalesAt() + block, scale);
            for (int i = block * BLOCK; i < end(block); i++) {
                int place = row + block * Padding.LANES + i % Padding.LANES;
                ints.set(place, ints.get(place) & ~(0xFF << shift(i)) | (whole(payload[i], scale) & 0xFF) << shift(i));
            }
        }
        for (int i = 0; i < rotary; i++) {
            PackedBfloat16.set(ints, row + narrowAt(), i, payload[latent + i]);
        }
    }

    /** Appends a row to a file; what is in the format already is not changed. */
    public void put(float[] payload, ByteBuffer target) {
        float[] scales = new float[blocks()];
        for (int block = 0; block < scales.length; block++) {
            scales[block] = scale(payload, block);
            target.putShort(Bfloat16.fromFloat(scales[block]));
        }
        for (int i = 0; i < latent; i++) {
            target.put((byte) whole(payload[i], scales[i / BLOCK]));
        }
        for (int i = 0; i < rotary; i++) {
            target.putShort(Bfloat16.fromFloat(payload[latent + i]));
        }
    }

    /** Takes the next row of a file. */
    public void get(ByteBuffer source, float[] payload) {
        float[] scales = new float[blocks()];
        for (int block = 0; block < scales.length; block++) {
            scales[block] = Bfloat16.toFloat(source.getShort());
        }
        for (int i = 0; i < latent; i++) {
            payload[i] = source.get() * scales[i / BLOCK];
        }
        for (int i = 0; i < rotary; i++) {
            payload[latent + i] = Bfloat16.toFloat(source.getShort());
        }
    }

    private int end(int block) {
        return Math.min(latent, (block + 1) * BLOCK);
    }

    private float scale(float[] payload, int block) {
        float largest = 0;
        for (int i = block * BLOCK; i < end(block); i++) {
            largest = Math.max(largest, Math.abs(payload[i]));
        }
        float scale = largest / LARGEST;
        return scale < Float.MIN_NORMAL ? 0 : Bfloat16.toFloat(Bfloat16.fromFloat(scale));
    }

    private static int whole(float number, float scale) {
        float multiple = scale == 0 ? 0 : number * (1 / scale);
        return (int) (multiple + Math.copySign(0.5f, multiple));
    }

    private static int shift(int index) {
        return index % BLOCK / Padding.LANES * Byte.SIZE;
    }
}
