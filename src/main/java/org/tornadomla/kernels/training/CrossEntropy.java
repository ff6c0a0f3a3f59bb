package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import org.tornadomla.kernels.Softmax;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Softmax with cross-entropy: the loss of a row is its weight times the negative logarithm of the share of its target,
 * the gradient of a logit is the weight times its share, less 1 for the target.
 */
public final class CrossEntropy {

    private CrossEntropy() {
    }

    /**
     * One row a work-item.
     *
     * @param logits  [rows, stride] vectors. Not modified
     * @param targets [rows], the class of each; negative for a row that does not count. Not modified
     * @param weights [rows] floats. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param width   classes
     * @param stride  vectors of a row
     * @param losses  [rows] floats, 0 where a row does not count. Modified
     * @param dlogits [rows, stride] vectors. Modified
     */
    public static void rows(VectorFloat16 logits, IntArray targets, FloatArray weights, IntArray sizes, int rowsAt,
            int width, int stride, FloatArray losses, VectorFloat16 dlogits) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] lanes = new float[16];
            int target = targets.get(row);
            float weight = 0f;
            if (target >= 0) {
                weight = weights.get(row);
            }
            float maximum = Softmax.HIDDEN;
            float own = 0f;
            for (int v = 0; v < (width + 15) / 16; v++) {
                Lanes.unpack(logits.get(row * stride + v), lanes, 0);
                for (int i = 0; i < Math.min(16, width - v * 16); i++) {
                    maximum = TornadoMath.max(maximum, lanes[i]);
                    if (v * 16 + i == target) {
                        own = lanes[i];
                    }
                }
            }
            float sum = 0f;
            for (int v = 0; v < (width + 15) / 16; v++) {
                Lanes.unpack(logits.get(row * stride + v), lanes, 0);
                for (int i = 0; i < Math.min(16, width - v * 16); i++) {
                    sum += TornadoMath.exp(lanes[i] - maximum);
                }
            }
            losses.set(row, weight * (TornadoMath.log(sum) + maximum - own));
            for (int v = 0; v < (width + 15) / 16; v++) {
                Lanes.unpack(logits.get(row * stride + v), lanes, 0);
                for (int i = 0; i < 16; i++) {
                    float slope = 0f;
                    if (v * 16 + i < width) {
                        slope = weight * TornadoMath.exp(lanes[i] - maximum) / sum;
                    }
                    if (v * 16 + i == target) {
                        slope = slope - weight;
                    }
                    lanes[i] = slope;
                }
                dlogits.set(row * stride + v, Lanes.pack(lanes, 0));
            }
        }
    }
}
