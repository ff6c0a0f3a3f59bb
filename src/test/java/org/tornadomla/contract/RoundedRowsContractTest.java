package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.RoundedRows;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Rows that become whole numbers of 8 bits with a scale for each 32 of them. */
class RoundedRowsContractTest {

    private static final int ROWS_AT = 3;
    private static final int WIDTH = 75;
    private static final int PARTS = 3;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    /** A number that is none spoils its group, whose products are NaN by its scale, and no other group. */
    @ParameterizedTest
    @MethodSource("targets")
    void aGroupWithNaNHasAScaleOfNaN(Target target) {
        int rows = 3;
        float[] x = KernelRun.random(5, rows * WIDTH);
        x[WIDTH + 40] = Float.NaN;
        x[2 * WIDTH + 70] = Float.POSITIVE_INFINITY;
        KernelRun run = new KernelRun();
        FloatArray source = run.in(FloatArray.fromArray(x));
        IntArray step = KernelRun.count(ROWS_AT, rows);
        step.set(0, 1);
        IntArray steps = run.in(step);
        FloatArray scales = run.poisonedFloats(rows * PARTS);
        IntArray values = run.poisonedInts(rows * PARTS * RoundedRows.STRIDE);
        String task = run.task();
        run.then(PARTS, graph -> graph.task(task, RoundedRows::rows, source, steps, 0, ROWS_AT, -1, 0, 0, WIDTH, WIDTH,
                scales, values), source, steps, scales, values).on(target);
        for (int row = 0; row < rows; row++) {
            for (int part = 0; part < PARTS; part++) {
                float[] group = Arrays.copyOfRange(x, row * WIDTH + part * RoundedRows.GROUP,
                        Math.min(row * WIDTH + (part + 1) * RoundedRows.GROUP, (row + 1) * WIDTH));
                float scale = scales.get(row * PARTS + part);
                boolean spoiled = row == 1 && part == 1 || row == 2 && part == 2;
                assertEquals(spoiled, !Float.isFinite(scale), "row " + row + ", group " + part + ": " + scale);
                for (int i = 0; i < group.length && !spoiled; i++) {
                    int word = values.get((row * PARTS + part) * RoundedRows.STRIDE + i % RoundedRows.INTS);
                    int number = (byte) (word >> i / RoundedRows.INTS * Byte.SIZE);
                    assertEquals(group[i], number * scale, 0.501 * scale, "row " + row + ", group " + part + "," + i);
                }
            }
        }
    }
}
