package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Lanes;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Which experts a token takes, and with what weight (DeepSeekMoE; DeepSeek-V2, section 2.2): scores are a softmax or a
 * sigmoid of logits, the choice is by score plus bias, among the experts of the devices with the best ones.
 */
public final class ExpertChoice {

    /** Stands for an expert that is taken already, or whose device is not chosen. */
    private static final float TAKEN = -3.0e38f;
    /** Stands for a device that a row may use; below all scores and above those of experts that are taken. */
    private static final float USED = -2.0e38f;

    /** Keeps weights finite where the scores of all chosen experts are 0, as sigmoids of -100 are. */
    private static final float SMALLEST = 1e-20f;

    private ExpertChoice() {
    }

    /**
     * Scores experts and takes the best, a row a work-item; equal ones go to the lower number.
     *
     * @param logits  [rows, stride] vectors. Not modified
     * @param bias    [experts] floats, added for the choice alone. Not modified
     * @param counts  [rows], 0 for a row that takes none. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param experts number of experts
     * @param padded  the same, rounded up to a multiple of 16
     * @param devices devices that they are divided among evenly
     * @param limit   devices that a row may use
     * @param topK    experts that a row takes
     * @param sigmoid 1 for scores each on its own, 0 for a softmax
     * @param factor  on weights; weights are made to sum to it where it is negative, and to its amount
     * @param stride  vectors between rows
     * @param chosen  [rows, topK], expert or -1. Modified
     * @param pairs   [rows, topK] floats, the scores of those. Modified
     * @param weights [rows, topK] floats, what their results are multiplied with. Modified
     * @param scores  [rows, stride] vectors. Modified
     */
    public static void rows(VectorFloat16 logits, FloatArray bias, IntArray counts, IntArray sizes, int rowsAt,
            int experts, int padded, int devices, int limit, int topK, int sigmoid, float factor, int stride,
            IntArray chosen, FloatArray pairs, FloatArray weights, VectorFloat16 scores) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] values = new float[padded];
            float[] plain = new float[experts];
            float[] best = new float[devices];
            int vectors = padded / 16;
            int each = experts / devices;
            for (int v = 0; v < vectors; v++) {
                Lanes.unpack(logits.get(row * stride + v), values, v * 16);
            }
            float maximum = TAKEN;
            for (int e = 0; e < experts; e++) {
                maximum = TornadoMath.max(maximum, values[e]);
            }
            float sum = 0f;
            for (int e = 0; e < experts; e++) {
                float score = 1f / (1f + TornadoMath.exp(-values[e]));
                if (sigmoid == 0) {
                    score = TornadoMath.exp(values[e] - maximum);
                }
                values[e] = score;
                sum += score;
            }
            float share = 1f;
            if (sigmoid == 0) {
                share = 1f / sum;
            }
            for (int e = experts; e < vectors * 16; e++) {
                values[e] = 0f;
            }
            for (int v = 0; v < vectors; v++) {
                scores.set(row * stride + v, Lanes.times(Lanes.pack(values, v * 16), share));
            }
            for (int device = 0; device < devices; device++) {
                best[device] = TAKEN;
            }
            for (int e = 0; e < experts; e++) {
                plain[e] = values[e] * share;
                values[e] = plain[e] + bias.get(e);
                best[e / each] = TornadoMath.max(best[e / each], values[e]);
            }
            for (int rank = 0; rank < limit; rank++) {
                int first = 0;
                for (int device = 1; device < devices; device++) {
                    if (best[device] > best[first]) {
                        first = device;
                    }
                }
                // A device that may be used stays as it is from here on, below all others.
                best[first] = USED - 1e36f * rank;
            }
            for (int e = 0; e < experts; e++) {
                if (best[e / each] > TAKEN / 2f) {
                    values[e] = TAKEN;
                }
            }
            float together = 0f;
            for (int k = 0; k < topK; k++) {
                int first = 0;
                for (int e = 1; e < experts; e++) {
                    if (values[e] > values[first]) {
                        first = e;
                    }
                }
                values[first] = TAKEN;
                int expert = first;
                if (counts.get(row) == 0) {
                    expert = -1;
                }
                chosen.set(row * topK + k, expert);
                pairs.set(row * topK + k, plain[first]);
                together += plain[first];
            }
            float scale = factor;
            if (factor < 0f) {
                scale = -factor / (together + SMALLEST);
            }
            for (int k = 0; k < topK; k++) {
                weights.set(row * topK + k, pairs.get(row * topK + k) * scale);
            }
        }
    }

    /**
     * Gradient of logits, a row a work-item: from the weights of the experts that the row took, and from the balance
     * losses, which say for each expert what its mean score costs.
     *
     * @param scores   [rows, stride] vectors. Not modified
     * @param chosen   [rows, topK], expert or -1. Not modified
     * @param pairs    [rows, topK] floats, scores of the experts that were taken. Not modified
     * @param weights  [rows, topK] floats, what their results are multiplied with. Not modified
     * @param dweights [rows, topK] floats, 0 where a pair was dropped. Not modified
     * @param costs    [experts] floats, gradient of the balance losses by each row's scores. Not modified
     * @param counts   [rows], 0 for a row that takes none. Not modified
     * @param sizes    the number of rows is at rowsAt. Not modified
     * @param rowsAt   index of the row count in sizes
     * @param experts  number of experts
     * @param padded   the same, rounded up to a multiple of 16
     * @param topK     experts that a row takes
     * @param sigmoid  1 for scores each on its own, 0 for a softmax
     * @param factor   on weights; negative where they are made to sum to its amount
     * @param stride   vectors between rows
     * @param dlogits  [rows, stride] vectors. Modified
     */
    public static void gradient(VectorFloat16 scores, IntArray chosen, FloatArray pairs, FloatArray weights,
            FloatArray dweights, FloatArray costs, IntArray counts, IntArray sizes, int rowsAt, int experts, int padded,
            int topK, int sigmoid, float factor, int stride, VectorFloat16 dlogits) {
        for (@Parallel
        int row = 0; row < sizes.get(rowsAt); row++) {
            float[] shares = new float[padded];
            float[] slopes = new float[padded];
            int vectors = padded / 16;
            for (int v = 0; v < vectors; v++) {
                Lanes.unpack(scores.get(row * stride + v), shares, v * 16);
            }
            for (int e = 0; e < vectors * 16; e++) {
                slopes[e] = 0f;
            }
            int counted = Math.min(1, counts.get(row));
            for (int e = 0; e < experts; e++) {
                slopes[e] = costs.get(e) * counted;
            }
            float together = 0f;
            float products = 0f;
            for (int k = 0; k < topK; k++) {
                together += pairs.get(row * topK + k);
                products += dweights.get(row * topK + k) * weights.get(row * topK + k);
            }
            for (int k = 0; k < topK; k++) {
                int expert = Math.max(0, chosen.get(row * topK + k));
                float slope = factor * dweights.get(row * topK + k);
                if (factor < 0f) {
                    slope = -(slope + products) / (together + SMALLEST);
                }
                slopes[expert] = slopes[expert] + slope * counted;
            }
            float mean = 0f;
            for (int e = 0; e < experts; e++) {
                mean += shares[e] * slopes[e];
            }
            for (int e = 0; e < experts; e++) {
                float slope = shares[e] * (1f - shares[e]) * slopes[e];
                if (sigmoid == 0) {
                    slope = shares[e] * (slopes[e] - mean);
                }
                slopes[e] = slope;
            }
            for (int v = 0; v < vectors; v++) {
                dlogits.set(row * stride + v, Lanes.pack(slopes, v * 16));
            }
        }
    }
}
