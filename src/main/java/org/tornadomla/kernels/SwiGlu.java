package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The gate of a feed-forward, y = silu(gate) * up with silu(g) = g / (1 + exp(-g)). */
public final class SwiGlu {

    private SwiGlu() {
    }

    /**
     * Computes 16 columns of all rows a work-item, so that one row alone keeps all cores busy too.
     *
     * @param gateUp  [rows, xStride] vectors: {@code vectors} of the gate, then as many of up. Not modified
     * @param step    the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in step
     * @param vectors vectors of a gate
     * @param xStride vectors between rows of gateUp
     * @param y       [rows, 16 vectors] floats. Modified
     */
    public static void rows(VectorFloat16 gateUp, IntArray step, int rowsAt, int vectors, int xStride, FloatArray y) {
        for (@Parallel
        int column = 0; column < vectors * Lanes.WIDTH / Lanes.WIDTH; column++) {
            int rows = step.get(rowsAt);
            float[] gate = new float[Lanes.WIDTH];
            float[] up = new float[Lanes.WIDTH];
            for (int row = 0; row < rows; row++) {
                Lanes.unpack(gateUp.get(row * xStride + column), gate, 0);
                Lanes.unpack(gateUp.get(row * xStride + vectors + column), up, 0);
                int at = (row * vectors + column) * Lanes.WIDTH;
                for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                    float g = gate[lane];
                    y.set(at + lane, g / (1f + TornadoMath.exp(-g)) * up[lane]);
                }
            }
        }
    }
}
