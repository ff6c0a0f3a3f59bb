package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The absorbed attention of {@link LatentAttention} for devices with many cores: a work-group takes one head of a query
 * and one range of its keys. Its work-items share the keys of a block for the scores and the vectors of the latent for
 * the weighted sum. Right for groups of any size.
 */
public final class GroupAttention {

    /** Keys of a block. */
    private static final int KEYS = 256;
    /** Bytes of local memory of a group. */
    public static final int LOCAL_BYTES = KEYS * (Float.BYTES + Integer.BYTES);

    private GroupAttention() {
    }

    /**
     * Attends to one range of keys for one head a group, and leaves partial results for {@link SplitMerge#rows}.
     *
     * @param context       groups [units, heads]; those behind the round's units do nothing
     * @param packed        [tokens, heads, rowVectors] vectors, scaled. Not modified
     * @param pool          [slots, rowVectors] vectors. Not modified
     * @param mask          additive, read in rounds that have one, as the token records say. Not modified
     * @param step          counts, token records and block tables. Not modified
     * @param tokensAt      where the token records begin in step
     * @param tablesAt      where the block tables begin in step
     * @param tableLength   pages of a block table
     * @param pageTokens    tokens of a page
     * @param heads         number of heads
     * @param latentVectors vectors of a latent
     * @param rowVectors    vectors of a pool row
     * @param maxima        [units, heads] floats: the largest score of the range. Modified
     * @param sums          [units, heads] floats: the sum of exp(score - maximum). Modified
     * @param partial       [units, heads, latentVectors] vectors: the weighted sum of latents, not divided by the sum.
     *                          Modified
     */
    public static void split(KernelContext context, VectorFloat16 packed, VectorFloat16 pool, FloatArray mask,
            IntArray step, int tokensAt, int tablesAt, int tableLength, int pageTokens, int heads, int latentVectors,
            int rowVectors, FloatArray maxima, FloatArray sums, VectorFloat16 partial) {
        float[] weights = context.allocateFloatLocalArray(KEYS);
        int[] rows = context.allocateIntLocalArray(KEYS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int statistics = context.groupIdx;
        int unit = statistics / heads;
        int head = statistics - unit * heads;
        if (unit < step.get(StepLayout.SPLIT_UNITS)) {
            int token = unit / step.get(StepLayout.SPLITS);
            int record = Slots.record(step, tokensAt, unit);
            int table = Slots.table(step, record, tablesAt, tableLength);
            int maskAt = step.get(record + StepLayout.TOKEN_MASK) + head * step.get(StepLayout.MASK_HEAD_STRIDE);
            int begin = Slots.begin(step, record, unit);
            int end = Slots.end(step, record, begin);
            int query = (token * heads + head) * rowVectors;
            for (int v = item; v < latentVectors; v += items) {
                partial.set(statistics * latentVectors + v, Lanes.zero());
            }
            float maximum = Softmax.HIDDEN;
            float total = 0f;
            for (int block = begin; block < end; block += KEYS) {
                int keys = Math.min(KEYS, end - block);
                for (int i = item; i < keys; i += items) {
                    int row = Slots.of(step, table, block + i, pageTokens) * rowVectors;
                    Float16 products = Lanes.zero();
                    for (int v = 0; v < rowVectors; v++) {
                        products = Float16.add(products, Float16.mult(packed.get(query + v), pool.get(row + v)));
                    }
                    float score = Lanes.sum(products);
                    if (step.get(StepLayout.MASKED) == 1) {
                        score += mask.get(maskAt + block + i);
                    }
                    rows[i] = row;
                    weights[i] = score;
                }
                context.localBarrier();
                float next = maximum;
                for (int i = 0; i < keys; i++) {
                    next = TornadoMath.max(next, weights[i]);
                }
                context.localBarrier();
                for (int i = item; i < keys; i += items) {
                    float weight = 0f;
                    if (weights[i] > Softmax.HIDDEN_LIMIT) {
                        weight = TornadoMath.exp(weights[i] - next);
                    }
                    weights[i] = weight;
                }
                context.localBarrier();
                float factor = TornadoMath.exp(maximum - next);
                for (int v = item; v < latentVectors; v += items) {
                    Float16 sum = Lanes.times(partial.get(statistics * latentVectors + v), factor);
                    for (int i = 0; i < keys; i++) {
                        sum = Float16.add(sum, Lanes.times(pool.get(rows[i] + v), weights[i]));
                    }
                    partial.set(statistics * latentVectors + v, sum);
                }
                float sum = 0f;
                for (int i = 0; i < keys; i++) {
                    sum += weights[i];
                }
                total = total * factor + sum;
                maximum = next;
                context.localBarrier();
            }
            if (item == 0) {
                maxima.set(statistics, maximum);
                sums.set(statistics, total);
            }
        }
    }
}
