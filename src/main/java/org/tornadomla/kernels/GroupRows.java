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
    /** Work-items that a tile is divided among: each computes 4 x 4 numbers. */
    static final int TILE_ITEMS = 256;
    /** Inputs of a tile. */
    static final int INPUTS = 32;
    /** Floats from one input of a tile to the next: odd, so that neighbours lie in different banks. */
    static final int PITCH = BLOCK + 1;
    /** Where the weights of a tile begin in local memory, behind the rows. */
    static final int WEIGHTS = INPUTS * PITCH;
    /** Where the squares of a tile's rows stand. */
    static final int SQUARES = 2 * WEIGHTS;
    /** Floats of local memory. */
    static final int LOCAL = SQUARES + BLOCK;
    /** Most work-items of a group: the sums of all of them fit local memory. */
    public static final int MOST_ITEMS = TILE_ITEMS;
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
    static int active(IntArray groups, int matrices) {
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

    /** What a sum is multiplied with, by the squares of its row. */
    static float scale(float squares, int k, float eps, int flags) {
        float scale = 1f;
        if ((flags & NORM) != 0) {
            scale = 1f / TornadoMath.sqrt(squares / k + eps);
        }
        return scale;
    }

    /** silu(gate) * up. */
    static float gated(float gate, float up) {
        return gate / (1f + TornadoMath.exp(-gate)) * up;
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

    /** Writes the outputs of a pair of columns of a tile or chunk. */
    static void pair(FloatArray y, int row, int block, int column, int outputs, FloatArray bias, int flags, float first,
            float second) {
        if ((flags & GATED) != 0) {
            put(y, row, block * (BLOCK / 2) + column - column / (2 * CHUNKS) * CHUNKS, outputs / 2, bias, flags,
                    gated(first, second));
        } else {
            put(y, row, block * BLOCK + column, outputs, bias, flags, first);
            put(y, row, block * BLOCK + column + CHUNKS, outputs, bias, flags, second);
        }
    }
}
