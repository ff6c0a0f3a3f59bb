package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The matrix product of {@link GroupProduct} with weights of 8-bit floating numbers times a scale. */
public final class GroupProductFloat8 {

    private GroupProductFloat8() {
    }

    /**
     * Computes what {@link GroupProduct#rows} does, in the same way.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param x       [rows, xStride] floats. Not modified
     * @param norm    [k] floats. Not modified
     * @param w       [matrices, outputs, ceil(k / 4)] ints of four codes of {@link Float8}, the first in the lowest
     *                    byte, each with its sign bit turned. Not modified
     * @param scales  [matrices, outputs, ceil(k / scaled)] floats. Not modified
     * @param scaled  inputs of an output that share a scale, a multiple of 4
     * @param bias    [outputs] floats. Not modified
     * @param groups  as for {@link GroupProduct#rows}, and so all that follow. Not modified
     * @param y       [rows, yStride] floats. Modified
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray norm, IntArray w, FloatArray scales,
            int scaled, FloatArray bias, IntArray groups, int rowsAt, int tokensAt, int first, int matrices,
            int outputs, int k, int xStride, int yStride, int flags, float eps, FloatArray y) {
        float[] near = context.allocateFloatLocalArray(GroupRows.LOCAL);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int units = (outputs + GroupRows.BLOCK - 1) / GroupRows.BLOCK * GroupRows.CHUNKS;
        int all = GroupRows.active(groups, matrices) * units;
        int words = (k + 3) / 4;
        int parts = (k + scaled - 1) / scaled;
        // A bound that is no constant: unrolled, the barriers are too many for some compilers.
        int inputs = Math.min(k, all * k);
        for (int unit = context.groupIdx; unit < all; unit += teams) {
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
                    for (int i = item; i < words; i += items) {
                        int w0 = w.get(n0 * words + i);
                        int w1 = w.get(n1 * words + i);
                        int w2 = w.get(n2 * words + i);
                        int w3 = w.get(n3 * words + i);
                        float aa = 0f;
                        float bb = 0f;
                        float cc = 0f;
                        float dd = 0f;
                        float s0 = GroupRows.value(x, from, 4 * i, k);
                        squares += s0 * s0;
                        s0 *= GroupRows.norm(norm, flags, 4 * i, k);
                        aa += Float8.of(w0, 0) * s0;
                        bb += Float8.of(w1, 0) * s0;
                        cc += Float8.of(w2, 0) * s0;
                        dd += Float8.of(w3, 0) * s0;
                        float s1 = GroupRows.value(x, from, 4 * i + 1, k);
                        squares += s1 * s1;
                        s1 *= GroupRows.norm(norm, flags, 4 * i + 1, k);
                        aa += Float8.of(w0, 8) * s1;
                        bb += Float8.of(w1, 8) * s1;
                        cc += Float8.of(w2, 8) * s1;
                        dd += Float8.of(w3, 8) * s1;
                        float s2 = GroupRows.value(x, from, 4 * i + 2, k);
                        squares += s2 * s2;
                        s2 *= GroupRows.norm(norm, flags, 4 * i + 2, k);
                        aa += Float8.of(w0, 16) * s2;
                        bb += Float8.of(w1, 16) * s2;
                        cc += Float8.of(w2, 16) * s2;
                        dd += Float8.of(w3, 16) * s2;
                        float s3 = GroupRows.value(x, from, 4 * i + 3, k);
                        squares += s3 * s3;
                        s3 *= GroupRows.norm(norm, flags, 4 * i + 3, k);
                        aa += Float8.of(w0, 24) * s3;
                        bb += Float8.of(w1, 24) * s3;
                        cc += Float8.of(w2, 24) * s3;
                        dd += Float8.of(w3, 24) * s3;
                        int part = 4 * i / scaled;
                        float plain = s0 + s1 + s2 + s3;
                        a += GroupRows.scaled(aa, plain, scales, n0 * parts + part, 0);
                        b += GroupRows.scaled(bb, plain, scales, n1 * parts + part, 0);
                        c += GroupRows.scaled(cc, plain, scales, n2 * parts + part, 0);
                        d += GroupRows.scaled(dd, plain, scales, n3 * parts + part, 0);
                    }
                    near[item] = a;
                    near[Groups.MOST_ITEMS + item] = b;
                    near[2 * Groups.MOST_ITEMS + item] = c;
                    near[3 * Groups.MOST_ITEMS + item] = d;
                    near[4 * Groups.MOST_ITEMS + item] = squares;
                    context.localBarrier();
                    for (int n = items; n > 1; n = (n + 1) / 2) {
                        int half = (n + 1) / 2;
                        if (item < n - half) {
                            for (int sum = 0; sum < 5 * Groups.MOST_ITEMS; sum += Groups.MOST_ITEMS) {
                                near[sum + item] = near[sum + item] + near[sum + item + half];
                            }
                        }
                        context.localBarrier();
                    }
                    float scale = 1f;
                    if ((flags & GroupRows.NORM) != 0) {
                        scale = GroupRows.scale(near[4 * Groups.MOST_ITEMS], k, eps);
                    }
                    for (int o = item; o < GroupRows.OUTPUTS / GroupRows.pairing(flags); o += items) {
                        float sum = near[GroupRows.firstOf(o, flags) * Groups.MOST_ITEMS] * scale;
                        if (GroupRows.pairing(flags) == 2) {
                            sum = GroupRows.gated(sum, near[GroupRows.secondOf(o, flags) * Groups.MOST_ITEMS] * scale);
                        }
                        GroupRows.put(y, r * yStride, GroupRows.outputOf(block, chunk, o, flags),
                                outputs / GroupRows.pairing(flags), bias, flags, sum);
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
                        for (int i = item; i < GroupRows.BLOCK; i += items) {
                            near[GroupRows.SQUARES + i] = 0f;
                        }
                        for (int input = 0; input < inputs; input += GroupRows.INPUTS) {
                            for (int i = item; i < GroupRows.BLOCK * GroupRows.INPUTS; i += items) {
                                int row = i / GroupRows.INPUTS;
                                int at = i - row * GroupRows.INPUTS;
                                int from = ProductRows.source(groups, tokensAt, Math.min(tile + row, end - 1));
                                near[at * GroupRows.PITCH + row] = GroupRows.value(x, from * xStride, input + at, k);
                            }
                            for (int i = item; i < GroupRows.BLOCK * GroupRows.INPUTS / 4; i += items) {
                                int output = i / (GroupRows.INPUTS / 4);
                                int at = 4 * i - output * GroupRows.INPUTS;
                                int row = GroupRows.weights(matrix, block * GroupRows.BLOCK + output, outputs);
                                int word = w.get(row * words + Math.min((input + at) / 4, words - 1));
                                int to = GroupRows.WEIGHTS + at * GroupRows.PITCH + output;
                                int scale = row * parts + Math.min(input + at, k - 1) / scaled;
                                near[to] = GroupRows.scaled(Float8.of(word, 0), 1f, scales, scale, 0)
                                        * GroupRows.norm(norm, flags, input + at, k);
                                near[to + 1 * GroupRows.PITCH] = GroupRows.scaled(Float8.of(word, 8), 1f, scales, scale,
                                        0) * GroupRows.norm(norm, flags, input + at + 1, k);
                                near[to + 2 * GroupRows.PITCH] = GroupRows.scaled(Float8.of(word, 16), 1f, scales,
                                        scale, 0) * GroupRows.norm(norm, flags, input + at + 2, k);
                                near[to + 3 * GroupRows.PITCH] = GroupRows.scaled(Float8.of(word, 24), 1f, scales,
                                        scale, 0) * GroupRows.norm(norm, flags, input + at + 3, k);
                            }
                            context.localBarrier();
                            for (int i = item; i < GroupRows.BLOCK; i += items) {
                                float squares = near[GroupRows.SQUARES + i];
                                for (int at = 0; at < GroupRows.WEIGHTS; at += GroupRows.PITCH) {
                                    squares += near[at + i] * near[at + i];
                                }
                                near[GroupRows.SQUARES + i] = squares;
                            }
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
                        int present = Math.min(GroupRows.BLOCK, end - tile);
                        for (int i = item; i < present * (GroupRows.BLOCK / GroupRows.pairing(flags)); i += items) {
                            int row = i / (GroupRows.BLOCK / GroupRows.pairing(flags));
                            int place = i - row * (GroupRows.BLOCK / GroupRows.pairing(flags));
                            int column = GroupRows.columnOf(place, flags);
                            // Whose sum it is: one of this pass, or of another.
                            int owner = row % GroupRows.TALL * GroupRows.CHUNKS + column % GroupRows.CHUNKS - base;
                            if (Math.min(Math.max(owner, 0), items - 1) == owner) {
                                float scale = 1f;
                                if ((flags & GroupRows.NORM) != 0) {
                                    scale = GroupRows.scale(near[GroupRows.SQUARES + row], k, eps);
                                }
                                float sum = near[row * GroupRows.PITCH + column] * scale;
                                if (GroupRows.pairing(flags) == 2) {
                                    sum = GroupRows.gated(sum,
                                            near[row * GroupRows.PITCH + GroupRows.besides(column, flags)] * scale);
                                }
                                GroupRows.put(y, (tile + row) * yStride,
                                        block * (GroupRows.BLOCK / GroupRows.pairing(flags)) + place,
                                        outputs / GroupRows.pairing(flags), bias, flags, sum);
                            }
                        }
                        context.localBarrier();
                    }
                }
            }
        }
    }
}
