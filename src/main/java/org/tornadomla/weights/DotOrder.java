package org.tornadomla.weights;

import java.util.Arrays;

import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.RoundedRows;
import org.tornadomla.tensor.ArrayFill;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The order of {@link org.tornadomla.kernels.MatMulDots} and {@link org.tornadomla.kernels.MatMulDots4}: for each group
 * of inputs, for each int of theirs, that int of each output of a block.
 *
 * @param room matrices of whole groups of inputs
 * @param bits of a number, 8 or 4
 * @param ints the numbers
 */
record DotOrder(MatrixShape room, int bits, IntArray ints) {

    /** Groups of inputs that are brought into order at a time, so that they stay in the nearest cache. */
    private static final int TILE = 4;

    private int middle() {
        return 1 << bits - 1;
    }

    /** Ints of an output for a group of inputs. */
    private int held() {
        return RoundedRows.GROUP * bits / Integer.SIZE;
    }

    /** Where the group of a block of outputs begins. */
    private long place(int index, int output, int group) {
        return (((long) index * room.columns() + output) / MatMul.BLOCK * room.inputs() / RoundedRows.GROUP + group)
                * held() * MatMul.BLOCK;
    }

    /** A number with its sign. */
    int get(int index, int output, int input) {
        int within = input % RoundedRows.GROUP;
        long at = place(index, output, input / RoundedRows.GROUP)
                + (long) (within % RoundedRows.INTS % held()) * MatMul.BLOCK + output % MatMul.BLOCK;
        int upper = within % RoundedRows.INTS / held() * bits;
        int shift = within / RoundedRows.INTS * Byte.SIZE + upper;
        return (ints.get(Math.toIntExact(at)) >> shift & 2 * middle() - 1) - middle();
    }

    /**
     * Puts the numbers of a block of outputs.
     *
     * @param first the block's first output
     * @param rows  at most {@link MatMul#BLOCK}; null for zeros
     * @param count numbers of a row; those behind the last are 0
     */
    void put(int index, int first, byte[][] rows, int count) {
        int groups = room.inputs() / RoundedRows.GROUP;
        byte[] row = new byte[room.inputs()];
        int[][] packed = new int[MatMul.BLOCK][];
        for (int output = 0; output < MatMul.BLOCK; output++) {
            Arrays.fill(row, (byte) 0);
            if (output < rows.length && rows[output] != null) {
                System.arraycopy(rows[output], 0, row, 0, count);
            }
            packed[output] = packed(row);
        }
        int[] tile = new int[TILE * held() * MatMul.BLOCK];
        for (int group = 0; group < groups; group += TILE) {
            int words = Math.min(TILE, groups - group) * held();
            for (int output = 0; output < MatMul.BLOCK; output++) {
                int[] own = packed[output];
                for (int word = 0; word < words; word++) {
                    tile[word * MatMul.BLOCK + output] = own[group * held() + word];
                }
            }
            ArrayFill.put(ints, place(index, first, group), tile, words * MatMul.BLOCK);
        }
    }

    /** The ints of an output. */
    private int[] packed(byte[] row) {
        int[] packed = new int[row.length * bits / Integer.SIZE];
        int flip = bits == Byte.SIZE ? 0x80808080 : 0x88888888;
        for (int word = 0; word < packed.length; word++) {
            int from = word / held() * RoundedRows.GROUP + word % held();
            packed[word] = flip ^ (bits == Byte.SIZE ? bytes(row, from) : halves(row, from));
        }
        return packed;
    }

    private static int bytes(byte[] row, int from) {
        return row[from] & 0xFF | (row[from + 8] & 0xFF) << 8 | (row[from + 16] & 0xFF) << 16 | row[from + 24] << 24;
    }

    private static int halves(byte[] row, int from) {
        int low = bytes(row, from) & 0x0F0F0F0F;
        int high = bytes(row, from + RoundedRows.INTS / 2) & 0x0F0F0F0F;
        return low | high << 4;
    }
}
