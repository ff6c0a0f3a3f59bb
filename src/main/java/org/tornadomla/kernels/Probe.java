package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels with which a self-test looks at a device itself: buffers that stay, values and grids that change, groups that
 * cooperate.
 */
public final class Probe {

    /** Most work-items of a group of {@link #groupSums}. */
    public static final int GROUP = 128;

    private Probe() {
    }

    /**
     * Puts a value somewhere in a state that stays on the device.
     *
     * @param step  [2] where, and the value. Not modified
     * @param state one element changes. Modified
     */
    public static void put(IntArray step, IntArray state) {
        for (@Parallel
        int i = 0; i < state.getSize(); i++) {
            if (i == step.get(0)) {
                state.set(i, step.get(1));
            }
        }
    }

    /**
     * Copies an array.
     *
     * @param source any length. Not modified
     * @param target the same length. Modified
     */
    public static void copy(IntArray source, IntArray target) {
        for (@Parallel
        int i = 0; i < source.getSize(); i++) {
            target.set(i, source.get(i));
        }
    }

    /**
     * Goes through a loop whose end nothing but all of its passes gives.
     *
     * @param passes [1]. Not modified
     * @param ends   what {@link #next} makes of an element's index. Modified
     */
    public static void walk(IntArray passes, IntArray ends) {
        for (@Parallel
        int i = 0; i < ends.getSize(); i++) {
            int value = i;
            int count = passes.get(0);
            for (int pass = 0; pass < count; pass++) {
                value = next(value);
            }
            ends.set(i, value);
        }
    }

    /** The next of a series of numbers that does not repeat before it has been through all ints. */
    public static int next(int value) {
        return value * 1664525 + 1013904223;
    }

    /**
     * Adds the values of each group by way of local memory.
     *
     * @param context groups of at most {@link #GROUP} work-items
     * @param values  one a work-item at least. Not modified
     * @param sums    one a group. Modified
     */
    public static void groupSums(KernelContext context, IntArray values, IntArray sums) {
        int[] shared = context.allocateIntLocalArray(GROUP);
        int item = context.localIdx;
        shared[item] = values.get(context.globalIdx);
        context.localBarrier();
        if (item == 0) {
            int sum = 0;
            for (int i = 0; i < context.localGroupSizeX; i++) {
                sum += shared[i];
            }
            sums.set(context.groupIdx, sum);
        }
    }
}
