package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link GroupGather} from a pool of {@link Int8Rows}, which it widens. */
public final class GroupGatherInt8 {

    private GroupGatherInt8() {
    }

    /**
     * Widens cached rows in the order of positions, without their padding.
     *
     * @param context     any groups
     * @param pool        [slots, ints of a row] rows. Not modified
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
        int words = GroupInt8Rows.words(latentDim, ropeDim);
        int keys = step.get(StepLayout.EXPANDED_KEYS);
        for (int key = context.groupIdx; key < keys; key += groups) {
            int from = words * Slots.ofExpanded(step, startsAt, sequences, tablesAt, tableLength, pageTokens, key);
            for (int i = context.localIdx; i < latentDim; i += items) {
                latents.set(key * latentDim + i, GroupInt8Rows.number(pool, from, i, latentDim, ropeDim));
            }
            for (int i = context.localIdx; i < ropeDim; i += items) {
                rotary.set(key * ropeDim + i,
                        GroupInt8Rows.number(pool, from, Groups.padded(latentDim) + i, latentDim, ropeDim));
            }
        }
    }
}
