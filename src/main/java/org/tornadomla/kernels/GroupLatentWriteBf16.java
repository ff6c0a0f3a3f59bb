package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link GroupLatentWrite} to a pool of bfloat16 numbers: norm and rotation are float32, each number is rounded once,
 * to nearest even.
 */
public final class GroupLatentWriteBf16 {

    private GroupLatentWriteBf16() {
    }

    /**
     * Writes rows of the pool, of new tokens or copies of other rows.
     *
     * @param context   groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param kv        [context tokens, kvStride] floats: latent before its norm, then the key before rotation. Not
     *                      modified
     * @param weight    [latentDim] floats; read when normalise is 1. Not modified
     * @param angles    [positions, ropeDim] floats, as {@link Turns} reads them. Not modified
     * @param step      counts and write records. Not modified
     * @param writesAt  where the write records begin in step
     * @param latentDim numbers of a latent
     * @param ropeDim   numbers of a rotary key
     * @param kvStride  floats between rows of kv
     * @param normalise 1 for an RMS norm on the latent
     * @param eps       the norm's
     * @param layout    the rotary layout
     * @param pool      [slots, ints of a row] pairs of {@link Bf16} numbers. Rows named by the write records are
     *                      modified
     */
    public static void rows(KernelContext context, FloatArray kv, FloatArray weight, FloatArray angles, IntArray step,
            int writesAt, int latentDim, int ropeDim, int kvStride, int normalise, float eps, int layout,
            IntArray pool) {
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int ints = Groups.pairs(latentDim, ropeDim);
        int writes = step.get(StepLayout.WRITES);
        for (int i = context.groupIdx; i < writes; i += groups) {
            int record = writesAt + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * ints;
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            int position = step.get(record + StepLayout.WRITE_POSITION);
            float squares = 0f;
            if (source >= 0) {
                for (int e = item; e < latentDim; e += items) {
                    float value = kv.get(source * kvStride + e);
                    squares += value * value;
                }
            }
            sums[item] = squares;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    sums[item] += sums[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            float scale = 1f / TornadoMath.sqrt(sums[0] / latentDim + eps);
            for (int e = item; e < ints; e += items) {
                if (source < 0) {
                    pool.set(to + e, pool.get((-1 - source) * ints + e));
                } else {
                    int lower = Groups.lower(e);
                    pool.set(to + e,
                            Bf16.pair(
                                    GroupLatentWrite.element(kv, source * kvStride, weight, angles, position, latentDim,
                                            ropeDim, normalise, scale, layout, lower),
                                    GroupLatentWrite.element(kv, source * kvStride, weight, angles, position, latentDim,
                                            ropeDim, normalise, scale, layout, lower + Lanes.WIDTH)));
                }
            }
            context.localBarrier();
        }
    }
}
