package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link GroupGather} from a pool of bfloat16 numbers, which it widens. */
public final class GroupGatherBf16 {

    private GroupGatherBf16() {
    }

    /**
     * Widens cached rows in the order of positions, without their padding.
     *
     * @param context     any groups
     * @param pool        [slots, ints of a row] pairs of {@link Bf16} numbers. Not modified
     * @param step        counts, block tables, and where each sequence's keys begin among the expanded ones. Not
     *                        modified
     * @param startsAt    where those beginnings stand in step, one a sequence of the batch
     * @param sequences   sequences of the batch
     * @param tablesAt    where the block tables begin in step
     * @param tableLength pages of a block table
     * @param pageTokens  tokens of a page
     * @param latentDim   numbers of a latent
     * @param ropeDim     numbers of a rotary key
     * @param latents     [expanded keys, latentDim] floats. Modified
     * @param rotary      [expanded keys, ropeDim] floats. Modified
     */
    public static void rows(KernelContext context, IntArray pool, IntArray step, int startsAt, int sequences,
            int tablesAt, int tableLength, int pageTokens, int latentDim, int ropeDim, FloatArray latents,
            FloatArray rotary) {
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int ropeAt = Groups.padded(latentDim);
        int ints = Groups.pairs(latentDim, ropeDim);
        int keys = step.get(StepLayout.EXPANDED_KEYS);
        // Always 0, but read: in some sizes the condition below would always hold, which TornadoVM finds out too late.
        int none = Math.min(0, keys);
        for (int key = context.groupIdx; key < keys; key += groups) {
            int from = ints * Slots.ofExpanded(step, startsAt, sequences, tablesAt, tableLength, pageTokens, key);
            for (int i = context.localIdx; i < ints; i += items) {
                int pair = pool.get(from + i);
                int place = Groups.lower(i);
                put(latents, rotary, key, latentDim, ropeDim, ropeAt, place, Bf16.lower(pair), none);
                put(latents, rotary, key, latentDim, ropeDim, ropeAt, place + Lanes.WIDTH, Bf16.upper(pair), none);
            }
        }
    }

    /** Writes a number of a row where it belongs, and nothing of the padding. */
    private static void put(FloatArray latents, FloatArray rotary, int key, int latentDim, int ropeDim, int ropeAt,
            int place, float number, int none) {
        if (place < latentDim) {
            latents.set(key * latentDim + place, number);
        } else if (Groups.within(place, ropeAt, ropeDim) >= none) {
            rotary.set(key * ropeDim + place - ropeAt, number);
        }
    }
}
