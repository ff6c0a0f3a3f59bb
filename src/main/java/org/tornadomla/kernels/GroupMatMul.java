package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The matrix product of {@link MatMul} for devices with many cores and few rows: a work-group computes one vector of
 * columns, its work-items share the inner width and add their sums in local memory. Right for any group of up to
 * {@link #MOST_ITEMS} work-items.
 */
public final class GroupMatMul {

    /** Most work-items of a group. */
    public static final int MOST_ITEMS = 128;
    /** Bytes of local memory of a group. */
    public static final int LOCAL_BYTES = MOST_ITEMS * Lanes.WIDTH * Float.BYTES;

    private GroupMatMul() {
    }

    /**
     * Computes {@code y[r, n] = sum over k of x[r, k] W[n, k] + bias[n] (+ y[r, n])}, one vector of columns a group.
     *
     * @param context    as many groups as vectors of columns
     * @param x          [rows, xStride] floats; columns 0 to k-1 are read. Not modified
     * @param w          packed as for {@link MatMul}. Not modified
     * @param bias       [columns / 16] vectors, read when hasBias is 1. Not modified
     * @param step       the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in step
     * @param k          inner width
     * @param xStride    floats between rows of x
     * @param yStride    vectors between rows of y
     * @param hasBias    1 to add the bias
     * @param accumulate 1 to add to what y holds
     * @param y          [rows, yStride] vectors; the first columns/16 of a row are written. Modified
     */
    public static void rows(KernelContext context, FloatArray x, VectorFloat16 w, VectorFloat16 bias, IntArray step,
            int rowsAt, int k, int xStride, int yStride, int hasBias, int accumulate, VectorFloat16 y) {
        float[] shared = context.allocateFloatLocalArray(MOST_ITEMS * Lanes.WIDTH);
        float[] lanes = new float[Lanes.WIDTH];
        int column = context.groupIdx;
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int block = column / MatMul.VECTORS;
        int from = block * k * MatMul.VECTORS + column - block * MatMul.VECTORS;
        for (int r = 0; r < step.get(rowsAt); r++) {
            Float16 sum = Lanes.zero();
            for (int i = item; i < k; i += items) {
                sum = Float16.add(sum, Lanes.times(w.get(from + i * MatMul.VECTORS), x.get(r * xStride + i)));
            }
            Lanes.unpack(sum, lanes, 0);
            for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                shared[item * Lanes.WIDTH + lane] = lanes[lane];
            }
            context.localBarrier();
            for (int lane = item; lane < Lanes.WIDTH; lane += items) {
                float total = 0f;
                for (int other = 0; other < items; other++) {
                    total += shared[other * Lanes.WIDTH + lane];
                }
                shared[lane] = total;
            }
            context.localBarrier();
            if (item == 0) {
                for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                    lanes[lane] = shared[lane];
                }
                Float16 total = Lanes.pack(lanes, 0);
                if (hasBias == 1) {
                    total = Float16.add(total, bias.get(column));
                }
                if (accumulate == 1) {
                    total = Float16.add(total, y.get(r * yStride + column));
                }
                y.set(r * yStride + column, total);
            }
            context.localBarrier();
        }
    }
}
