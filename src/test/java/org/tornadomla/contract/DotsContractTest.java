package org.tornadomla.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.MatMulDots;
import org.tornadomla.kernels.MatMulDots4;
import org.tornadomla.kernels.RoundedRows;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * Products of whole numbers are exact at the ends of their ranges too, where an instruction for a few of them at once
 * might saturate: with scales of 1 every sum is a float that holds it.
 */
class DotsContractTest {

    private static final int ROWS_AT = 3;
    private static final int ROWS = 5;
    private static final int OUTPUTS = 64;
    private static final int INPUTS = RoundedRows.GROUP;

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void eightBits(Target target) {
        int[][] weights = numbers(1, OUTPUTS, -128, 127);
        VectorInt16 packed = new VectorInt16(8 * OUTPUTS);
        for (int i = 0; i < 8; i++) {
            for (int output = 0; output < OUTPUTS; output++) {
                int word = 0;
                for (int j = 0; j < 4; j++) {
                    word |= weights[output][8 * j + i] + 128 << 8 * j;
                }
                packed.getArray().set(i * OUTPUTS + output, word);
            }
        }
        assertExact(target, packed, weights, true);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fourBits(Target target) {
        int[][] weights = numbers(2, OUTPUTS, -8, 7);
        VectorInt16 packed = new VectorInt16(4 * OUTPUTS);
        for (int i = 0; i < 4; i++) {
            for (int output = 0; output < OUTPUTS; output++) {
                int word = 0;
                for (int j = 0; j < 4; j++) {
                    word |= (weights[output][8 * j + i] + 8 | weights[output][8 * j + i + 4] + 8 << 4) << 8 * j;
                }
                packed.getArray().set(i * OUTPUTS + output, word);
            }
        }
        assertExact(target, packed, weights, false);
    }

    /** Rows of the lowest and of the highest number, of both in turns, and of any. */
    private static int[][] numbers(long seed, int rows, int low, int high) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] numbers = new int[rows][INPUTS];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < INPUTS; i++) {
                numbers[row][i] = switch (row % 5) {
                    case 0 -> high;
                    case 1 -> low;
                    case 2 -> i % 2 == 0 ? low : high;
                    default -> random.nextInt(low, high + 1);
                };
            }
        }
        return numbers;
    }

    private static void assertExact(Target target, VectorInt16 packed, int[][] weights, boolean eight) {
        assumeFalse(target.engine() == Engine.TORNADOVM, "TornadoVM refuses kernels of this size");
        int[][] inputs = numbers(3, ROWS, -128, 127);
        IntArray values = new IntArray(ROWS * RoundedRows.STRIDE);
        for (int row = 0; row < ROWS; row++) {
            int sum = 0;
            for (int i = 0; i < INPUTS; i++) {
                int at = row * RoundedRows.STRIDE + i % RoundedRows.INTS;
                values.set(at, values.get(at) | (inputs[row][i] & 255) << i / RoundedRows.INTS * Byte.SIZE);
                sum += inputs[row][i];
            }
            values.set(row * RoundedRows.STRIDE + RoundedRows.INTS, sum);
        }
        float[] result = product(target, values, packed, eight);
        for (int row = 0; row < ROWS; row++) {
            for (int output = 0; output < OUTPUTS; output++) {
                int expected = 0;
                for (int i = 0; i < INPUTS; i++) {
                    expected += inputs[row][i] * weights[output][i];
                }
                assertEquals(expected, result[row * OUTPUTS + output], "row " + row + ", output " + output);
            }
        }
    }

    /** [rows, outputs]. */
    private static float[] product(Target target, IntArray values, VectorInt16 packed, boolean eight) {
        KernelRun run = new KernelRun();
        IntArray x = run.in(values);
        FloatArray xScales = new FloatArray(ROWS);
        xScales.init(1);
        run.in(xScales);
        VectorInt16 w = run.in(packed);
        VectorFloat16 scales = new VectorFloat16(OUTPUTS);
        scales.getArray().init(1);
        run.in(scales);
        VectorFloat16 bias = run.in(new VectorFloat16(OUTPUTS));
        IntArray count = KernelRun.count(ROWS_AT, ROWS);
        count.set(StepLayout.ONE, 1);
        IntArray step = run.in(count);
        VectorFloat16 y = run.poisonedVectors(ROWS * OUTPUTS / 16);
        String task = run.task();
        run.then(1,
                graph -> eight
                        ? graph.task(task, MatMulDots::rows, x, xScales, w, scales, bias, step, StepLayout.ONE, ROWS_AT,
                                0, 0, OUTPUTS, INPUTS, OUTPUTS / 16, 0, 0, y)
                        : graph.task(task, MatMulDots4::rows, x, xScales, w, scales, bias, step, StepLayout.ONE,
                                ROWS_AT, 0, 0, OUTPUTS, INPUTS, OUTPUTS / 16, 0, 0, y),
                x, xScales, w, scales, bias, step, y).on(target);
        return y.getArray().toHeapArray();
    }
}
