package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.kernels.Groups;
import org.tornadomla.testing.TestTargets;

/** Grids are of whole groups, and no larger than keeps a device busy. */
class GridTest {

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @Test
    void groupsAreWhole() {
        assertEquals(new Grid(12, 4), Grid.groups(3, 4));
        assertEquals(new Grid(1, 0), Grid.loop(1));
        assertEquals("3 x 4", Grid.groups(3, 4).toString());
        assertEquals("loop 7", Grid.loop(7).toString());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-4, 4", "4, -4", "10, 4", "0, 4"})
    void whatIsNoGridIsRefused(int items, int local) {
        assertEquals(
                "grid of " + items + " work-items in groups of " + local
                        + ": items must be positive and a multiple of the group",
                assertThrows(ConfigurationException.class, () -> new Grid(items, local)).getMessage());
    }

    @Test
    void workHasGroupsOfItsOwnUpToTheDevices() {
        WorkGroups groups = new WorkGroups(4, 10);
        assertEquals(Grid.groups(1, 4), groups.grid(0));
        assertEquals(Grid.groups(9, 4), groups.grid(9));
        assertEquals(Grid.groups(10, 4), groups.grid(1L << 40));
        assertEquals(1, new WorkGroups(1, 1).most());
        assertEquals(Groups.MOST_ITEMS, new WorkGroups(Groups.MOST_ITEMS, 1).items());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 1"})
    void noGroupIsEmpty(int items, int most) {
        assertThrows(ConfigurationException.class, () -> new WorkGroups(items, most));
    }

    @Test
    void aGroupHasAMost() {
        String message = assertThrows(ConfigurationException.class, () -> new WorkGroups(Groups.MOST_ITEMS + 1, 3))
                .getMessage();
        assertEquals("3 groups of " + (Groups.MOST_ITEMS + 1)
                + " work-items: must be at least 1, and a group has at most " + Groups.MOST_ITEMS + " work-items",
                message);
    }

    /** Where a CPU plays a device of many cores, its groups are small: each work-item is a thread there. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void groupsSuitTheDevice(Target target) {
        String before = System.setProperty(Target.CORES, "many");
        try {
            WorkGroups groups = WorkGroups.of(target);
            int most = target.isManyCoresBySetting() ? 8 : Groups.MOST_ITEMS;
            assertEquals(Math.min(most, target.limits().groupItems()), groups.items());
            assertEquals(8 * target.computeUnits(), groups.most());
            System.setProperty(Target.CORES, "few");
            assertTrue(WorkGroups.of(target).items() >= groups.items());
        } finally {
            if (before == null) {
                System.clearProperty(Target.CORES);
            } else {
                System.setProperty(Target.CORES, before);
            }
        }
    }
}
