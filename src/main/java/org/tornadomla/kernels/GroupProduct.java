package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The matrix product of {@link MatMul} by work-groups of scalars, for devices with many cores.
 */
public final class GroupProduct {

    private GroupProduct() {
    }

    /**
     * Computes {@code y[r, n] = sum over k of x[r, k] W[n, k] + bias[n] (+ y[r, n])}.
     *
     * <p>Work-groups take units of {@link GroupRows} in turn. Few rows: all items share the inputs, neighbours read
     * neighbouring words of four rows of weights, and add their sums in local memory; weights come from memory once.
     * Many rows: tiles of 64 rows and 64 outputs pass through local memory, 32 inputs at a time.
     *
     * @param context  {@code teams} groups of up to {@link GroupRows#MOST_ITEMS} items
     * @param x        [rows, xStride] floats. Not modified
     * @param norm     [k] floats, read with {@link GroupRows#NORM}. Not modified
     * @param w        [matrices, outputs, k] floats. Not modified
     * @param bias     [outputs] floats, read with {@link GroupRows#BIAS}. Not modified
     * @param groups   which rows a matrix multiplies, see {@link ProductRows}. Not modified
     * @param rowsAt   index of the number of rows, or of the records of groups where matrices is not 0
     * @param tokensAt where the rows of x stand in groups that sorted rows take; -1 when they are those of x
     * @param first    number of the first matrix that w holds
     * @param matrices number of matrices that w holds, rows of others are left as they are; 0 for one of all rows
     * @param outputs  rows of a matrix
     * @param k        inputs
     * @param xStride  floats between rows of x
     * @param yStride  floats between rows of y
     * @param flags    of {@link GroupRows}, added
     * @param eps      added to the mean square of a normed row
     * @param teams    number of groups
     * @param y        [rows, yStride] floats; the first outputs, with {@link GroupRows#GATED} the first half as many,
     *                     of a row are written. Modified
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray norm, FloatArray w, FloatArray bias,
            IntArray groups, int rowsAt, int tokensAt, int first, int matrices, int outputs, int k, int xStride,
            int yStride, int flags, float eps, int teams, FloatArray y) {
        float[] near = context.allocateFloatLocalArray(GroupRows.LOCAL);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int units = (outputs + GroupRows.BLOCK - 1) / GroupRows.BLOCK * GroupRows.CHUNKS;
        for (int unit = context.groupIdx; unit < GroupRows.active(groups, matrices) * units; unit += teams) {
            int group = unit / units;
            int matrix = ProductRows.matrix(groups, rowsAt, group, first, matrices);
            int begin = ProductRows.begin(groups, rowsAt, group, matrices);
            int end = ProductRows.end(groups, rowsAt, group, first, matrices);
            int block = (unit - group * units) / GroupRows.CHUNKS;
            int chunk = unit - unit / GroupRows.CHUNKS * GroupRows.CHUNKS;
            if (end - begin <= GroupRows.FEW) {
                int column = block * GroupRows.BLOCK + chunk;
                int n0 = GroupRows.weights(matrix, column, outputs);
                int n1 = GroupRows.weights(matrix, column + GroupRows.CHUNKS, outputs);
                int n2 = GroupRows.weights(matrix, column + 2 * GroupRows.CHUNKS, outputs);
                int n3 = GroupRows.weights(matrix, column + 3 * GroupRows.CHUNKS, outputs);
                for (int r = begin; r < end; r++) {
                    int from = ProductRows.source(groups, tokensAt, r) * xStride;
                    float a = 0f;
                    float b = 0f;
                    float c = 0f;
                    float d = 0f;
                    float squares = 0f;
                    for (int i = item; i < k; i += items) {
                        float s = x.get(from + i);
                        squares += s * s;
                        s *= GroupRows.norm(norm, flags, i, k);
                        a += w.get(n0 * k + i) * s;
                        b += w.get(n1 * k + i) * s;
                        c += w.get(n2 * k + i) * s;
                        d += w.get(n3 * k + i) * s;
                    }
                    near[item] = a;
                    near[GroupRows.MOST_ITEMS + item] = b;
                    near[2 * GroupRows.MOST_ITEMS + item] = c;
                    near[3 * GroupRows.MOST_ITEMS + item] = d;
                    near[4 * GroupRows.MOST_ITEMS + item] = squares;
                    context.localBarrier();
                    for (int n = items; n > 1; n = (n + 1) / 2) {
                        int half = (n + 1) / 2;
                        for (int sum = 0; item < n - half
                                && sum < 5 * GroupRows.MOST_ITEMS; sum += GroupRows.MOST_ITEMS) {
                            near[sum + item] += near[sum + item + half];
                        }
                        context.localBarrier();
                    }
                    float scale = GroupRows.scale(near[4 * GroupRows.MOST_ITEMS], k, eps, flags);
                    for (int pair = item; pair < 2; pair += items) {
                        GroupRows.pair(y, r * yStride, block, chunk + pair * 2 * GroupRows.CHUNKS, outputs, bias, flags,
                                near[2 * pair * GroupRows.MOST_ITEMS] * scale,
                                near[(2 * pair + 1) * GroupRows.MOST_ITEMS] * scale);
                    }
                    context.localBarrier();
                }
            } else {
                for (int tile = begin + chunk * GroupRows.BLOCK; tile < end; tile += GroupRows.CHUNKS
                        * GroupRows.BLOCK) {
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
                        for (int pass = 0; pass < GroupRows.BLOCK; pass += items) {
                            if (pass + item < GroupRows.BLOCK) {
                                near[GroupRows.SQUARES + pass + item] = 0f;
                            }
                        }
                        for (int input = 0; input < k; input += GroupRows.INPUTS) {
                            for (int i = item; i < GroupRows.BLOCK * GroupRows.INPUTS; i += items) {
                                int row = i / GroupRows.INPUTS;
                                int at = i - row * GroupRows.INPUTS;
                                int from = ProductRows.source(groups, tokensAt, Math.min(tile + row, end - 1));
                                near[at * GroupRows.PITCH + row] = GroupRows.value(x, from * xStride, input + at, k);
                            }
                            for (int i = item; i < GroupRows.BLOCK * GroupRows.INPUTS; i += items) {
                                int output = i / GroupRows.INPUTS;
                                int at = i - output * GroupRows.INPUTS;
                                int row = GroupRows.weights(matrix, block * GroupRows.BLOCK + output, outputs);
                                float factor = GroupRows.norm(norm, flags, input + at, k);
                                near[GroupRows.WEIGHTS + at * GroupRows.PITCH + output] = factor
                                        * GroupRows.value(w, row * k, input + at, k);
                            }
                            context.localBarrier();
                            for (int pass = 0; pass < GroupRows.BLOCK; pass += items) {
                                float squares = 0f;
                                for (int i = pass + item; i < GroupRows.WEIGHTS; i += GroupRows.PITCH) {
                                    squares += near[i] * near[i];
                                }
                                if (pass + item < GroupRows.BLOCK) {
                                    near[GroupRows.SQUARES + pass + item] += squares;
                                }
                            }
                            for (int i = 0; ty < GroupRows.CHUNKS && i < GroupRows.WEIGHTS; i += GroupRows.PITCH) {
                                float w0 = near[GroupRows.WEIGHTS + i + tx];
                                float w1 = near[GroupRows.WEIGHTS + i + tx + GroupRows.CHUNKS];
                                float w2 = near[GroupRows.WEIGHTS + i + tx + 2 * GroupRows.CHUNKS];
                                float w3 = near[GroupRows.WEIGHTS + i + tx + 3 * GroupRows.CHUNKS];
                                float s0 = near[i + ty];
                                a0 += w0 * s0;
                                b0 += w1 * s0;
                                c0 += w2 * s0;
                                d0 += w3 * s0;
                                float s1 = near[i + ty + GroupRows.CHUNKS];
                                a1 += w0 * s1;
                                b1 += w1 * s1;
                                c1 += w2 * s1;
                                d1 += w3 * s1;
                                float s2 = near[i + ty + 2 * GroupRows.CHUNKS];
                                a2 += w0 * s2;
                                b2 += w1 * s2;
                                c2 += w2 * s2;
                                d2 += w3 * s2;
                                float s3 = near[i + ty + 3 * GroupRows.CHUNKS];
                                a3 += w0 * s3;
                                b3 += w1 * s3;
                                c3 += w2 * s3;
                                d3 += w3 * s3;
                            }
                            context.localBarrier();
                        }
                        int r0 = tile + ty;
                        if (ty < GroupRows.CHUNKS && r0 < end) {
                            float scale = GroupRows.scale(near[GroupRows.SQUARES + r0 - tile], k, eps, flags);
                            GroupRows.pair(y, r0 * yStride, block, tx, outputs, bias, flags, a0 * scale, b0 * scale);
                            GroupRows.pair(y, r0 * yStride, block, tx + 2 * GroupRows.CHUNKS, outputs, bias, flags,
                                    c0 * scale, d0 * scale);
                        }
                        int r1 = tile + ty + GroupRows.CHUNKS;
                        if (ty < GroupRows.CHUNKS && r1 < end) {
                            float scale = GroupRows.scale(near[GroupRows.SQUARES + r1 - tile], k, eps, flags);
                            GroupRows.pair(y, r1 * yStride, block, tx, outputs, bias, flags, a1 * scale, b1 * scale);
                            GroupRows.pair(y, r1 * yStride, block, tx + 2 * GroupRows.CHUNKS, outputs, bias, flags,
                                    c1 * scale, d1 * scale);
                        }
                        int r2 = tile + ty + 2 * GroupRows.CHUNKS;
                        if (ty < GroupRows.CHUNKS && r2 < end) {
                            float scale = GroupRows.scale(near[GroupRows.SQUARES + r2 - tile], k, eps, flags);
                            GroupRows.pair(y, r2 * yStride, block, tx, outputs, bias, flags, a2 * scale, b2 * scale);
                            GroupRows.pair(y, r2 * yStride, block, tx + 2 * GroupRows.CHUNKS, outputs, bias, flags,
                                    c2 * scale, d2 * scale);
                        }
                        int r3 = tile + ty + 3 * GroupRows.CHUNKS;
                        if (ty < GroupRows.CHUNKS && r3 < end) {
                            float scale = GroupRows.scale(near[GroupRows.SQUARES + r3 - tile], k, eps, flags);
                            GroupRows.pair(y, r3 * yStride, block, tx, outputs, bias, flags, a3 * scale, b3 * scale);
                            GroupRows.pair(y, r3 * yStride, block, tx + 2 * GroupRows.CHUNKS, outputs, bias, flags,
                                    c3 * scale, d3 * scale);
                        }
                        context.localBarrier();
                    }
                }
            }
        }
    }
}
