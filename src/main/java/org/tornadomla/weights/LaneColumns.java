package org.tornadomla.weights;

import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.ArrayFill;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Brings rows of narrow numbers into the order of {@link IntLanes}: of the outputs of a block, those that are
 * {@link Padding#LANES} apart share a word. So four rows are walked through together, and a tile of some inputs, which
 * the nearest cache holds, goes to the array at once.
 */
final class LaneColumns {

    private static final int LANES = Padding.LANES;
    /** Inputs of a tile, an even number. */
    private static final int TILE = 128;

    private LaneColumns() {
    }

    /**
     * Writes the 16-bit numbers of a block of outputs.
     *
     * @param ints  takes them. Modified
     * @param first place of the first number among all of the array, a block's first
     * @param rows  at most {@link MatMul#BLOCK} rows; null for zeros
     * @param count numbers of a row
     */
    static void put(IntArray ints, int first, short[][] rows, int count) {
        int words = MatMul.BLOCK / 2;
        short[] zeros = new short[count];
        int[] tile = new int[TILE * words];
        for (int from = 0; from < count; from += TILE) {
            int end = Math.min(TILE, count - from);
            for (int lane = 0; lane < LANES; lane++) {
                twos(row(rows, lane, zeros), row(rows, lane + LANES, zeros), from, end, tile, lane);
                twos(row(rows, lane + 2 * LANES, zeros), row(rows, lane + 3 * LANES, zeros), from, end, tile,
                        lane + LANES);
            }
            ArrayFill.put(ints, (first + (long) from * MatMul.BLOCK) / 2, tile, end * words);
        }
    }

    private static short[] row(short[][] rows, int place, short[] zeros) {
        return place < rows.length && rows[place] != null ? rows[place] : zeros;
    }

    private static void twos(short[] a, short[] b, int from, int count, int[] tile, int at) {
        for (int i = 0; i < count; i++) {
            tile[i * (MatMul.BLOCK / 2) + at] = a[from + i] & 0xFFFF | b[from + i] << Short.SIZE;
        }
    }

    /**
     * Writes numbers of 8 or 4 bits of a block of outputs.
     *
     * @param ints   takes them. Modified
     * @param packed numbers of an int
     * @param first  place of the first number among all of the array, a block's first
     * @param rows   at most {@link MatMul#BLOCK} rows; null for zeros
     * @param count  numbers of a row
     */
    static void put(IntArray ints, int packed, int first, byte[][] rows, int count) {
        byte[] zeros = new byte[count];
        int[] tile = new int[TILE * MatMul.BLOCK / packed];
        for (int from = 0; from < count; from += TILE) {
            int end = Math.min(TILE, count - from);
            for (int lane = 0; lane < LANES; lane++) {
                byte[] a = row(rows, lane, zeros);
                byte[] b = row(rows, lane + LANES, zeros);
                byte[] c = row(rows, lane + 2 * LANES, zeros);
                byte[] d = row(rows, lane + 3 * LANES, zeros);
                if (packed == Integer.SIZE / Byte.SIZE) {
                    fours(a, b, c, d, from, end, tile, lane);
                } else {
                    eights(a, b, c, d, from, end, tile, lane);
                }
            }
            // An input more where an int would be torn in two: there is room for it.
            int inputs = Padding.toMultiple(end, packed * LANES / MatMul.BLOCK);
            ArrayFill.put(ints, (first + (long) from * MatMul.BLOCK) / packed, tile, inputs * MatMul.BLOCK / packed);
        }
    }

    private static byte[] row(byte[][] rows, int place, byte[] zeros) {
        return place < rows.length && rows[place] != null ? rows[place] : zeros;
    }

    private static void fours(byte[] a, byte[] b, byte[] c, byte[] d, int from, int count, int[] tile, int lane) {
        for (int i = 0; i < count; i++) {
            int at = from + i;
            tile[i * LANES + lane] = a[at] & 0xFF | (b[at] & 0xFF) << 8 | (c[at] & 0xFF) << 16 | d[at] << 24;
        }
    }

    /** Two inputs share an int. */
    private static void eights(byte[] a, byte[] b, byte[] c, byte[] d, int from, int count, int[] tile, int lane) {
        for (int i = 0; i < count; i += 2) {
            int at = from + i;
            int second = i + 1 < count ? nibbles(a[at + 1], b[at + 1], c[at + 1], d[at + 1]) : 0;
            tile[i / 2 * LANES + lane] = nibbles(a[at], b[at], c[at], d[at]) | second << Short.SIZE;
        }
    }

    private static int nibbles(int a, int b, int c, int d) {
        return a & 0xF | (b & 0xF) << 4 | (c & 0xF) << 8 | (d & 0xF) << 12;
    }
}
