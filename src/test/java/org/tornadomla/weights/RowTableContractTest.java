package org.tornadomla.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Rows of a table come out as a file's own definition reads them, by the kernels of both families. */
class RowTableContractTest {

    private static final int TOKENS = 5;
    private static final int ROWS = 11;
    /** A product and a difference, each of which may be rounded. */
    private static final double ROUNDINGS = 0x1p-23;

    /** Those whose rows both families keep alike: 32-bit numbers are not among them. */
    static Stream<NumberFormat> formats() {
        return WeightFormats.ALL.stream()
                .filter(format -> format.ofTables().equals(format) && !format.equals(WeightFormats.F32));
    }

    static Stream<Arguments> tables() {
        return TestTargets.all().flatMap(target -> formats()
                .flatMap(format -> Stream.of(1, 3).map(blocks -> Arguments.of(target, format, blocks))));
    }

    @Test
    void whatCannotBeCopiedIsInThirtyTwoBits() {
        assertEquals(WeightFormats.F32, WeightFormats.INT8.ofTables());
        assertEquals(WeightFormats.F32, WeightFormats.F16.ofTables());
        assertTrue(formats().count() > 10);
    }

    @ParameterizedTest(name = "{0} {1}, rows of {2} blocks")
    @MethodSource("tables")
    void rowsAreThoseOfTheFile(Target target, NumberFormat format, int blocks) {
        Matrix stored = BlockFormats.integers(format.name().toUpperCase(Locale.ROOT))
                .<Matrix>map(block -> new RandomBlocks(block, ROWS, blocks * block.blockLength(), blocks))
                .orElseGet(() -> bfloat16(16 * blocks + 1));
        int width = stored.columns();
        PackedMatrix table = new MatrixPacker(format.inRows()).columns("table", stored, ROWS, row -> row);
        int stride = width + 3;
        FloatArray floats = new FloatArray(TOKENS * stride);
        floats.init(Float.NaN);
        copy(target, table, width, new Rows(floats, stride), new StepList(new WorkGroups(5, 3)));
        int vectors = Padding.vectors(width) + 1;
        VectorFloat16 lanes = new VectorFloat16(TOKENS * vectors);
        lanes.getArray().init(Float.NaN);
        copy(target, table, width, new Rows(lanes, vectors), new StepList());
        float[] row = new float[width];
        for (int token = 0; token < TOKENS; token++) {
            stored.read(id(token), row);
            float largest = 0;
            for (float number : row) {
                largest = Math.max(largest, Math.abs(number));
            }
            int from = token * vectors * Padding.LANES;
            for (int i = 0; i < width; i++) {
                assertEquals(row[i], floats.get(token * stride + i), ROUNDINGS * largest, "scalar " + i);
                assertEquals(row[i], lanes.getArray().get(from + i), ROUNDINGS * largest, "lane " + i);
            }
            assertUntouched(target, floats.get(token * stride + width));
            for (int i = width; i < Padding.toVectors(width); i++) {
                assertEquals(0, lanes.getArray().get(from + i), "padding");
            }
            assertUntouched(target, lanes.getArray().get(from + Padding.toVectors(width)));
        }
    }

    /** A device may start with anything in an array that is only written, so this can be seen on the JVM alone. */
    private static void assertUntouched(Target target, float behind) {
        assertTrue(target.engine() != Engine.JVM || Float.isNaN(behind), "a number behind the row is written");
    }

    private static int id(int token) {
        return (7 * token + 3) % ROWS;
    }

    private static void copy(Target target, PackedMatrix table, int width, Rows x, StepList steps) {
        StepBuffer step = new StepBuffer(
                Capacity.builder().tokens(TOKENS).writes(1).pages(1, 1, 1).positions(1).build());
        step.clear();
        step.addSequence(new int[1], 0);
        for (int token = 0; token < TOKENS; token++) {
            step.addToken(0, token, 0, 0, 0);
            step.setTokenId(token, id(token));
        }
        step.finish(1, 1, 0, false, 0);
        Buffers buffers = new Buffers();
        buffers.add("step", Role.INPUT, step.array());
        table.register(buffers, "table");
        buffers.add("x", Role.STATE, x.array());
        table.copy(steps, new RowCopy("copy", step, width, x));
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("table", steps.steps()))), buffers,
                target)) {
            plan.run(0).transferToHost(x.array());
        }
    }

    private static Matrix bfloat16(int width) {
        float[] numbers = Seeds.normal(3, ROWS * width);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Bfloat16.toFloat(Bfloat16.fromFloat(numbers[i]));
        }
        return Matrix.of(ROWS, width, numbers);
    }
}
