package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link LatentWrite} for many cores: a group takes a row of the pool, its work-items neighbouring numbers. */
public final class GroupLatentWrite {

    private GroupLatentWrite() {
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
     * @param latentDim floats of a latent
     * @param ropeDim   floats of a rotary key
     * @param kvStride  floats between rows of kv
     * @param normalise 1 for an RMS norm on the latent
     * @param eps       the norm's
     * @param layout    the rotary layout
     * @param pool      [slots, latent and rotary key, each padded to sixteen] floats. Rows named by the write records
     *                      are modified
     */
    public static void rows(KernelContext context, FloatArray kv, FloatArray weight, FloatArray angles, IntArray step,
            int writesAt, int latentDim, int ropeDim, int kvStride, int normalise, float eps, int layout,
            FloatArray pool) {
        float[] sums = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int width = Groups.padded(latentDim) + Groups.padded(ropeDim);
        int writes = step.get(StepLayout.WRITES);
        for (int i = context.groupIdx; i < writes; i += groups) {
            int record = writesAt + i * StepLayout.WRITE_RECORD;
            int to = step.get(record + StepLayout.WRITE_SLOT) * width;
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
            for (int e = item; e < width; e += items) {
                if (source < 0) {
                    pool.set(to + e, pool.get((-1 - source) * width + e));
                } else {
                    pool.set(to + e, element(kv, source * kvStride, weight, angles, position, latentDim, ropeDim,
                            normalise, scale, layout, e));
                }
            }
            context.localBarrier();
        }
    }

    /**
     * A number of a row of the pool.
     *
     * @param from    where the token's row of kv begins
     * @param scale   the norm's factor
     * @param element which number of the padded row; 0 in the padding and behind it
     */
    static float element(FloatArray kv, int from, FloatArray weight, FloatArray angles, int position, int latentDim,
            int ropeDim, int normalise, float scale, int layout, int element) {
        int ropeAt = Groups.padded(latentDim);
        float number = 0f;
        if (element < latentDim) {
            number = kv.get(from + element);
            if (normalise == 1) {
                number = number * scale * weight.get(element);
            }
        } else {
            // No condition: in some sizes it would always hold, which TornadoVM finds out too late to compile it.
            int place = element - ropeAt;
            int padding = Math.min(1, Math.max(0, -place) + Math.max(0, place - ropeDim + 1));
            number = (1 - padding) * Turns.element(kv, from + latentDim, angles, position, ropeDim, layout,
                    Math.min(Math.max(place, 0), ropeDim - 1));
        }
        return number;
    }
}
