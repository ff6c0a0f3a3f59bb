package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Rotary position embedding of rows in place, pairs (2p, 2p+1). A rotation is its own gradient but for the direction:
 * dx is dy turned back.
 */
public final class RotaryRows {

    private RotaryRows() {
    }

    /**
     * Turns a part of every head of rows, one row a work-item.
     *
     * @param cosines     [positions, ropeDim/2] floats. Not modified
     * @param sines       [positions, ropeDim/2] floats. Not modified
     * @param positions   [rows], the position of each. Not modified
     * @param sizes       the number of rows is at rowsAt. Not modified
     * @param rowsAt      index of the row count in sizes
     * @param heads       heads of a row
     * @param headVectors vectors between heads
     * @param ropeAt      vectors of a head before the part that turns
     * @param ropeDim     floats of that part, even
     * @param stride      vectors between rows
     * @param direction   1 to turn, -1 to turn back
     * @param x           [rows, stride] vectors. Modified
     */
    public static void turn(FloatArray cosines, FloatArray sines, IntArray positions, IntArray sizes, int rowsAt,
            int heads, int headVectors, int ropeAt, int ropeDim, int stride, float direction, VectorFloat16 x) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] lanes = new float[16];
            int angles = positions.get(row) * (ropeDim / 2);
            for (int head = 0; head < heads; head++) {
                for (int v = 0; v < (ropeDim + 15) / 16; v++) {
                    int at = row * stride + head * headVectors + ropeAt + v;
                    Lanes.unpack(x.get(at), lanes, 0);
                    for (int p = 0; p < 8; p++) {
                        int pair = Math.min(v * 8 + p, ropeDim / 2 - 1);
                        float cosine = cosines.get(angles + pair);
                        float sine = sines.get(angles + pair) * direction;
                        float first = lanes[2 * p] * cosine - lanes[2 * p + 1] * sine;
                        float second = lanes[2 * p + 1] * cosine + lanes[2 * p] * sine;
                        lanes[2 * p] = first;
                        lanes[2 * p + 1] = second;
                    }
                    x.set(at, Lanes.pack(lanes, 0));
                }
            }
        }
    }
}
