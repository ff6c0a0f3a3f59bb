package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Arrays stay where the last graph left them, round after round, whichever graphs a round takes. */
class CyclePlanTest {

    private final Buffers buffers = new Buffers();
    private final FloatArray x = buffers.add("x", Role.INPUT, new FloatArray(3));
    private final FloatArray state = buffers.add("state", Role.STATE, FloatArray.fromElements(100, 200, 300));
    private final FloatArray passed = buffers.add("passed", Role.SCRATCH, new FloatArray(3));
    private final FloatArray other = buffers.add("other", Role.STATE, new FloatArray(3));
    private final FloatArray y = buffers.add("y", Role.OUTPUT, new FloatArray(3));

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    static Step addTo(FloatArray from, FloatArray to) {
        return new Step("add", Grid.loop(3), "GraphKernels.addTo", List.of(from, to),
                graph -> graph.task("add", GraphKernels::addTo, from, to));
    }

    static Step copy(FloatArray from, FloatArray to) {
        return new Step("copy", Grid.loop(3), "GraphKernels.copy", List.of(from, to),
                graph -> graph.task("copy", GraphKernels::copy, from, to));
    }

    private static GraphSpec graph(String name, Step... steps) {
        return new GraphSpec(name, List.of(steps));
    }

    private void input(float value) {
        for (int i = 0; i < 3; i++) {
            x.set(i, value * (i + 1));
        }
    }

