package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * A step of AdamW (Loshchilov and Hutter, Decoupled Weight Decay Regularization, algorithm 2): with g the clipped
 * gradient, m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, and w falls by rate (m / (1 - b1^t) / (sqrt(v / (1 - b2^t))
 * + eps) + decay w).
 */
public final class AdamWStep {

    /** Where the step's rate stands in the rates. */
    public static final int RATE = 0;
    /** Where b1 stands. */
    public static final int FIRST = 2;
    /** Where b2 stands. */
    public static final int SECOND = 3;
    /** Where 1 - b1^t stands. */
    public static final int FIRST_BIAS = 4;
    /** Where 1 - b2^t stands. */
    public static final int SECOND_BIAS = 5;
    /** Where eps stands. */
    public static final int EPS = 6;
    /** Length of the rates. */
    public static final int RATES = 7;

    private AdamWStep() {
    }

    /**
     * Moves a weight, one row a work-item.
     *
     * @param g      [rows, stride] vectors, the gradient. Not modified
     * @param clip   the factor on gradients is at 0. Not modified
     * @param rates  [7] floats as the constants say. Not modified
     * @param sizes  the number of rows is at rowsAt. Not modified
     * @param rowsAt index of the row count in sizes
     * @param stride vectors of a row
     * @param decay  part of the weight that is taken off, times the rate
     * @param m      [rows, stride] vectors, mean of gradients. Modified
     * @param v      [rows, stride] vectors, mean of their squares. Modified
     * @param w      [rows, stride] vectors, the weight. Modified
     */
    public static void move(VectorFloat16 g, FloatArray clip, FloatArray rates, IntArray sizes, int rowsAt, int stride,
            float decay, VectorFloat16 m, VectorFloat16 v, VectorFloat16 w) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] slopes = new float[16];
            float[] means = new float[16];
            float[] squares = new float[16];
            float[] weights = new float[16];
            float rate = rates.get(RATE);
            float first = rates.get(FIRST);
            float second = rates.get(SECOND);
            float firstBias = rates.get(FIRST_BIAS);
            float secondBias = rates.get(SECOND_BIAS);
            float eps = rates.get(EPS);
            float factor = clip.get(0);
            for (int at = row * stride; at < (row + 1) * stride; at++) {
                Lanes.unpack(g.get(at), slopes, 0);
                Lanes.unpack(m.get(at), means, 0);
                Lanes.unpack(v.get(at), squares, 0);
                Lanes.unpack(w.get(at), weights, 0);
                for (int i = 0; i < 16; i++) {
                    float slope = slopes[i] * factor;
                    float mean = first * means[i] + (1f - first) * slope;
                    float square = second * squares[i] + (1f - second) * slope * slope;
                    float step = mean / firstBias / (TornadoMath.sqrt(square / secondBias) + eps);
                    means[i] = mean;
                    squares[i] = square;
                    weights[i] = weights[i] - rate * (step + decay * weights[i]);
                }
                m.set(at, Lanes.pack(means, 0));
                v.set(at, Lanes.pack(squares, 0));
                w.set(at, Lanes.pack(weights, 0));
            }
        }
    }
}
