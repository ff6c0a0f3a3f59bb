package org.tornadomla.graph;

import org.tornadomla.backend.DeviceLimits;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.kernels.Groups;

/**
 * How a device's work-items stand in groups. Kernels take their work in turns, so that a grid has no more groups than
 * keep the device busy, however much work a plan may have.
 *
 * @param items work-items of a group
 * @param most  most groups of a grid
 */
public record WorkGroups(int items, int most) {

    /** Groups of a compute unit: enough that some work while others wait for memory. */
    private static final int GROUPS_OF_A_UNIT = 8;

    public WorkGroups {
        if (items < 1 || items > Groups.MOST_ITEMS || most < 1) {
            throw new ConfigurationException(most + " groups of " + items
                    + " work-items: must be at least 1, and a group has at most " + Groups.MOST_ITEMS + " work-items");
        }
    }

    /** Work-items of a group where a CPU plays a device of many cores: each is a thread that waits at barriers. */
    private static final int ITEMS_OF_A_CPU = 8;

    /** The groups that suit a device. */
    public static WorkGroups of(Target target) {
        DeviceLimits limits = target.limits();
        int most = target.isManyCoresBySetting() ? ITEMS_OF_A_CPU : Groups.MOST_ITEMS;
        int items = Math.clamp(limits.groupItems(), 1, most);
        return new WorkGroups(items, Math.multiplyExact(GROUPS_OF_A_UNIT, target.computeUnits()));
    }

    /**
     * The grid for some work.
     *
     * @param work groups that the most work of a plan could keep busy
     */
    public Grid grid(long work) {
        return Grid.groups(Math.clamp(work, 1, most), items);
    }
}
