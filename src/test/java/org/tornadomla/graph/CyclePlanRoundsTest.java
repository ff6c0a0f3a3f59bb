package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a plan does beside whole rounds: rounds in parts, grids of groups, code that is compiled before, and its text.
 */
class CyclePlanRoundsTest {

    private final Target target = TestTargets.list().getFirst();
    private final Buffers buffers = new Buffers();
    private final FloatArray x = buffers.add("x", Role.INPUT, FloatArray.fromElements(1, 2, 3));
    private final FloatArray state = buffers.add("state", Role.STATE, FloatArray.fromElements(100, 200, 300));
    private final FloatArray other = buffers.add("other", Role.STATE, new FloatArray(3));
    private final FloatArray y = buffers.add("y", Role.OUTPUT, new FloatArray(3));

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    private static Stage stage(String name, Step... steps) {
        return Stage.of(new GraphSpec(name, List.of(steps)));
    }

    private Stage add() {
        return stage("first", CyclePlanTest.addTo(x, state));
    }

    private Stage copy() {
        return stage("last", CyclePlanTest.copy(state, y));
    }

    private static String refusal(Class<? extends RuntimeException> type, Runnable call) {
        return assertThrows(type, call::run).getMessage();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void aRoundGoesOnWhereItStopped(Target each) {
        try (CyclePlan plan = new CyclePlan(List.of(add(), copy()), buffers, each)) {
            assertSame(each, plan.target());
            assertEquals("stage 1 cannot run now: the last one that ran is -1 of 0 to 1",
                    refusal(ConfigurationException.class, () -> plan.proceed(1)));
            plan.run(0);
            plan.proceed(1).transferToHost(y);
            assertArrayEquals(new float[]{101, 202, 303}, y.toHeapArray());
            assertEquals("stage 2 cannot run now: the last one that ran is 1 of 0 to 1",
                    refusal(ConfigurationException.class, () -> plan.proceed(2)));
            plan.run(0);
            assertEquals("stage 0 cannot run now: the last one that ran is 0 of 0 to 1",
                    refusal(ConfigurationException.class, () -> plan.proceed(0)));
            assertFalse(plan.isBroken(), "what is refused has not run");
        }
    }

    @Test
    void moreOfTheLastRoundIsFetchedAfterwards() {
        try (CyclePlan plan = new CyclePlan(List.of(add(), copy()), buffers, target)) {
            assertEquals("no round was run",
                    refusal(NullPointerException.class, () -> plan.fetch(new CyclePlan.Fetch(y, 3))));
            plan.run(Set.of(), List.of(new CyclePlan.Fetch(y, 2)));
            assertArrayEquals(new float[]{101, 202, 0}, y.toHeapArray());
            plan.fetch(new CyclePlan.Fetch(y, 3));
            assertArrayEquals(new float[]{101, 202, 303}, y.toHeapArray());
        }
    }

    @Test
    void choicesAreOfTheStage() {
        Stage either = new Stage(List.of(new GraphSpec("once", List.of(CyclePlanTest.addTo(x, state))),
                new GraphSpec("other", List.of(CyclePlanTest.addTo(x, other)))));
        try (CyclePlan plan = new CyclePlan(List.of(stage("input", CyclePlanTest.copy(x, y)), either), buffers,
                target)) {
            assertEquals("choice for stage 1 is 2, must be 0 to 1",
                    refusal(ConfigurationException.class, () -> plan.run(0, 2)));
            assertEquals("choice for stage 1 is -2, must be 0 to 1",
                    refusal(ConfigurationException.class, () -> plan.run(0, -2)));
            plan.download(other);
            assertEquals(0, other.get(0), "its graph has not run, so that the host's numbers are the last");
            plan.run(0, 0);
            plan.download(other);
            assertEquals(0, other.get(0));
            plan.run(0, 1);
            plan.download(other);
            assertEquals(1, other.get(0), "the graph that has the array is the second");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void kernelsOfGroupsHaveTheirGrid(Target each) {
        IntArray places = buffers.add("places", Role.OUTPUT, new IntArray(6));
        KernelContext context = new KernelContext();
        Step step = new Step("places", Grid.groups(3, 2), "GraphKernels.places", List.of(places),
                graph -> graph.task("places", GraphKernels::places, context, places));
        try (CyclePlan plan = new CyclePlan(List.of(stage("groups", step)), buffers, each)) {
            plan.run(0).transferToHost(places);
            assertArrayEquals(new int[]{0, 1, 100, 101, 200, 201}, places.toHeapArray());
        }
    }

    /** What an engine refuses is an error of the round that needs it, and not of the start. */
    @Test
    void codeIsCompiledBeforeTheFirstRound() {
        assumeTrue(target.engine() != Engine.TORNADOVM, "an SDK compiles a graph when it first runs");
        IntArray sizes = buffers.add("sizes", Role.STATE, IntArray.fromElements(3));
        Step refused = new Step("refused", Grid.loop(1), "GraphKernels.refused", List.of(sizes),
                graph -> graph.task("refused", GraphKernels::refused, sizes));
        Target strict = TestTargets.list().stream().filter(each -> each.engine() == Engine.OPENCL).findFirst()
                .orElse(target);
        try (CyclePlan plan = new CyclePlan(List.of(add(), stage("bad", refused)), buffers, strict)) {
            plan.compile();
            plan.run(0);
            if (strict.engine() == Engine.OPENCL) {
                assertTrue(refusal(DeviceException.class, () -> plan.proceed(1)).startsWith("graph bad failed on "));
            }
        }
        CyclePlan closed = new CyclePlan(List.of(add()), buffers, target);
        closed.close();
        assertEquals("the plan is closed", refusal(DeviceException.class, closed::compile));
    }

    /** A plan that is freed while its times are taken takes them of the new one, too. */
    @Test
    void timesAreOfEveryTaskOfTheWork() {
        try (CyclePlan plan = new CyclePlan(List.of(add(), copy()), buffers, target)) {
            assertEquals(Set.of("first.add"), plan.profile(() -> plan.run(0)).keySet());
            Map<String, Long> both = plan.profile(() -> {
                plan.freeDeviceMemory();
                plan.run(0, 0);
            });
            assertEquals(Set.of("first.add", "last.copy"), both.keySet());
            assertEquals(Set.of("first.add"), plan.profile(() -> plan.run(0)).keySet(), "none is left from before");
            plan.profile(plan::close);
            assertEquals("the plan is closed", refusal(DeviceException.class, () -> plan.profile(() -> {})));
        }
    }

    @Test
    void aPlanIsATextOfItsGraphs() {
        Stage either = new Stage(List.of(new GraphSpec("far", List.of(CyclePlanTest.copy(state, y))),
                new GraphSpec("near", List.of(new Step("scale", Grid.groups(2, 4), "K.scale", List.of(x, 5, 0.5f),
                        graph -> graph.task("copy", GraphKernels::copy, x, x))))));
        try (CyclePlan plan = new CyclePlan(List.of(add(), either), buffers, target)) {
            assertEquals("""
                    graph first
                      uploads x, state
                      add = GraphKernels.addTo(x, state) on loop 3
                    alternative far
                      uploads y
                      consumes x, state
                      copy = GraphKernels.copy(state, y) on loop 3
                    alternative near
                      consumes x, state
                      scale = K.scale(x, 5, 0.5) on 2 x 4
                    """, plan.listing());
        }
    }
}
