package org.tornadomla.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.Int8;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.RoundedRows;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Bfloat16;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * What every number format of weights must do: its products, against sums in float64 of the weights that it kept. A sum
 * of n products is within n roundings of the sum of their magnitudes, and a weight times a scale is one rounding more.
 * How far the kept weights may be from the given ones is a row of the tests below. Where inputs are rounded to 8 bits,
 * each may be off by half a step. The last format is one that only the tests have, which shows that a new one is its
 * class, its kernels and a row here.
 */
class NumberFormatContractTest {

    private static final int ROWS_AT = 3;
    private static final double ROUNDING = 0x1p-24;

    private static Stream<NumberFormat> formats(Target target) {
        return Stream.concat(Stream.concat(WeightFormats.ALL.stream(), WeightFormats.DOTS.stream()),
                Stream.of(new RowScaledFormat())).filter(format -> format.refusal(target).isEmpty());
    }

    static Stream<Arguments> sizes() {
        return TestTargets.all().flatMap(target -> formats(target).flatMap(type -> Stream.of(
                Arguments.of(target, type, 1, 1, 1, false, false), Arguments.of(target, type, 1, 17, 33, true, false),
                Arguments.of(target, type, 2, 129, 31, false, true), Arguments.of(target, type, 7, 128, 64, true, true),
                Arguments.of(target, type, 9, 301, 97, true, false))));
    }

    /** Gaps between rows of x, and rows of it behind the count, hold NaN; so does y, unless it is added to. */
    @ParameterizedTest(name = "{0} {1} {2} x {3} -> {4}, bias {5}, accumulate {6}")
    @MethodSource("sizes")
    void productAgreesWithTheKeptWeights(Target target, NumberFormat type, int rows, int k, int columns, boolean biased,
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
        step.set(StepLayout.ONE, 1);
        StepList steps = new StepList();
        w.product(steps, new Product("product", new Rows(xs, xStride), RowGroups.all(step, ROWS_AT), b, biased,
                new Rows(y, yStride), accumulate));
        run(target, buffers, y, steps);
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
        return TestTargets.all().flatMap(target -> formats(target).map(type -> Arguments.of(target, type)));
    }