    /** The graph in the middle touches neither the state nor what is passed, and hands both on. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void fieldFault28BuffersPassThroughGraphsThatDoNotTouchThem(Target target) {
        List<Stage> stages = List.of(Stage.of(graph("first", addTo(x, state), copy(state, passed))),
                Stage.of(graph("middle", addTo(x, other))), Stage.of(graph("last", copy(passed, y))));
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            for (int round = 1; round <= 4; round++) {
                input(round);
                plan.run(0, 0, 0).transferToHost(y);
                float sum = round * (round + 1) / 2f;
                assertArrayEquals(new float[]{100 + sum, 200 + 2 * sum, 300 + 3 * sum}, y.toHeapArray());
            }
            assertEquals(100, state.get(0), "nothing came down unasked");
            plan.download(state);
            assertArrayEquals(y.toHeapArray(), state.toHeapArray());
        }
    }

    /** An SDK compiles the first of them only. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void graphsOfTheSameCodeWorkOnTheirOwnArrays(Target target) {
        List<Stage> stages = List.of(Stage.of(graph("a", addTo(x, state), copy(x, passed))),
                Stage.of(graph("b", addTo(x, other), copy(state, y))),
                Stage.of(graph("c", addTo(passed, other), copy(other, y))));
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            for (int round = 1; round <= 3; round++) {
                input(round);
                plan.run(0, 0, 0).transferToHost(y);
                float sum = round * (round + 1) / 2f;
                assertArrayEquals(new float[]{2 * sum, 4 * sum, 6 * sum}, y.toHeapArray());
            }
            plan.download(state);
            plan.download(other);
            assertArrayEquals(new float[]{106, 212, 318}, state.toHeapArray());
            assertArrayEquals(y.toHeapArray(), other.toHeapArray());
        }
    }

    /** Rounds that stop early, and rounds that go either way, all work on one copy of the state. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void alternativesAndShortRoundsShareTheState(Target target) {
        List<Stage> stages = List.of(Stage.of(graph("first", addTo(x, state))),
                new Stage(List.of(graph("once", addTo(x, state)), graph("other", addTo(x, other)))),
                Stage.of(graph("last", copy(state, y))));
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            input(1);
            plan.run(0);
            plan.run(0, 0, 0).transferToHost(y);
            assertEquals(103, y.get(0));
            plan.run(0, 1, 0).transferToHost(y);
            assertEquals(104, y.get(0));
            plan.run(0, 1);
            plan.run(0, 0, 0).transferToHost(y);
            assertArrayEquals(new float[]{107, 214, 321}, y.toHeapArray());
        }
    }

    /** Told before the first run of each graph, and again when the plan was built anew. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void firstRunsOfGraphsAreTold(Target target) {
        List<Stage> stages = List.of(Stage.of(graph("first", addTo(x, state))),
                new Stage(List.of(graph("once", addTo(x, state)), graph("other", addTo(x, other)))),
                Stage.of(graph("last", copy(state, y))));
        List<Integer> told = new ArrayList<>();
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            assertEquals(4, plan.graphs());
            plan.onFirstRuns(told::add);
            input(1);
            plan.run(0, 0, 0);
            plan.run(0, 0, 0);
            assertEquals(List.of(0, 1, 2), told);
            plan.run(0, 1, 0);
            assertEquals(List.of(0, 1, 2, 3), told);
            plan.freeDeviceMemory();
            plan.run(0, 0, 0);
            assertEquals(List.of(0, 1, 2, 3, 0, 1, 2), told);
        }
    }

    /** A stage may be left out between two others, as long as nobody behind it needs what it would have brought. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void stagesAreSkippedWhereNothingIsMissed(Target target) {
        List<Stage> stages = List.of(Stage.of(graph("first", addTo(x, state))),
                Stage.of(graph("middle", addTo(x, other)).when(Way.LONG)),
                Stage.of(graph("add", addTo(x, state)).when(Way.LONG)),
                Stage.of(graph("last", copy(state, y)).when(Way.SHORT)));
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            List<CyclePlan.Fetch> fetch = List.of(new CyclePlan.Fetch(y, 3));
            input(1);
            plan.run(Set.of(Way.SHORT), fetch);
            assertEquals(101, y.get(0), "first and last");
            plan.run(Set.of(Way.SHORT, Way.LONG), fetch);
            assertEquals(103, y.get(0), "all");
            plan.run(Set.of(Way.LONG), List.of());
            plan.run(Set.of(Way.SHORT), fetch);
            assertEquals(106, y.get(0), "all but the last, then first and last");
            plan.download(other);
            assertEquals(2, other.get(0), "two rounds had the middle");
            assertSays(ConfigurationException.class, () -> plan.run(Stage.SKIPPED, 0, 0, 0), "stage 0", "skipped", "x");
            assertSays(ConfigurationException.class, () -> plan.run(Stage.SKIPPED), "at least one");
        }
    }

    private enum Way {
        SHORT,
        LONG
    }

    /** After memory was freed the host's array counts again: what was downloaded before, or what was written since. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void freedMemoryIsUploadedAgain(Target target) {
        List<Stage> stages = List.of(Stage.of(graph("first", addTo(x, state))),
                Stage.of(graph("middle", addTo(x, other))), Stage.of(graph("last", copy(state, y))));
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            input(1);
            plan.run(0, 0, 0);
            state.set(0, -5);
            plan.run(0, 0, 0).transferToHost(y);
            assertEquals(102, y.get(0), "host writes do not reach the device");
            for (int free = 0; free < 3; free++) {
                plan.freeDeviceMemory();
                state.set(0, -5 * free);
                plan.run(0, 0, 0).transferToHost(y);
                assertEquals(1 - 5 * free, y.get(0));
            }
            plan.download(other);
            assertEquals(1, other.get(0));
        }
    }

    @Test
    void whatIsPersistedIsHeldByTheGraphDirectlyBefore() {
        List<Stage> stages = List.of(Stage.of(graph("first", addTo(x, state), copy(state, passed))),
                new Stage(List.of(graph("left", addTo(x, other)), graph("right", copy(passed, y)))),
                Stage.of(graph("last", addTo(passed, state))));
        Residency residency = new Residency(stages, buffers);
        assertEquals(List.of(x, state, passed),
                residency.owned(0, stages.get(0).alternatives().getFirst(), stages.get(0), buffers));
        assertEquals(List.of(x, state, passed), residency.consumed(1, buffers));
        assertEquals(List.of(other), residency.owned(1, stages.get(1).alternatives().get(0), stages.get(1), buffers));
        assertEquals(List.of(y), residency.owned(1, stages.get(1).alternatives().get(1), stages.get(1), buffers));
        assertEquals(List.of(state, passed), residency.consumed(2, buffers));
        assertTrue(residency.handedOn(1, state));
    }

    @Test
    void aBufferThatEachAlternativeWouldCopyIsRefused() {
        List<Stage> stages = List
                .of(new Stage(List.of(graph("left", addTo(x, state)), graph("right", addTo(x, state)))));
        assertSays(ConfigurationException.class, () -> new Residency(stages, buffers), "alternative",
                "copy of its own");
    }

    @Test
    void buffersAndNamesMustBeKnownAndUnique() {
        FloatArray stranger = new FloatArray(3);
        Target target = TestTargets.list().getFirst();
        assertSays(ConfigurationException.class,
                () -> new CyclePlan(List.of(Stage.of(graph("g", addTo(x, stranger)))), buffers, target), "g.add",
                "unregistered FloatArray");
        assertSays(ConfigurationException.class, () -> buffers.add("x", Role.INPUT, stranger), "x");
        assertSays(ConfigurationException.class, () -> buffers.add("again", Role.INPUT, x), "again", "x");
        assertSays(ConfigurationException.class, () -> new Stage(List.of()), "graph");
        assertSays(ConfigurationException.class, () -> new Grid(10, 4), "10", "4");
        assertSays(ConfigurationException.class, () -> new Grid(0, 0), "0");
        assertEquals(x, buffers.add("x", Role.INPUT, x), "the same again is no mistake");
    }

    @Test
    void roundsHaveTheStagesOfThePlan() {
        Target target = TestTargets.list().getFirst();
        CyclePlan plan = new CyclePlan(List.of(Stage.of(graph("only", copy(x, y)))), buffers, target);
        assertSays(ConfigurationException.class, () -> plan.run(0, 0), "1 stages", "2");
        assertSays(ConfigurationException.class, plan::run, "0");
        assertSays(ConfigurationException.class, () -> plan.run(1), "stage 0", "1");
        plan.close();
        assertSays(DeviceException.class, () -> plan.run(0), "closed");
        assertSays(DeviceException.class, () -> plan.download(y), "closed");
        plan.close();
    }

    /** Only where indices are checked does such a kernel fail instead of reading what is there. */
    @Test
    void aPlanThatFailedSaysSoEverAfter() {
        Target jvm = TestTargets.list().stream().filter(target -> target.engine() == Engine.JVM).findFirst()
                .orElse(null);
        assumeTrue(jvm != null, "needs an engine that checks indices");
        IntArray index = buffers.add("index", Role.INPUT, IntArray.fromElements(7));
        Step pick = new Step("pick", Grid.loop(3), "GraphKernels.pick", List.of(x, index, y),
                graph -> graph.task("pick", GraphKernels::pick, x, index, y));
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(graph("reach", pick))), buffers, jvm)) {
            assertSays(DeviceException.class, () -> plan.run(0), "reach", "jvm");
            index.set(0, 1);
            assertSays(DeviceException.class, () -> plan.run(0), "failed before");
        }
    }

    private static void assertSays(Class<? extends RuntimeException> type, Executable call, String... words) {
        String message = assertThrows(type, call).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
        }
    }
}
