package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link ExpertGrouping} for many cores, one group: a work-item takes some experts and looks through the choices for
 * them, which stand in local memory a part at a time.
 */
public final class GroupSort {

    /** Choices that stand in local memory at a time. */
    private static final int CHOICES = 1024;

    private GroupSort() {
    }

    /**
     * Sorts rows by expert, and by token within an expert.
     *
     * @param context  one group; others do nothing
     * @param chosen   [tokens, perToken] expert numbers. Not modified
     * @param step     counts. Not modified
     * @param experts  number of experts, shared ones included
     * @param perToken experts of a token, shared ones included
     * @param tokensAt where the tokens of sorted rows go
     * @param placesAt where the sorted rows of choices go
     * @param grouping the plan of {@link ExpertGrouping}. Modified
     */
    public static void rows(KernelContext context, IntArray chosen, IntArray step, int experts, int perToken,
            int tokensAt, int placesAt, IntArray grouping) {
        int[] choices = context.allocateIntLocalArray(CHOICES);
        int[] counts = context.allocateIntLocalArray(experts);
        int[] next = context.allocateIntLocalArray(experts);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int rows = step.get(StepLayout.EXPERT_ROWS);
        if (context.groupIdx > 0) {
            rows = 0;
        }
        for (int e = item; e < experts; e += items) {
            counts[e] = 0;
            next[e] = 0;
        }
        // Not before the loop: TornadoVM's PTX reads the group's size where it is first needed, here in a branch only.
        if (rows == 0 && context.globalIdx == 0) {
            grouping.set(ExpertGrouping.ACTIVE, 0);
        }
        for (int from = 0; from < rows; from += CHOICES) {
            int count = Math.min(CHOICES, rows - from);
            for (int i = item; i < count; i += items) {
                choices[i] = chosen.get(from + i);
            }
            context.localBarrier();
            for (int e = item; e < experts; e += items) {
                int before = next[e];
                int own = counts[e];
                for (int i = 0; i < count; i++) {
                    if (choices[i] < e) {
                        before++;
                    }
                    if (choices[i] == e) {
                        own++;
                    }
                }
                next[e] = before;
                counts[e] = own;
            }
            context.localBarrier();
        }
        if (rows > 0) {
            for (int e = item; e < experts; e += items) {
                int active = 0;
                for (int other = 0; other < e; other++) {
                    if (counts[other] > 0) {
                        active++;
                    }
                }
                if (counts[e] > 0) {
                    int record = ExpertGrouping.RECORDS + active * ExpertGrouping.RECORD;
                    grouping.set(record, e);
                    grouping.set(record + 1, next[e]);
                    grouping.set(record + 2, next[e] + counts[e]);
                    active++;
                }
                if (e == experts - 1) {
                    grouping.set(ExpertGrouping.ACTIVE, active);
                }
            }
        }
        for (int from = 0; from < rows; from += CHOICES) {
            int count = Math.min(CHOICES, rows - from);
            for (int i = item; i < count; i += items) {
                choices[i] = chosen.get(from + i);
            }
            context.localBarrier();
            for (int e = item; e < experts; e += items) {
                int place = next[e];
                for (int i = 0; i < count; i++) {
                    if (choices[i] == e) {
                        grouping.set(tokensAt + place, (from + i) / perToken);
                        grouping.set(placesAt + from + i, place);
                        place++;
                    }
                }
                next[e] = place;
            }
            context.localBarrier();
        }
    }
}
