package org.tornadomla.selftest;

import java.util.List;
import java.util.function.UnaryOperator;

import org.tornadomla.backend.Target;
import org.tornadomla.error.DeviceException;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.kernels.Probe;

import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Whether what a graph leaves on the device is what a later graph finds there: a state is written by the first graph of
 * a cycle, handed through a second that does not touch it, and read by a third; each round writes another value.
 */
final class RelayCheck {

    private static final int LENGTH = 5;
    private static final int ROUNDS = 4;

    private RelayCheck() {
    }

    /**
     * Runs the cycle.
     *
     * @throws DeviceException with the first value that is not what was written
     */
    static void run(Target target) {
        Buffers buffers = new Buffers();
        IntArray step = buffers.add("step", Buffers.Role.INPUT, new IntArray(2));
        IntArray state = buffers.add("state", Buffers.Role.STATE, new IntArray(LENGTH));
        IntArray other = buffers.add("other", Buffers.Role.SCRATCH, new IntArray(2));
        IntArray seen = buffers.add("seen", Buffers.Role.OUTPUT, new IntArray(LENGTH));
        List<Stage> stages = List.of(
                stage("first", "put", LENGTH, List.of(step, state),
                        graph -> graph.task("put", Probe::put, step, state)),
                stage("between", "pass", 2, List.of(step, other),
                        graph -> graph.task("pass", Probe::copy, step, other)),
                stage("last", "read", LENGTH, List.of(state, seen),
                        graph -> graph.task("read", Probe::copy, state, seen)));
        int[] expected = new int[LENGTH];
        try (CyclePlan plan = new CyclePlan(stages, buffers, target)) {
            for (int round = 0; round < ROUNDS; round++) {
                int at = 3 * round % LENGTH;
                expected[at] = 100 + round;
                step.set(0, at);
                step.set(1, expected[at]);
                TornadoExecutionResult result = plan.run(0, 0, 0);
                result.transferToHost(seen);
                compare(round, expected, seen);
            }
        }
    }

    private static Stage stage(String graph, String name, int items, List<Object> arguments,
            UnaryOperator<TaskGraph> task) {
        return Stage.of(
                new GraphSpec(graph, List.of(new Step(name, new Grid(items, 0), "Probe." + name, arguments, task))));
    }

    private static void compare(int round, int[] expected, IntArray seen) {
        for (int i = 0; i < LENGTH; i++) {
            if (seen.get(i) != expected[i]) {
                throw new DeviceException(
                        "a buffer that stays on the device was stale: in round " + round + " the last graph saw "
                                + seen.get(i) + " at element " + i + ", the first had left " + expected[i]);
            }
        }
    }
}
