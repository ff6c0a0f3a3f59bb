package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The gate of a feed-forward y = silu(gate) up with silu(g) = g s, s = 1 / (1 + exp(-g)), and its gradients: dgate = dy
 * up s (1 + g (1 - s)), dup = dy g s.
 */
public final class SwiGluRows {

    private SwiGluRows() {
    }

    /**
     * One row a work-item.
     *
     * @param gate   [rows, stride] vectors. Not modified
     * @param up     [rows, stride] vectors. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param stride vectors of a row
     * @param y      [rows, stride] vectors. Modified
     */
    public static void forward(VectorFloat16 gate, VectorFloat16 up, IntArray sizes, int rowsAt, int stride,
            VectorFloat16 y) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] gates = new float[16];
            float[] ups = new float[16];
            for (int v = 0; v < stride; v++) {
                Lanes.unpack(gate.get(row * stride + v), gates, 0);
                Lanes.unpack(up.get(row * stride + v), ups, 0);
                for (int i = 0; i < 16; i++) {
                    gates[i] = gates[i] / (1f + TornadoMath.exp(-gates[i])) * ups[i];
                }
                y.set(row * stride + v, Lanes.pack(gates, 0));
            }
        }
    }

    /**
     * Both gradients, one row a work-item.
     *
     * @param gate    [rows, stride] vectors. Not modified
     * @param up      [rows, stride] vectors. Not modified
     * @param dy      [rows, stride] vectors. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param stride  vectors of a row
     * @param addGate 1 to add to what dgate holds
     * @param addUp   1 to add to what dup holds
     * @param dgate   [rows, stride] vectors. Modified
     * @param dup     [rows, stride] vectors. Modified
     */
    public static void inputs(VectorFloat16 gate, VectorFloat16 up, VectorFloat16 dy, IntArray sizes, int rowsAt,
            int stride, int addGate, int addUp, VectorFloat16 dgate, VectorFloat16 dup) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] gates = new float[16];
            float[] ups = new float[16];
            float[] slopes = new float[16];
            for (int v = 0; v < stride; v++) {
                Lanes.unpack(gate.get(row * stride + v), gates, 0);
                Lanes.unpack(up.get(row * stride + v), ups, 0);
                Lanes.unpack(dy.get(row * stride + v), slopes, 0);
                for (int i = 0; i < 16; i++) {
                    float g = gates[i];
                    float share = 1f / (1f + TornadoMath.exp(-g));
                    gates[i] = slopes[i] * ups[i] * share * (1f + g * (1f - share));
                    ups[i] = slopes[i] * g * share;
                }
                Rows.put(dgate, row * stride + v, Lanes.pack(gates, 0), addGate);
                Rows.put(dup, row * stride + v, Lanes.pack(ups, 0), addUp);
            }
        }
    }
}
