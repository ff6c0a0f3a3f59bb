package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link IndexKeys} and {@link IndexQueries} for many cores, in one launch: a group norms, turns and writes the key of
 * a new token, or turns the queries of a token. One needs nothing of the other.
 */
public final class GroupIndexRows {

    private GroupIndexRows() {
    }

    /**
     * Writes rows of the indexer's pool, of new tokens or copies of other rows, and turned queries, an element of all
     * heads beside each other.
     *
     * @param context   groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param keys      [context tokens, keyStride] floats; a row begins with a key before its norm. Not modified
     * @param norm      [2, dim] floats: weight and bias of the norm. Not modified
     * @param q         [tokens, heads, dim] floats: queries before rotation. Not modified
     * @param angles    [positions, ropeDim] floats, as {@link Turns} reads them. Not modified
     * @param step      counts, token and write records. Not modified
     * @param heads     number of heads
     * @param dim       floats of a key
     * @param ropeDim   floats of its front that turn
     * @param keyStride floats between rows of keys
     * @param eps       added to the variance
     * @param layout    pairs that turn together, as {@link Rotary} names them
     * @param pool      [slots, dim padded to sixteen] floats. Rows named by the write records are modified
     * @param turned    [tokens, dim, heads] floats, of tokens that attend to latents. Modified
     */
    public static void rows(KernelContext context, FloatArray keys, FloatArray norm, FloatArray q, FloatArray angles,
            IntArray step, int heads, int dim, int ropeDim, int keyStride, float eps, int layout, FloatArray pool,
            FloatArray turned) {
        float[] normed = context.allocateFloatLocalArray(dim);
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int words = Groups.padded(dim);
        int writes = step.get(StepLayout.WRITES);
        for (int i = context.groupIdx; i < writes; i += groups) {
            int record = step.get(StepLayout.WRITES_AT) + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * words;
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            int position = step.get(record + StepLayout.WRITE_POSITION);
            // A copied row has no token; the first one's key is read, and not used.
            int from = Math.max(0, source) * keyStride;
            float sum = 0f;
            for (int e = item; e < dim; e += items) {
                sum += keys.get(from + e);
            }
            sums[item] = sum;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float mean = sums[0] / dim;
            context.localBarrier();
            float squares = 0f;
            for (int e = item; e < dim; e += items) {
                float apart = keys.get(from + e) - mean;
                squares += apart * apart;
            }
            sums[item] = squares;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float scale = 1f / TornadoMath.sqrt(sums[0] / dim + eps);
            for (int e = item; e < dim; e += items) {
                normed[e] = (keys.get(from + e) - mean) * scale * norm.get(e) + norm.get(dim + e);
            }
            context.localBarrier();
            for (int e = item; e < words; e += items) {
                float number = 0f;
                if (e < dim) {
                    number = normed[e];
                }
                if (e < ropeDim) {
                    number = normed[Turns.own(ropeDim, layout, e)] * Turns.cosine(angles, position, ropeDim, layout, e)
                            + Turns.sine(angles, position, ropeDim, layout, e)
                                    * normed[Turns.other(ropeDim, layout, e)];
                }
                if (source < 0) {
                    number = pool.get((-1 - source) * words + e);
                }
                pool.set(to + e, number);
            }
        }
        int all = step.get(StepLayout.ABSORBED_TOKENS) * heads;
        for (int row = context.groupIdx; row < all; row += groups) {
            int token = row / heads;
            int head = row - token * heads;
            int record = step.get(StepLayout.TOKENS_AT) + token * StepLayout.TOKEN_RECORD;
            int position = step.get(record + StepLayout.TOKEN_POSITION);
            for (int e = item; e < dim; e += items) {
                float number = 0f;
                if (e < ropeDim) {
                    number = Turns.element(q, row * dim, angles, position, ropeDim, layout, e);
                } else {
                    number = q.get(row * dim + e);
                }
                turned.set((token * dim + e) * heads + head, number);
            }
        }
    }
}
