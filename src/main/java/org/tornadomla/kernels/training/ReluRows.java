package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** y = max(x, 0), and its gradient. */
public final class ReluRows {

    private ReluRows() {
    }

    /**
     * One row a work-item.
     *
     * @param x      [rows, stride] vectors. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param stride vectors of a row
     * @param y      [rows, stride] vectors. Modified
     */
    public static void forward(VectorFloat16 x, IntArray sizes, int rowsAt, int stride, VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            // Lane by lane: TornadoVM refuses a maximum of vectors in a loop of constant length.
            float[] values = new float[16];
            for (int v = 0; v < stride; v++) {
                Lanes.unpack(x.get(row * stride + v), values, 0);
                for (int i = 0; i < 16; i++) {
                    if (values[i] < 0f) {
                        values[i] = 0f;
                    }
                }
                y.set(row * stride + v, Lanes.pack(values, 0));
            }
        }
    }

    /**
     * dx = dy where x is above 0, one row a work-item.
     *
     * @param x          [rows, stride] vectors. Not modified
     * @param dy         [rows, stride] vectors. Not modified
     * @param sizes      the number of rows is at rowsAt. Not modified
     * @param rowsAt     index of the row count in sizes
     * @param stride     vectors of a row
     * @param accumulate 1 to add to what dx holds
     * @param dx         [rows, stride] vectors. Modified
     */
    public static void input(VectorFloat16 x, VectorFloat16 dy, IntArray sizes, int rowsAt, int stride, int accumulate,
            VectorFloat16 dx) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] values = new float[16];
            float[] slopes = new float[16];
            for (int v = 0; v < stride; v++) {
                Lanes.unpack(x.get(row * stride + v), values, 0);
                Lanes.unpack(dy.get(row * stride + v), slopes, 0);
                for (int i = 0; i < 16; i++) {
                    if (values[i] < 0f) {
                        slopes[i] = 0f;
                    }
                    if (values[i] == 0f) {
                        slopes[i] = 0f;
                    }
                }
                Rows.put(dx, row * stride + v, Lanes.pack(slopes, 0), accumulate);
            }
        }
    }
}
