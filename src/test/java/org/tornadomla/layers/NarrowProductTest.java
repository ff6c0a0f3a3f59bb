package org.tornadomla.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.MatrixPacker;
import org.tornadomla.graph.PackedMatrix;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.Variants;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.WeightType;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * Matrix products with weights of 16 and 8 bits, against sums in float64 of the weights that were kept; a sum of n
 * products is within n roundings of the sum of their magnitudes, and a weight of 8 bits times its scale is one rounding
 * more. How far the kept weights are from the given ones has tests of its own.
 */
class NarrowProductTest {

    private static final int ROWS_AT = 3;
    private static final double ROUNDING = 0x1p-24;
    private static final List<WeightType> NARROW = List.of(WeightType.BF16, WeightType.F16, WeightType.INT8);

    private static Stream<WeightType> narrow(Target target) {
        return NARROW.stream().filter(type -> Variants.refusal(target, type).isEmpty());
    }

    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> narrow(target).flatMap(type -> Stream.of(
                Arguments.of(target, type, 1, 1, 1, false, false), Arguments.of(target, type, 1, 17, 33, true, false),
                Arguments.of(target, type, 2, 129, 31, false, true), Arguments.of(target, type, 7, 128, 64, true, true),
                Arguments.of(target, type, 9, 301, 97, true, false))));
    }

    /** Gaps between rows of x, and rows of it behind the count, hold NaN; so does y, unless it is added to. */
    @ParameterizedTest(name = "{0} {1} {2} x {3} -> {4}, bias {5}, accumulate {6}")
    @MethodSource("sizes")
    void productAgreesWithTheKeptWeights(Target target, WeightType type, int rows, int k, int columns, boolean biased,
            boolean accumulate) {
        int padded = Padding.toMultiple(columns, MatMul.BLOCK);
        int xStride = k + 3;
        int yStride = padded / Padding.LANES + 1;
        float[] x = Seeds.normal(1, rows * k);
        float[] bias = Seeds.normal(3, columns);
        float[] before = Seeds.normal(4, (rows + 1) * yStride * Padding.LANES);
        PackedMatrix w = new MatrixPacker(type).columns("w", Matrix.of(columns, k, weights(columns * k)), columns,
                i -> i);
        VectorFloat16 y = nan((rows + 1) * yStride);
        for (int i = 0; accumulate && i < before.length; i++) {
            y.getArray().set(i, before[i]);
        }
        Buffers buffers = new Buffers();
        FloatArray xs = buffers.add("x", Role.WEIGHT, spread(x, k, xStride));
        VectorFloat16 b = buffers.add("b", Role.WEIGHT, Packing.vector(bias, padded, i -> i < columns ? i : -1));
        IntArray step = buffers.add("step", Role.INPUT, new IntArray(16));
        step.set(ROWS_AT, rows);
        w.register(buffers, "w");
        run(target, buffers, y, new StepList().product("product", xs, w, b, step, ROWS_AT, padded, k, xStride, yStride,
                biased ? 1 : 0, accumulate ? 1 : 0, y));
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < padded; column++) {
                int at = row * yStride * Padding.LANES + column;
                double start = (accumulate ? before[at] : 0) + (biased && column < columns ? bias[column] : 0);
                assertSum(y.getArray().get(at), start, w, 0, column, x, row, k);
            }
        }
        if (!accumulate) {
            assertTrue(Float.isNaN(y.getArray().get(rows * yStride * Padding.LANES)),
                    "the row behind the last is untouched");
        }
    }

    static Stream<Arguments> targets() {
        return TestTargets.all().flatMap(target -> narrow(target).map(type -> Arguments.of(target, type)));
    }

    /** Of four experts, 2 gets one row, 3 gets six; the weights of the others are poison. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targets")
    void expertProductAgreesWithTheKeptWeights(Target target, WeightType type) {
        int k = 133;
        int columns = 70;
        int experts = 4;
        int padded = Padding.toMultiple(columns, MatMul.BLOCK);
        int[] experted = {3, 3, 2, 3, 3, 3, 3};
        float[] x = Seeds.normal(1, experted.length * k);
        PackedMatrix w = new MatrixPacker(type).allocate("w", experts, columns, k);
        for (int expert = 0; expert < experts; expert++) {
            float[] values = weights(columns * k);
            if (expert < 2) {
                Arrays.fill(values, Float.NaN);
            }
            MatrixPacker.put(w, expert, Matrix.of(columns, k, values), columns, i -> i);
        }
        Buffers buffers = new Buffers();
        FloatArray xs = buffers.add("x", Role.WEIGHT, spread(x, k, k));
        IntArray chosen = buffers.add("chosen", Role.WEIGHT, IntArray.fromArray(experted));
        IntArray step = buffers.add("step", Role.INPUT, new IntArray(16));
        step.set(StepLayout.TOKENS, experted.length);
        step.set(StepLayout.ONE, 1);
        step.set(StepLayout.EXPERT_ROWS, experted.length);
        int tokensAt = ExpertGrouping.tokensAt(experts);
        IntArray grouping = buffers.add("grouping", Role.SCRATCH,
                new IntArray(ExpertGrouping.length(experts, experted.length)));
        w.register(buffers, "w");
        int yStride = padded / Padding.LANES;
        VectorFloat16 y = nan(experted.length * yStride);
        StepList steps = new StepList().add("group", Grid.loop(1), ExpertGrouping::sort, chosen, step, experts, 1,
                tokensAt, ExpertGrouping.placesAt(experts, experted.length), grouping).expertProduct("product",
                        Grid.loop(experts * padded / MatMul.BLOCK), xs, w, grouping, tokensAt, 0, experts, padded, k, k,
                        yStride, y);
        run(target, buffers, y, steps);
        int[] sorted = {2, 0, 1, 3, 4, 5, 6};
        for (int row = 0; row < sorted.length; row++) {
            for (int column = 0; column < padded; column++) {
                assertSum(y.getArray().get(row * yStride * Padding.LANES + column), 0, w,
                        experted[sorted[row]] * padded / MatMul.BLOCK, column, x, sorted[row], k);
            }
        }
    }

    static Stream<Arguments> heads() {
        return TestTargets.all()
                .flatMap(target -> narrow(target).flatMap(type -> Stream.of(Arguments.of(target, type, 1, 1, 1, 1),
                        Arguments.of(target, type, 2, 3, 5, 6), Arguments.of(target, type, 3, 2, 17, 97),
                        Arguments.of(target, type, 1, 2, 150, 33), Arguments.of(target, type, 2, 2, 20, 200))));
    }

    /**
     * Queries to the latent space and the attended latent to values: a product for each head; rows have gaps of NaN.
     */
    @ParameterizedTest(name = "{0} {1} {2} tokens, {3} heads, {4} -> {5}")
    @MethodSource("heads")
    void headsHaveProductsOfTheirOwn(Target target, WeightType type, int tokens, int heads, int inputs, int outputs) {
        int inputVectors = Padding.vectors(inputs);
        int width = inputVectors * Padding.LANES;
        int outputVectors = Padding.vectors(outputs);
        float[] x = new float[tokens * heads * width];
        float[] given = Seeds.normal(5, tokens * heads * inputs);
        for (int i = 0; i < given.length; i++) {
            x[i / inputs * width + i % inputs] = given[i];
        }
        PackedMatrix w = new MatrixPacker(type).allocate("w", heads, outputs, width);
        PackedMatrix byInput = new MatrixPacker(type).allocateByInput("t", heads, outputs, width);
        for (int head = 0; head < heads; head++) {
            MatrixPacker.put(w, head, Matrix.of(outputs, width, Seeds.normal(6 + head, outputs * width)), outputs,
                    i -> i);
            for (int input = 0; input < inputs; input++) {
                MatrixPacker.putInput(byInput, head, width, input, Seeds.normal(60 + head * inputs + input, outputs));
            }
        }
        VectorFloat16 q = rowsOf(x, width, 1);
        VectorFloat16 merged = rowsOf(x, width, 0);
        VectorFloat16 packed = nan(tokens * heads * (outputVectors + 1));
        FloatArray values = new FloatArray(tokens * heads * outputs);
        values.init(Float.NaN);
        Buffers buffers = new Buffers();
        buffers.add("q", Role.WEIGHT, q);
        buffers.add("merged", Role.WEIGHT, merged);
        buffers.add("values", Role.STATE, values);
        IntArray step = buffers.add("step", Role.INPUT, new IntArray(16));
        step.set(StepLayout.TOKENS, tokens);
        w.register(buffers, "w");
        byInput.register(buffers, "by_input");
        float scale = 0.25f;
        buffers.add("y", Role.STATE, packed);
        StepList steps = new StepList()
                .absorbedQuery("query", q, byInput, step, heads, inputVectors, inputVectors + 1, outputVectors,
                        heads * (inputVectors + 1), outputVectors + 1, scale, packed)
                .valueUp("value", merged, w, step, heads, outputs, inputVectors, values);
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("heads", steps.steps()))), buffers,
                target)) {
            TornadoExecutionResult result = plan.run(0);
            result.transferToHost(packed);
            result.transferToHost(values);
        }
        int blocks = Math.ceilDiv(outputs, MatMul.BLOCK);
        for (int row = 0; row < tokens * heads; row++) {
            for (int i = 0; i < outputs; i++) {
                assertSum(values.get(row * outputs + i), 0, w, row % heads * blocks, i, x, row, width);
                double sum = 0;
                double magnitude = 0;
                for (int input = 0; input < width; input++) {
                    double product = keptByInput(byInput, row % heads, outputs, i, input, width)
                            * x[row * width + input];
                    sum += product;
                    magnitude += Math.abs(product);
                }
                assertEquals(sum * scale, packed.getArray().get(row * (outputVectors + 1) * Padding.LANES + i),
                        (width + 5) * ROUNDING * magnitude * scale);
            }
        }
    }

    /** Rows of heads, each followed by some vectors of NaN. */
    private static VectorFloat16 rowsOf(float[] x, int width, int gapVectors) {
        int stride = width + gapVectors * Padding.LANES;
        VectorFloat16 rows = nan(x.length / width * (stride / Padding.LANES));
        for (int i = 0; i < x.length; i++) {
            rows.getArray().set(i / width * stride + i % width, x[i]);
        }
        return rows;
    }

    /** Every number of 16 bits is kept, a larger one is refused. */
    @Test
    void halvesAreKeptAndLargerWeightsRefused() {
        float[] values = {1.5f, -65504f, 0x1p-24f, Float.float16ToFloat((short) 0x3555)};
        PackedMatrix w = new MatrixPacker(WeightType.F16).columns("w", Matrix.of(1, values.length, values), 1, i -> i);
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i], kept(w, 0, 0, i, values.length));
        }
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> new MatrixPacker(WeightType.F16).columns("w", Matrix.of(1, 1, new float[]{-70000f}), 1, i -> i));
        assertTrue(refused.getMessage().contains("-70000.0") && refused.getMessage().contains("65504"),
                refused.getMessage());
    }

    /** A weight of 8 bits is within half a scale, which is 1/127 of the largest of its 128. */
    @Test
    void wholeNumbersAreTheNearest() {
        int k = 300;
        int columns = 67;
        float[] values = weights(columns * k);
        PackedMatrix w = new MatrixPacker(WeightType.INT8).columns("w", Matrix.of(columns, k, values), columns, i -> i);
        for (int column = 0; column < columns; column++) {
            for (int i = 0; i < k; i++) {
                double largest = 0;
                for (int j = i / Int8.SCALED * Int8.SCALED; j < Math.min(k, (i / Int8.SCALED + 1) * Int8.SCALED); j++) {
                    largest = Math.max(largest, Math.abs(values[column * k + j]));
                }
                assertEquals(values[column * k + i], kept(w, 0, column, i, k), largest * (0.5 / 127 + 4 * ROUNDING));
            }
        }
    }

    private static void assertSum(float actual, double start, PackedMatrix w, int firstBlock, int column, float[] x,
            int row, int k) {
        double sum = start;
        double magnitude = Math.abs(start);
        for (int i = 0; i < k; i++) {
            double product = kept(w, firstBlock, column, i, k) * x[row * k + i];
            sum += product;
            magnitude += Math.abs(product);
        }
        assertEquals(sum, actual, (k + 4) * ROUNDING * magnitude, "row " + row + ", column " + column);
    }

    /** The weight as the packed numbers say, by the layout in the kernels' documentation. */
    private static double kept(PackedMatrix w, int firstBlock, int column, int input, int k) {
        int block = firstBlock + column / MatMul.BLOCK;
        int at = (block * k + input) * MatMul.BLOCK + column % MatMul.BLOCK;
        return switch (w) {
            case PackedMatrix.Float32 f32 -> f32.values().getArray().get(at);
            case PackedMatrix.Bfloat16 bf16 -> Bfloat16.toFloat((short) number(bf16.values(), at, 2));
            case PackedMatrix.Half half -> half.values().get(at).getFloat32();
            case PackedMatrix.Int8 int8 -> (double) number(int8.values(), at, 4) * int8.scales().getArray()
                    .get((block * Math.ceilDiv(k, Int8.SCALED) + input / Int8.SCALED) * MatMul.BLOCK
                            + column % MatMul.BLOCK);
        };
    }

    /** The same where a scale counts for 128 outputs of an input. */
    private static double keptByInput(PackedMatrix w, int head, int outputs, int output, int input, int inputs) {
        if (!(w instanceof PackedMatrix.Int8 int8)) {
            return kept(w, head * Math.ceilDiv(outputs, MatMul.BLOCK), output, input, inputs);
        }
        int at = ((head * Math.ceilDiv(outputs, MatMul.BLOCK) + output / MatMul.BLOCK) * inputs + input) * MatMul.BLOCK
                + output % MatMul.BLOCK;
        int scale = (head * Math.ceilDiv(outputs, Int8.SCALED) + output / Int8.SCALED) * inputs + input;
        return (double) number(int8.values(), at, 4) * int8.scales().getArray().get(scale);
    }

    /** Number {@code at} where each int of a vector holds some: 16 in the lowest bits, the next 16 in those above. */
    private static int number(VectorInt16 w, int at, int packed) {
        int bits = 32 / packed;
        int lane = w.getArray().get(at / (16 * packed) * 16 + at % 16);
        return lane << 32 - bits * (at / 16 % packed + 1) >> 32 - bits;
    }

    private static void run(Target target, Buffers buffers, VectorFloat16 y, StepList steps) {
        buffers.add("y", Role.STATE, y);
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("narrow", steps.steps()))), buffers,
                target)) {
            TornadoExecutionResult result = plan.run(0);
            result.transferToHost(y);
        }
    }

    /** Numbers of many magnitudes and both signs. */
    private static float[] weights(int count) {
        float[] values = Seeds.normal(2, count);
        for (int i = 0; i < count; i++) {
            values[i] = Math.scalb(values[i], i % 40 - 30);
        }
        return values;
    }

    private static VectorFloat16 nan(int vectors) {
        VectorFloat16 array = new VectorFloat16(vectors * Padding.LANES);
        array.getArray().init(Float.NaN);
        return array;
    }

    private static FloatArray spread(float[] x, int k, int stride) {
        FloatArray spread = new FloatArray((x.length / k + 1) * stride);
        spread.init(Float.NaN);
        for (int i = 0; i < x.length; i++) {
            spread.set(i / k * stride + i % k, x[i]);
        }
        return spread;
    }
}
