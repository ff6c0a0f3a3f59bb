package org.tornadomla.graph;

import org.tornadomla.error.ConfigurationException;

/**
 * Work-items of a step.
 *
 * @param items most iterations of the kernel's parallel loop, or work-items of a {@code KernelContext} kernel
 * @param local work-items of a group of a {@code KernelContext} kernel; 0 for a loop-parallel kernel, whose grid the
 *                  device decides
 */
public record Grid(int items, int local) {

    public Grid {
        if (items < 1 || local < 0 || local > 0 && items % local != 0) {
            throw new ConfigurationException("grid of " + items + " work-items in groups of " + local
                    + ": items must be positive and a multiple of the group");
        }
    }

    /** The grid of a loop-parallel kernel of at most {@code items} iterations. */
    public static Grid loop(int items) {
        return new Grid(items, 0);
    }

    /** The grid of {@code groups} groups of {@code local} work-items. */
    public static Grid groups(int groups, int local) {
        return new Grid(Math.multiplyExact(groups, local), local);
    }

    @Override
    public String toString() {
        return local == 0 ? "loop " + items : items / local + " x " + local;
    }
}
