package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.tornadomla.backend.Target;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.testing.Seeds;

import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Runs one kernel, or a few in a row, as a plan of one graph, in the way the library runs them. */
final class KernelRun {

    /** Half the distance from 1 to the next float: the largest relative error of one rounding. */
    static final double ROUNDING = 0x1p-24;

    private final Buffers buffers = new Buffers();
    private final List<Step> steps = new ArrayList<>();
    private final List<Object> outputs = new ArrayList<>();

    /** Declares an array that kernels only read. */
    <T> T in(T array) {
        return buffers.add("buffer " + buffers.withRole(Role.WEIGHT).size(), Role.WEIGHT, array);
    }

    /** Declares an array that kernels write; what the host holds goes up before and comes down after. */
    <T> T out(T array) {
        outputs.add(array);
        return buffers.add("output " + outputs.size(), Role.STATE, array);
    }

    /** An output of NaN. */
    VectorFloat16 poisonedVectors(int vectors) {
        VectorFloat16 array = new VectorFloat16(vectors * 16);
        array.getArray().init(Float.NaN);
        return out(array);
    }

    /** An output of NaN. */
    FloatArray poisonedFloats(int floats) {
        FloatArray array = new FloatArray(floats);
        array.init(Float.NaN);
        return out(array);
    }

    /** Adds a kernel with as many parallel iterations as it may need. */
    KernelRun then(int items, UnaryOperator<TaskGraph> task, Object... arguments) {
        steps.add(new Step("step" + steps.size(), new Grid(items, 0), "kernel", List.of(arguments), task));
        return this;
    }

    /** The name of the task that the next {@link #then} adds. */
    String task() {
        return "step" + steps.size();
    }

    /** Runs everything and brings the outputs down. */
    void on(Target target) {
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("contract", steps))), buffers, target)) {
            TornadoExecutionResult result = plan.run(0);
            outputs.forEach(result::transferToHost);
        }
    }

    /** A step array that holds one count. */
    static IntArray count(int index, int value) {
        IntArray step = new IntArray(16);
        step.set(index, value);
        return step;
    }

    /** Rows of random floats, each padded with zeros to {@code vectors} vectors. */
    static VectorFloat16 rows(float[] values, int width, int vectors) {
        int count = values.length / width;
        VectorFloat16 rows = new VectorFloat16(count * vectors * 16);
        for (int row = 0; row < count; row++) {
            put(rows, row * vectors, values, row * width, width);
        }
        return rows;
    }

    /** Puts {@code count} floats at a vector of an array. */
    static void put(VectorFloat16 target, int vector, float[] source, int from, int count) {
        for (int i = 0; i < count; i++) {
            target.getArray().set(vector * 16 + i, source[from + i]);
        }
    }

    /** Random floats of deviation 1. */
    static float[] random(long seed, int count) {
        return Seeds.normal(seed, count);
    }

    /** Asserts that a float is within a bound of what it should be. */
    static void assertWithin(String what, float actual, double expected, double bound) {
        if (!(Math.abs(actual - expected) <= bound)) {
            fail(what + " is " + actual + ", expected " + expected + " within " + bound);
        }
    }
}
