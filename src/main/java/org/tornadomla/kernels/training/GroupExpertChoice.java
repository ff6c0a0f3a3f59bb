package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link ExpertChoice} for many cores: a group takes a row, its work-items share the experts. An expert's rank is the
 * number of those that come before it; of equal ones the lower number does.
 */
public final class GroupExpertChoice {

    /** Stands for an expert whose device is not chosen, or whose score is no number. */
    private static final float TAKEN = -3.0e38f;
    /** Keeps weights finite where the scores of all chosen experts are 0, as sigmoids of -100 are. */
    private static final float SMALLEST = 1e-20f;

    private GroupExpertChoice() {
    }

    /**
     * Scores experts and takes the best.
     *
     * @param context groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param logits  [rows, stride] floats. Not modified
     * @param bias    [experts] floats, added for the choice alone. Not modified
     * @param counts  [rows], 0 for a row that takes none. Not modified
     * @param sizes   the number of rows is at rowsAt. Not modified
     * @param rowsAt  index of the row count in sizes
     * @param experts number of experts
     * @param devices devices that they are divided among evenly
     * @param limit   devices that a row may use
     * @param topK    experts that a row takes
     * @param sigmoid 1 for scores each on its own, 0 for a softmax
     * @param factor  on weights; weights are made to sum to it where it is negative, and to its amount
     * @param stride  floats between rows
     * @param chosen  [rows, topK], expert or -1. Modified
     * @param pairs   [rows, topK] floats, the scores of those. Modified
     * @param weights [rows, topK] floats, what their results are multiplied with. Modified
     * @param scores  [rows, stride] floats, 0 behind the experts. Modified
     */
    public static void rows(KernelContext context, FloatArray logits, FloatArray bias, IntArray counts, IntArray sizes,
            int rowsAt, int experts, int devices, int limit, int topK, int sigmoid, float factor, int stride,
            IntArray chosen, FloatArray pairs, FloatArray weights, FloatArray scores) {
        float[] shares = context.allocateFloatLocalArray(experts);
        float[] preference = context.allocateFloatLocalArray(experts);
        float[] best = context.allocateFloatLocalArray(devices);
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        float[] taken = context.allocateFloatLocalArray(topK);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        int each = experts / devices;
        for (int row = context.groupIdx; row < rows; row += groups) {
            int at = row * stride;
            float largest = TAKEN;
            for (int e = item; e < experts; e += items) {
                largest = TornadoMath.max(largest, logits.get(at + e));
            }
            near[item] = largest;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] = TornadoMath.max(near[item], near[item + (left + 1) / 2]);
                }
                context.localBarrier();
            }
            float maximum = near[0];
            context.localBarrier();
            float own = 0f;
            for (int e = item; e < experts; e += items) {
                float exponential = TornadoMath.exp(logits.get(at + e) - maximum);
                shares[e] = exponential;
                own += exponential;
            }
            near[item] = own;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] += near[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float sum = near[0];
            for (int e = item; e < experts; e += items) {
                float score = 0f;
                if (sigmoid == 1) {
                    score = 1f / (1f + TornadoMath.exp(-logits.get(at + e)));
                } else {
                    score = shares[e] * (1f / sum);
                }
                shares[e] = score;
                scores.set(at + e, score);
                float value = score + bias.get(e);
                if (!(value > TAKEN)) {
                    value = TAKEN;
                }
                preference[e] = value;
            }
            Cells.clear(scores, at + experts + item, at + stride, items, 0);
            context.localBarrier();
            for (int device = item; device < devices; device += items) {
                float value = TAKEN;
                for (int e = device * each; e < device * each + each; e++) {
                    value = TornadoMath.max(value, preference[e]);
                }
                best[device] = value;
            }
            context.localBarrier();
            for (int device = item; device < devices; device += items) {
                // A float: TornadoVM's SPIR-V takes the type of a condition from what it chooses.
                float ahead = 0f;
                for (int other = 0; other < device; other++) {
                    if (best[other] > best[device]) {
                        ahead += 1f;
                    }
                    if (best[other] == best[device]) {
                        ahead += 1f;
                    }
                }
                for (int other = device + 1; other < devices; other++) {
                    if (best[other] > best[device]) {
                        ahead += 1f;
                    }
                }
                if (ahead > limit - 0.5f) {
                    for (int e = device * each; e < device * each + each; e++) {
                        preference[e] = TAKEN;
                    }
                }
            }
            context.localBarrier();
            for (int e = item; e < experts; e += items) {
                float ahead = 0f;
                for (int other = 0; other < e; other++) {
                    if (preference[other] > preference[e]) {
                        ahead += 1f;
                    }
                    if (preference[other] == preference[e]) {
                        ahead += 1f;
                    }
                }
                for (int other = e + 1; other < experts; other++) {
                    if (preference[other] > preference[e]) {
                        ahead += 1f;
                    }
                }
                int rank = (int) ahead;
                if (rank < topK) {
                    // -1 where the row takes none.
                    int takes = Math.min(1, counts.get(row));
                    chosen.set(row * topK + rank, (e + 1) * takes - 1);
                    pairs.set(row * topK + rank, shares[e]);
                    taken[rank] = shares[e];
                }
            }
            context.localBarrier();
            for (int k = item; k < topK; k += items) {
                float scale = factor;
                // The sum is not taken where nothing needs it: of such a loop TornadoVM leaves a read behind the array.
                if (factor < 0f) {
                    float together = 0f;
                    for (int other = 0; other < topK; other++) {
                        together += taken[other];
                    }
                    scale = -factor / (together + SMALLEST);
                }
                weights.set(row * topK + k, taken[k] * scale);
            }
        }
    }

    /**
     * Gradient of logits: from the weights of the experts that the row took, and from the balance losses, which say for
     * each expert what its mean score costs.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param scores   [rows, stride] floats. Not modified
     * @param chosen   [rows, topK], expert or -1. Not modified
     * @param pairs    [rows, topK] floats, scores of the experts that were taken. Not modified
     * @param weights  [rows, topK] floats, what their results are multiplied with. Not modified
     * @param dweights [rows, topK] floats, 0 where a pair was dropped. Not modified
     * @param costs    [experts] floats, gradient of the balance losses by each row's scores. Not modified
     * @param counts   [rows], 0 for a row that takes none. Not modified
     * @param sizes    the number of rows is at rowsAt. Not modified
     * @param rowsAt   index of the row count in sizes
     * @param experts  number of experts
     * @param topK     experts that a row takes
     * @param sigmoid  1 for scores each on its own, 0 for a softmax
     * @param factor   on weights; negative where they are made to sum to its amount
     * @param stride   floats between rows
     * @param dlogits  [rows, stride] floats, 0 behind the experts. Modified
     */
    public static void gradient(KernelContext context, FloatArray scores, IntArray chosen, FloatArray pairs,
            FloatArray weights, FloatArray dweights, FloatArray costs, IntArray counts, IntArray sizes, int rowsAt,
            int experts, int topK, int sigmoid, float factor, int stride, FloatArray dlogits) {
        float[] slopes = context.allocateFloatLocalArray(experts);
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        for (int row = context.groupIdx; row < rows; row += groups) {
            int at = row * stride;
            int counted = Math.min(1, counts.get(row));
            for (int e = item; e < experts; e += items) {
                slopes[e] = costs.get(e) * counted;
            }
            context.localBarrier();
            for (int k = item; k < topK; k += items) {
                int expert = chosen.get(row * topK + k);
                if (expert >= 0) {
                    float slope = factor * dweights.get(row * topK + k);
                    if (factor < 0f) {
                        float together = 0f;
                        float products = 0f;
                        for (int pair = row * topK; pair < (row + 1) * topK; pair++) {
                            together += pairs.get(pair);
                            products += dweights.get(pair) * weights.get(pair);
                        }
                        slope = -(slope + products) / (together + SMALLEST);
                    }
                    slopes[expert] = slopes[expert] + slope;
                }
            }
            context.localBarrier();
            float own = 0f;
            for (int e = item; e < experts; e += items) {
                own += scores.get(at + e) * slopes[e];
            }
            near[item] = own;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] += near[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float mean = near[0];
            for (int e = item; e < experts; e += items) {
                float share = scores.get(at + e);
                // Read once, for both: of a number that is read for nothing TornadoVM leaves a read behind the array.
                float price = slopes[e];
                float slope = share * (1f - share) * price;
                if (sigmoid == 0) {
                    slope = share * (price - mean);
                }
                dlogits.set(at + e, slope);
            }
            Cells.clear(dlogits, at + experts + item, at + stride, items, 0);
        }
    }
}
