package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What the products of work-groups have in common, inlined into those of all number formats. Outputs come in blocks of
 * {@link #BLOCK}, and a block in {@link #CHUNKS} chunks: chunk c has the outputs c, c + 16, c + 32 and c + 48 of its
 * block. A unit of work is a chunk of a group's matrix. Where a group has few rows a unit computes its four outputs of
 * each; where it has many, it computes whole blocks of every sixteenth tile of {@link #BLOCK} rows.
 */
public final class GroupRows {

    /** Outputs of a block, and rows of a tile. */
    public static final int BLOCK = 64;
    /** Units of a block. */
    public static final int CHUNKS = 16;
    /** Outputs of a chunk. */
    static final int OUTPUTS = BLOCK / CHUNKS;
    /** Most rows that are computed one by one, each over all items of the group. */
    static final int FEW = 8;
    /** Rows of a tile between those of one work-item. */
    public static final int TALL = 8;
    /** Work-items that a tile is divided among: each computes 8 x 4 numbers. */
    public static final int TILE_ITEMS = TALL * CHUNKS;
    /** Inputs of a tile. */
    public static final int INPUTS = 32;
    /** Floats from one input of a tile to the next: odd, so that neighbours lie in different banks. */
    public static final int PITCH = BLOCK + 1;
    /** Where the weights of a tile begin in local memory, behind the rows. */
    public static final int WEIGHTS = INPUTS * PITCH;
    /** Where the squares of a tile's rows stand. */
    static final int SQUARES = 2 * WEIGHTS;
    /** Floats of local memory: a tile's inputs, later its results, then the squares. */
    static final int LOCAL = SQUARES + BLOCK;
    /** Bytes of local memory of a group. */
    public static final int LOCAL_BYTES = LOCAL * Float.BYTES;

    /** Adds the bias. */
    public static final int BIAS = 1;
    /** Adds to what y holds. */
    public static final int ACCUMULATE = 2;
    /** Norms the rows of x: each number times that of norm, over the root of the row's mean square. */
    public static final int NORM = 4;
    /** Outputs come in pairs 16 apart, gate and up, and become silu(gate) * up. */
    public static final int GATED = 8;

    private GroupRows() {
    }

    /** Groups of rows: those of experts that have any, or one. */
    public static int active(IntArray groups, int matrices) {
        int active = 1;
        if (matrices > 0) {
            active = groups.get(ExpertGrouping.ACTIVE);
        }
        return active;
    }

    /** The row of weights of an output, the last one's for outputs behind it. */
    static int weights(int matrix, int output, int outputs) {
        return matrix * outputs + Math.min(output, outputs - 1);
    }

    /** A number of a row; 0 behind its end. */
    static float value(FloatArray x, int from, int i, int k) {
        float value = 0f;
        if (i < k) {
            value = x.get(from + i);
        }
        return value;
    }

    /** One of four whole numbers of an int, which without least values are stored 128 too large. */
    static float byteOf(int word, int shift, int least) {
        return (float) (word >> shift & 255) - (1 - least) * 128f;
    }

    /** One of eight whole numbers of an int, which without least values are stored 8 too large. */
    static float nibbleOf(int word, int shift, int least) {
        return (float) (word >> shift & 15) - (1 - least) * 8f;
    }

    /**
     * A sum of whole numbers times inputs, scaled.
     *
     * @param sum    of the products
     * @param plain  the sum of the inputs
     * @param scales scales, or pairs of scale and least value. Not modified
     * @param at     number of the scale
     * @param least  1 where there are least values
     */
    static float scaled(float sum, float plain, FloatArray scales, int at, int least) {
        float scaled = sum * scales.get(at * (1 + least));
        if (least == 1) {
            scaled -= plain * scales.get(2 * at + 1);
        }
        return scaled;
    }

    /** The factor of a normed row's input; 1 where rows are not normed, 0 behind the end. */
    static float norm(FloatArray norm, int flags, int i, int k) {
        float factor = 0f;
        if (i < k) {
            factor = 1f;
            if ((flags & NORM) != 0) {
                factor = norm.get(i);
            }
        }
        return factor;
    }

    /** What the sums of a normed row are multiplied with, by the sum of its squares. */
    static float scale(float squares, int k, float eps) {
        return 1f / TornadoMath.sqrt(squares / k + eps);
    }

    /** Sums that become one output: 2 with {@link #GATED}. */
    static int pairing(int flags) {
        return 1 + (flags & GATED) / GATED;
    }

    /** Which sum of a chunk is the first of an output. */
    static int firstOf(int output, int flags) {
        return output * pairing(flags);
    }

    /** Which sum of a chunk is the second of an output; the first where there is one. */
    static int secondOf(int output, int flags) {
        return output * pairing(flags) + pairing(flags) - 1;
    }

    /** Number of an output of a chunk. */
    static int outputOf(int block, int chunk, int output, int flags) {
        return block * (BLOCK / pairing(flags)) + output * CHUNKS + chunk;
    }

    /** The column of a block that an output of it takes first. */
    static int columnOf(int place, int flags) {
        return place / CHUNKS * CHUNKS * pairing(flags) + place % CHUNKS;
    }

    /** The column that an output takes second; the first where there is one. */
    static int besides(int column, int flags) {
        return column + (pairing(flags) - 1) * CHUNKS;
    }

    /** silu(first) * second. */
    static float gated(float first, float second) {
        return first / (1f + TornadoMath.exp(-first)) * second;
    }

    /** Writes a number of a row, if there is such. */
    static void within(FloatArray y, int row, int output, int outputs, float number) {
        if (output < outputs) {
            y.set(row + output, number);
        }
    }

    /** Writes an output, if there is such. */
    static void put(FloatArray y, int row, int output, int outputs, FloatArray bias, int flags, float sum) {
        if (output < outputs) {
            float value = sum;
            if ((flags & BIAS) != 0) {
                value += bias.get(output);
            }
            if ((flags & ACCUMULATE) != 0) {
                value += y.get(row + output);
            }
            y.set(row + output, value);
        }
    }
}