    /** Of four experts, 2 gets one row, 3 gets six; the weights of the others are poison. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targets")
    void expertProductAgreesWithTheKeptWeights(Target target, NumberFormat type) {
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
                // Large, so that it shows where one of them is multiplied with; what is no number cannot be packed.
                Arrays.fill(values, 1e4f);
            }
            w.put(expert, Matrix.of(columns, k, values), i -> i);
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
        VectorFloat16 none = buffers.add("none", Role.WEIGHT, new VectorFloat16(1));
        StepList steps = new StepList().add("group", Grid.loop(1), ExpertGrouping::sort, chosen, step, experts, 1,
                tokensAt, ExpertGrouping.placesAt(experts, experted.length), grouping);
        w.product(steps, new Product("product", new Rows(xs, k),
                RowGroups.experts(grouping, tokensAt, 0, experts, experts), none, false, new Rows(y, yStride), false));
        run(target, buffers, y, steps);
        int[] sorted = {2, 0, 1, 3, 4, 5, 6};
        for (int row = 0; row < sorted.length; row++) {
            for (int column = 0; column < padded; column++) {
                assertSum(y.getArray().get(row * yStride * Padding.LANES + column), 0, w, experted[sorted[row]], column,
                        x, sorted[row], k);
            }
        }
    }

    static Stream<Arguments> heads() {
        return TestTargets.all()
                .flatMap(target -> formats(target).flatMap(type -> Stream.of(Arguments.of(target, type, 1, 1, 1, 1),
                        Arguments.of(target, type, 2, 3, 5, 6), Arguments.of(target, type, 3, 2, 17, 97),
                        Arguments.of(target, type, 1, 2, 150, 33), Arguments.of(target, type, 2, 2, 20, 200))));
    }

    /**
     * Queries to the latent space and the attended latent to values: a product for each head; rows have gaps of NaN.
     */
    @ParameterizedTest(name = "{0} {1} {2} tokens, {3} heads, {4} -> {5}")
    @MethodSource("heads")
    void headsHaveProductsOfTheirOwn(Target target, NumberFormat type, int tokens, int heads, int inputs, int outputs) {
        int inputVectors = Padding.vectors(inputs);
        int width = inputVectors * Padding.LANES;
        int outputVectors = Padding.vectors(outputs);
        float[] x = new float[tokens * heads * width];
        float[] given = Seeds.normal(5, tokens * heads * inputs);
        for (int i = 0; i < given.length; i++) {
            x[i / inputs * width + i % inputs] = given[i];
        }
        PackedMatrix w = new MatrixPacker(type).allocate("w",
                new MatrixShape(MatrixUse.VALUE_UP, heads, outputs, width));
        PackedMatrix byInput = new MatrixPacker(type).allocate("t",
                new MatrixShape(MatrixUse.ABSORBED_QUERY, heads, outputs, width));
        for (int head = 0; head < heads; head++) {
            w.put(head, Matrix.of(outputs, width, Seeds.normal(6 + head, outputs * width)), i -> i);
        }
        byInput.putInputs(Matrix.of(heads * inputs, outputs, Seeds.normal(60, heads * inputs * outputs)), inputs,
                (head, input) -> head * inputs + input);
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
        StepList steps = new StepList();
        byInput.absorbedQuery(steps, new AbsorbedQueries("query", q, step, inputVectors + 1, heads * (inputVectors + 1),
                outputVectors + 1, scale, packed));
        w.valueUp(steps, new AttendedValues("value", merged, step, values));
        try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("heads", steps.steps()))), buffers,
                target)) {
            TornadoExecutionResult result = plan.run(0);
            result.transferToHost(packed);
            result.transferToHost(values);
        }
        for (int row = 0; row < tokens * heads; row++) {
            for (int i = 0; i < outputs; i++) {
                assertSum(values.get(row * outputs + i), 0, w, row % heads, i, x, row, width);
                double sum = 0;
                double magnitude = 0;
                for (int input = 0; input < width; input++) {
                    double product = byInput.number(row % heads, i, input) * x[row * width + input];
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
        PackedMatrix w = new MatrixPacker(WeightFormats.F16).columns("w", Matrix.of(1, values.length, values), 1,
                i -> i);
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i], w.number(0, 0, i));
        }
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> new MatrixPacker(WeightFormats.F16).columns("w", Matrix.of(1, 1, new float[]{-70000f}), 1,
                        i -> i));
        assertTrue(refused.getMessage().contains("-70000.0") && refused.getMessage().contains("65504"),
                refused.getMessage());
    }

    /** A weight of 8 bits is within half a scale, which is 1/127 of the largest of its 128. */
    @Test
    void wholeNumbersAreTheNearest() {
        int k = 300;
        int columns = 67;
        float[] values = weights(columns * k);
        PackedMatrix w = new MatrixPacker(WeightFormats.INT8).columns("w", Matrix.of(columns, k, values), columns,
                i -> i);
        for (int column = 0; column < columns; column++) {
            for (int i = 0; i < k; i++) {
                double largest = 0;
                for (int j = i / Int8.SCALED * Int8.SCALED; j < Math.min(k, (i / Int8.SCALED + 1) * Int8.SCALED); j++) {
                    largest = Math.max(largest, Math.abs(values[column * k + j]));
                }
                assertEquals(values[column * k + i], w.number(0, column, i), largest * (0.5 / 127 + 4 * ROUNDING));
            }
        }
    }

    static Stream<Arguments> blocks() {
        return Stream.of(WeightFormats.ALL, WeightFormats.DOTS).flatMap(List::stream)
                .filter(format -> BlockFormats.integers(blockName(format)).isPresent())
                .flatMap(format -> Stream.of(256, 1024, 1408, 96).filter(width -> width % group(format) == 0)
                        .map(width -> Arguments.of(format, width)));
    }

    /** Parts of longer rows begin with a group. */
    private static int group(NumberFormat format) {
        return BlockFormats.integers(blockName(format)).orElseThrow().groupLength();
    }

    private static String blockName(NumberFormat format) {
        return format.name().replace("-dots", "").toUpperCase(Locale.ROOT);
    }

    /**
     * What a GGUF file holds is kept as it is, so that its numbers are multiplied with, and not their neighbours: any
     * bytes are blocks. Rows that are no whole number of blocks are parts of longer rows, as the shared experts of a
     * model are, whose second begins within a block.
     */
    @ParameterizedTest(name = "{0} rows of {1}")
    @MethodSource("blocks")
    void blocksOfFilesAreKept(NumberFormat format, int width) {
        IntegerBlock block = BlockFormats.integers(blockName(format)).orElseThrow();
        int longer = Padding.toMultiple(2 * width, block.blockLength());
        int outputs = 67;
        RandomBlocks stored = new RandomBlocks(block, outputs, longer, 5);
        PackedMatrix w = new MatrixPacker(format).allocate("w", 2, outputs, width);
        w.put(0, Matrices.part(stored, 0, outputs, 0, width), i -> i);
        w.put(1, Matrices.part(stored, 0, outputs, width, width), i -> i);
        float[] row = new float[longer];
        for (int output = 0; output < outputs; output++) {
            stored.read(output, row);
            for (int input = 0; input < 2 * width; input++) {
                // A zero may have had a sign, which no whole number has.
                assertEquals(row[input] + 0f, (float) w.number(input / width, output, input % width) + 0f,
                        "number " + input);
            }
        }
    }

    /**
     * How much larger what a kernel sums is than the products: of q2_k's whole numbers, 0 to 3, it sums those less 8,
     * and adds eight times the sum of the inputs again.
     */
    private static double summed(PackedMatrix w) {
        return w.format().equals(WeightFormats.Q2_K) ? 1 + 2 * 8 / 3.0 : 1;
    }

    private static void assertSum(float actual, double start, PackedMatrix w, int matrix, int column, float[] x,
            int row, int k) {
        double sum = start;
        double magnitude = Math.abs(start);
        double rounded = 0;
        for (int i = 0; i < k; i++) {
            double weight = w.number(matrix, column, i);
            double product = weight * x[row * k + i];
            sum += product;
            magnitude += Math.abs(product);
            if (WeightFormats.DOTS.contains(w.format())) {
                rounded += Math.abs(weight) * halfAStep(x, row * k, i, k);
            }
        }
        assertEquals(sum, actual, (k + 4) * ROUNDING * magnitude * summed(w) + rounded,
                "row " + row + ", column " + column);
    }

    /** How far an input is at most from the whole number of 127 that the largest of its group is. */
    private static double halfAStep(float[] x, int from, int i, int k) {
        int group = i / RoundedRows.GROUP * RoundedRows.GROUP;
        double largest = 0;
        for (int j = group; j < Math.min(k, group + RoundedRows.GROUP); j++) {
            largest = Math.max(largest, Math.abs(x[from + j]));
        }
        return largest / 127 * (0.5 + 0x1p-14);
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
