package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A step hands its kernel every argument, in order, whatever their number, on a device and as plain Java. */
class StepListTest {

    private static final Grid GRID = Grid.loop(3);

    private final IntArray out = new IntArray(19);
    private final StepList list = new StepList();

    /** The same list, for chaining, with one step more. */
    private void assertAdded(StepList returned) {
        assertSame(list, returned);
        int arity = list.steps().size() + 4;
        Step step = list.steps().getLast();
        assertEquals("s" + arity, step.name());
        assertEquals(GRID, step.grid());
        assertEquals("ArityKernels.of" + arity, step.kernel());
        List<Object> expected = new ArrayList<>(List.of(out));
        IntStream.rangeClosed(2, arity).forEach(expected::add);
        assertEquals(expected, step.arguments());
        out.clear();
        step.java().run();
        int[] written = IntStream.rangeClosed(2, arity).toArray();
        assertArrayEquals(Arrays.copyOf(written, 19), out.toHeapArray());
        TaskGraph graph = new TaskGraph("g" + arity);
        assertSame(graph, step.task().apply(graph), "the graph with the task in it");
    }

    @Test
    void argumentsReachKernelsInTheirOrder() {
        assertAdded(list.add("s5", GRID, ArityKernels::of5, out, 2, 3, 4, 5));
        assertAdded(list.add("s6", GRID, ArityKernels::of6, out, 2, 3, 4, 5, 6));
        assertAdded(list.add("s7", GRID, ArityKernels::of7, out, 2, 3, 4, 5, 6, 7));
        assertAdded(list.add("s8", GRID, ArityKernels::of8, out, 2, 3, 4, 5, 6, 7, 8));
        assertAdded(list.add("s9", GRID, ArityKernels::of9, out, 2, 3, 4, 5, 6, 7, 8, 9));
        assertAdded(list.add("s10", GRID, ArityKernels::of10, out, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        assertAdded(list.add("s11", GRID, ArityKernels::of11, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        assertAdded(list.add("s12", GRID, ArityKernels::of12, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        assertAdded(list.add("s13", GRID, ArityKernels::of13, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
        assertAdded(list.add("s14", GRID, ArityKernels::of14, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14));
        assertAdded(list.add("s15", GRID, ArityKernels::of15, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
        assertAdded(list.add("s16", GRID, ArityKernels::of16, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
        assertAdded(
                list.add("s17", GRID, ArityKernels::of17, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17));
        assertAdded(list.add("s18", GRID, ArityKernels::of18, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                17, 18));
        assertAdded(list.add("s19", GRID, ArityKernels::of19, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                17, 18, 19));
        assertAdded(list.add("s20", GRID, ArityKernels::of20, out, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                17, 18, 19, 20));
    }

    /** As Java a kernel of work-groups runs as the only work-item of its only group. */
    @Test
    void aKernelOfGroupsRunsAloneOnTheHost() {
        Step step = list.add("alone", GRID, ArityKernels::place, new KernelContext(), out, 5, 6, 7).steps().getLast();
        assertEquals(List.of(out, 5, 6, 7), step.arguments(), "a context is nothing that a graph carries");
        step.java().run();
        assertArrayEquals(new int[]{0, 0, 0, 1, 1, 5, 6, 7}, Arrays.copyOf(out.toHeapArray(), 8));
    }

    @Test
    void stepsThatStandReadyAreAddedAsTheyAre() {
        Step first = new Step("first", GRID, "K.k", List.of(), graph -> graph);
        Step second = new Step("second", GRID, "K.k", List.of(), graph -> graph);
        assertSame(list, list.add(first));
        assertSame(list, list.addAll(List.of(second, first)));
        assertEquals(List.of(first, second, first), list.steps());
        assertNull(first.java(), "only a device knows what it computes");
    }

    @Test
    void aListOfKernelsOfGroupsHasTheirSize() {
        WorkGroups groups = new WorkGroups(Groups.MOST_ITEMS, 4);
        assertSame(groups, new StepList(groups).groups());
        assertNull(list.groups());
    }

    /** An SDK's own interfaces are not serialisable: there a listing has no name for a kernel. */
    @Test
    void aKernelIsNamedWhereItsReferenceTells() {
        assertEquals("kernel", KernelNames.of(new Object()));
        assertEquals("not a method reference: a text",
                assertThrows(IllegalArgumentException.class, () -> KernelNames.of("a text")).getMessage());
    }
}
