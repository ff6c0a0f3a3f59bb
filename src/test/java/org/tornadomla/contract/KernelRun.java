package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.tornadomla.backend.Engine;
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
        steps.add(new Step("step" + steps.size(), new Grid(items, 0), "kernel", List.of(arguments), task, null));
        return this;
    }

    /** Adds a kernel of work-groups. */
    KernelRun groups(int groups, int items, UnaryOperator<TaskGraph> task, Object... arguments) {
        steps.add(
                new Step("step" + steps.size(), Grid.groups(groups, items), "kernel", List.of(arguments), task, null));
        return this;
    }

    /** An output of -1, which no kernel writes. */
    IntArray poisonedInts(int ints) {
        IntArray array = new IntArray(ints);
        array.init(-1);
        return out(array);
    }

    /** Rows of floats, with NaN behind each and a row of NaN behind the last. */
    static FloatArray strided(float[] values, int width, int stride) {
        int rows = values.length / width;
        FloatArray array = new FloatArray((rows + 1) * stride);
        array.init(Float.NaN);
        for (int i = 0; i < values.length; i++) {
            array.set(i / width * stride + i % width, values[i]);
        }
        return array;
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

    /** The same, and twice more with equal bits: kernels that change what they read cannot be run so. */
    void repeatedlyOn(Target target) {
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("contract", steps))), buffers, target)) {
            TornadoExecutionResult result = plan.run(0);
            outputs.forEach(result::transferToHost);
            List<int[]> first = outputs.stream().map(KernelRun::bits).toList();
            for (int run = 1; run < 3; run++) {
                plan.run(0).transferToHost(outputs.toArray());
                for (int i = 0; i < outputs.size(); i++) {
                    assertArrayEquals(first.get(i), bits(outputs.get(i)), "bits of output " + i + " in run " + run);
                }
            }
        }
    }

    private static int[] bits(Object array) {
        return switch (array) {
            case IntArray ints -> ints.toHeapArray();
            case FloatArray floats -> {
                int[] bits = new int[floats.getSize()];
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = Float.floatToRawIntBits(floats.get(i));
                }
                yield bits;
            }
            default -> throw new AssertionError("no bits of " + array.getClass());
        };
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

    /**
     * Asserts that a number that no kernel has business with is still NaN. Where an array is written and never read, a
     * device may start with anything in it, so this can be seen on the JVM only.
     */
    static void assertUntouched(Target target, float actual) {
        if (target.engine() == Engine.JVM) {
            assertEquals(Float.NaN, actual);
        }
    }

    /** Asserts that a float is within a bound of what it should be. */
    static void assertWithin(String what, float actual, double expected, double bound) {
        if (!(Math.abs(actual - expected) <= bound)) {
            fail(what + " is " + actual + ", expected " + expected + " within " + bound);
        }
    }
}
