package org.tornadomla.kernels.training;

import org.tornadomla.kernels.GroupRows;
import org.tornadomla.kernels.Groups;
import org.tornadomla.kernels.ProductRows;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The products of gradients for many cores: dx = dy W of rows, and dW = dy^T x of weights, of one matrix or of those of
 * experts, each with its own rows. A group computes tiles of 64 by 64 numbers, whose operands pass through local memory
 * 32 inner places at a time; a work-item keeps 8 x 4 sums. For rows a unit of work is every sixteenth tile of rows of a
 * block of columns, since only the device knows how many rows an expert has.
 */
public final class GroupGradientProduct {

    /** Computes gradients of rows. */
    public static final int OF_ROWS = 0;
    /** Computes gradients of weights. */
    public static final int OF_WEIGHTS = 1;

    private GroupGradientProduct() {
    }

    /**
     * Computes {@code c[r, i] = sum over n of a[r, n] b[n, i]} for rows, or {@code c[n, i] = sum over r of a[r, n] b[r,
     * i]} for weights.
     *
     * @param context    groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param a          [rows, aStride] floats, the gradient dy. Not modified
     * @param b          W [matrices, outputs, width] for rows, x [rows, width] for weights. Not modified
     * @param groups     which rows a matrix has, see {@link ProductRows}. Not modified
     * @param rowsAt     index of the number of rows, or of the records of groups where matrices is not 0
     * @param matrices   number of matrices; 0 for one of all rows
     * @param kind       {@link #OF_ROWS} or {@link #OF_WEIGHTS}
     * @param outputs    numbers n of a row of dy, rows of a matrix
     * @param aStride    floats between rows of a
     * @param width      floats between rows of b and c, all of which are computed
     * @param accumulate 1 to add to what c holds
     * @param c          [rows, width] for rows, [matrices, outputs, width] for weights. Modified
     */
    public static void tiles(KernelContext context, FloatArray a, FloatArray b, IntArray groups, int rowsAt,
            int matrices, int kind, int outputs, int aStride, int width, int accumulate, FloatArray c) {
        float[] near = context.allocateFloatLocalArray(2 * GroupRows.WEIGHTS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int tall = GroupRows.CHUNKS + kind * ((outputs + GroupRows.BLOCK - 1) / GroupRows.BLOCK - GroupRows.CHUNKS);
        int units = (width + GroupRows.BLOCK - 1) / GroupRows.BLOCK * tall;
        int all = GroupRows.active(groups, matrices) * units;
        for (int unit = context.groupIdx; unit < all; unit += teams) {
            int group = unit / units;
            int matrix = ProductRows.matrix(groups, rowsAt, group, 0, matrices);
            int begin = ProductRows.begin(groups, rowsAt, group, matrices);
            int end = ProductRows.end(groups, rowsAt, group, 0, matrices);
            int column = (unit - group * units) / tall * GroupRows.BLOCK;
            int chunk = (unit - unit / tall * tall) * GroupRows.BLOCK;
            // A bound that is no constant: TornadoVM unrolls a loop of constant length, and has no code for conditions
            // that then hold always.
            int numbers = Math.min(outputs, (end + 1) * outputs);
            // Rows of the result, and inner places: one of them is the rows of dy, the other one its numbers.
            int firstRow = (1 - kind) * begin;
            int endRow = (1 - kind) * end + kind * numbers;
            int firstInner = kind * begin;
            int endInner = kind * end + (1 - kind) * numbers;
            int ofB = (1 - kind) * matrix * outputs;
            int ofC = kind * matrix * outputs;
            for (int tile = firstRow + chunk; tile < endRow; tile += tall * GroupRows.BLOCK) {
                for (int base = 0; base < GroupRows.TILE_ITEMS; base += items) {
                    int tx = (base + item) % GroupRows.CHUNKS;
                    int ty = (base + item) / GroupRows.CHUNKS;
                    float a0 = 0f;
                    float b0 = 0f;
                    float c0 = 0f;
                    float d0 = 0f;
                    float a1 = 0f;
                    float b1 = 0f;
                    float c1 = 0f;
                    float d1 = 0f;
                    float a2 = 0f;
                    float b2 = 0f;
                    float c2 = 0f;
                    float d2 = 0f;
                    float a3 = 0f;
                    float b3 = 0f;
                    float c3 = 0f;
                    float d3 = 0f;
                    float a4 = 0f;
                    float b4 = 0f;
                    float c4 = 0f;
                    float d4 = 0f;
                    float a5 = 0f;
                    float b5 = 0f;
                    float c5 = 0f;
                    float d5 = 0f;
                    float a6 = 0f;
                    float b6 = 0f;
                    float c6 = 0f;
                    float d6 = 0f;
                    float a7 = 0f;
                    float b7 = 0f;
                    float c7 = 0f;
                    float d7 = 0f;
                    for (int inner = firstInner; inner < endInner; inner += GroupRows.INPUTS) {
                        for (int i = item; i < GroupRows.BLOCK * GroupRows.INPUTS; i += items) {
                            if (kind == OF_ROWS) {
                                int row = i / GroupRows.INPUTS;
                                int place = i - row * GroupRows.INPUTS;
                                near[place * GroupRows.PITCH + row] = Cells.within(a, tile + row, endRow, inner + place,
                                        endInner, (tile + row) * aStride + inner + place);
                            } else {
                                int place = i / GroupRows.BLOCK;
                                int row = i - place * GroupRows.BLOCK;
                                near[place * GroupRows.PITCH + row] = Cells.within(a, inner + place, endInner,
                                        tile + row, endRow, (inner + place) * aStride + tile + row);
                            }
                        }
                        for (int i = item; i < GroupRows.BLOCK * GroupRows.INPUTS; i += items) {
                            int place = i / GroupRows.BLOCK;
                            int at = i - place * GroupRows.BLOCK;
                            near[GroupRows.WEIGHTS + place * GroupRows.PITCH + at] = Cells.within(b, inner + place,
                                    endInner, column + at, width, (ofB + inner + place) * width + column + at);
                        }
                        context.localBarrier();
                        if (ty < GroupRows.TALL) {
                            for (int i = 0; i < GroupRows.WEIGHTS; i += GroupRows.PITCH) {
                                float wa = near[GroupRows.WEIGHTS + i + tx];
                                float wb = near[GroupRows.WEIGHTS + i + tx + GroupRows.CHUNKS];
                                float wc = near[GroupRows.WEIGHTS + i + tx + 2 * GroupRows.CHUNKS];
                                float wd = near[GroupRows.WEIGHTS + i + tx + 3 * GroupRows.CHUNKS];
                                float s0 = near[i + ty];
                                a0 += wa * s0;
                                b0 += wb * s0;
                                c0 += wc * s0;
                                d0 += wd * s0;
                                float s1 = near[i + ty + GroupRows.TALL];
                                a1 += wa * s1;
                                b1 += wb * s1;
                                c1 += wc * s1;
                                d1 += wd * s1;
                                float s2 = near[i + ty + 2 * GroupRows.TALL];
                                a2 += wa * s2;
                                b2 += wb * s2;
                                c2 += wc * s2;
                                d2 += wd * s2;
                                float s3 = near[i + ty + 3 * GroupRows.TALL];
                                a3 += wa * s3;
                                b3 += wb * s3;
                                c3 += wc * s3;
                                d3 += wd * s3;
                                float s4 = near[i + ty + 4 * GroupRows.TALL];
                                a4 += wa * s4;
                                b4 += wb * s4;
                                c4 += wc * s4;
                                d4 += wd * s4;
                                float s5 = near[i + ty + 5 * GroupRows.TALL];
                                a5 += wa * s5;
                                b5 += wb * s5;
                                c5 += wc * s5;
                                d5 += wd * s5;
                                float s6 = near[i + ty + 6 * GroupRows.TALL];
                                a6 += wa * s6;
                                b6 += wb * s6;
                                c6 += wc * s6;
                                d6 += wd * s6;
                                float s7 = near[i + ty + 7 * GroupRows.TALL];
                                a7 += wa * s7;
                                b7 += wb * s7;
                                c7 += wc * s7;
                                d7 += wd * s7;
                            }
                        }
                        context.localBarrier();
                    }
                    if (ty < GroupRows.TALL) {
                        near[ty * GroupRows.PITCH + tx] = a0;
                        near[ty * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b0;
                        near[ty * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c0;
                        near[ty * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d0;
                        near[(ty + GroupRows.TALL) * GroupRows.PITCH + tx] = a1;
                        near[(ty + GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b1;
                        near[(ty + GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c1;
                        near[(ty + GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d1;
                        near[(ty + 2 * GroupRows.TALL) * GroupRows.PITCH + tx] = a2;
                        near[(ty + 2 * GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b2;
                        near[(ty + 2 * GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c2;
                        near[(ty + 2 * GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d2;
                        near[(ty + 3 * GroupRows.TALL) * GroupRows.PITCH + tx] = a3;
                        near[(ty + 3 * GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b3;
                        near[(ty + 3 * GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c3;
                        near[(ty + 3 * GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d3;
                        near[(ty + 4 * GroupRows.TALL) * GroupRows.PITCH + tx] = a4;
                        near[(ty + 4 * GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b4;
                        near[(ty + 4 * GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c4;
                        near[(ty + 4 * GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d4;
                        near[(ty + 5 * GroupRows.TALL) * GroupRows.PITCH + tx] = a5;
                        near[(ty + 5 * GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b5;
                        near[(ty + 5 * GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c5;
                        near[(ty + 5 * GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d5;
                        near[(ty + 6 * GroupRows.TALL) * GroupRows.PITCH + tx] = a6;
                        near[(ty + 6 * GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b6;
                        near[(ty + 6 * GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c6;
                        near[(ty + 6 * GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d6;
                        near[(ty + 7 * GroupRows.TALL) * GroupRows.PITCH + tx] = a7;
                        near[(ty + 7 * GroupRows.TALL) * GroupRows.PITCH + tx + GroupRows.CHUNKS] = b7;
                        near[(ty + 7 * GroupRows.TALL) * GroupRows.PITCH + tx + 2 * GroupRows.CHUNKS] = c7;
                        near[(ty + 7 * GroupRows.TALL) * GroupRows.PITCH + tx + 3 * GroupRows.CHUNKS] = d7;
                    }
                    context.localBarrier();
                    for (int i = item; i < GroupRows.BLOCK * GroupRows.BLOCK; i += items) {
                        int row = i / GroupRows.BLOCK;
                        int at = i - row * GroupRows.BLOCK;
                        // Whose sum it is: one of this pass, or of another.
                        int owner = row % GroupRows.TALL * GroupRows.CHUNKS + at % GroupRows.CHUNKS - base;
                        if (Math.min(Math.max(owner, 0), items - 1) == owner) {
                            if (tile + row < endRow) {
                                if (column + at < width) {
                                    Cells.put(c, (ofC + tile + row) * width + column + at,
                                            near[row * GroupRows.PITCH + at], accumulate);
                                }
                            }
                        }
                    }
                    context.localBarrier();
                }
            }
        }
    }
}
