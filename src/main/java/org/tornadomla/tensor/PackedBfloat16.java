package org.tornadomla.tensor;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rows of bfloat16 numbers in ints, two in each: of every 32 numbers, the first 16 stand in the lower halves of 16 ints
 * and the others in the upper halves, so that a vector of ints widens to two vectors of floats without moving a lane.
 */
public final class PackedBfloat16 {

    private static final int PACKED = Integer.SIZE / Short.SIZE;

    private PackedBfloat16() {
    }

    /**
     * Reads a number.
     *
     * @param ints  rows of numbers
     * @param row   the first int of a row
     * @param index of the number in the row
     * @return the number, exactly
     */
    public static float get(IntArray ints, int row, int index) {
        return Bfloat16.toFloat((short) (ints.get(place(row, index)) >> shift(index)));
    }

    /**
     * Writes a number and leaves the one that it shares an int with.
     *
     * @param ints   rows of numbers. Modified
     * @param row    the first int of a row
     * @param index  of the number in the row
     * @param number rounded to nearest even
     */
    public static void set(IntArray ints, int row, int index, float number) {
        int place = place(row, index);
        int others = ints.get(place) & ~(0xFFFF << shift(index));
        ints.set(place, others | (Bfloat16.fromFloat(number) & 0xFFFF) << shift(index));
    }

    private static int place(int row, int index) {
        return row + index / (PACKED * Padding.LANES) * Padding.LANES + index % Padding.LANES;
    }

    private static int shift(int index) {
        return index / Padding.LANES % PACKED * Short.SIZE;
    }
}
