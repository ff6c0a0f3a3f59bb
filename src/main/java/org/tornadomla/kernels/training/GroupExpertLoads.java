package org.tornadomla.kernels.training;

import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link ExpertLoads} for many cores: a group counts for an expert, its work-items share the rows. */
public final class GroupExpertLoads {

    private GroupExpertLoads() {
    }

    /**
     * Counts.
     *
     * @param context   groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param chosen    [rows, topK], expert or -1. Not modified
     * @param sizes     the numbers of rows and experts are at rowsAt and expertsAt. Not modified
     * @param rowsAt    index of the row count in sizes
     * @param expertsAt index of the number of experts in sizes
     * @param topK      experts that a row takes
     * @param each      experts of a device
     * @param loads     [2, experts]: rows that take an expert, and rows that are sent to its device. Modified
     */
    public static void count(KernelContext context, IntArray chosen, IntArray sizes, int rowsAt, int expertsAt,
            int topK, int each, IntArray loads) {
        int[] takes = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int[] sends = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int rows = sizes.get(rowsAt);
        int experts = sizes.get(expertsAt);
        for (int expert = context.groupIdx; expert < experts; expert += groups) {
            int device = expert / each;
            int taken = 0;
            int sent = 0;
            for (int row = item; row < rows; row += items) {
                int here = 0;
                for (int pair = row * topK; pair < (row + 1) * topK; pair++) {
                    int other = chosen.get(pair);
                    if (other == expert) {
                        taken++;
                    }
                    if (Math.min(other - device * each, device * each + each - 1 - other) >= 0) {
                        here++;
                    }
                }
                sent += Math.min(1, here);
            }
            takes[item] = taken;
            sends[item] = sent;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    takes[item] += takes[item + (left + 1) / 2];
                    sends[item] += sends[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            if (item == 0) {
                loads.set(expert, takes[0]);
                loads.set(experts + expert, sends[0]);
            }
        }
    }

    /**
     * Gradients of the three losses by the scores of a row, an expert a work-item.
     *
     * @param context   any groups
     * @param loads     [2, experts]. Not modified
     * @param factors   [3] floats: of the losses of experts, devices and communication, each over the tokens. Not
     *                      modified
     * @param sizes     the number of experts is at expertsAt. Not modified
     * @param expertsAt index of the number of experts in sizes
     * @param each      experts of a device
     * @param costs     [experts] floats. Modified
     */
    public static void costs(KernelContext context, IntArray loads, FloatArray factors, IntArray sizes, int expertsAt,
            int each, FloatArray costs) {
        int experts = sizes.get(expertsAt);
        int items = context.globalGroupSizeX;
        for (int expert = context.globalIdx; expert < experts; expert += items) {
            int device = 0;
            for (int e = 0; e < each; e++) {
                device += loads.get(expert / each * each + e);
            }
            float sent = loads.get(experts + expert);
            costs.set(expert, factors.get(0) * loads.get(expert) + factors.get(1) * device + factors.get(2) * sent);
        }
    }
}
