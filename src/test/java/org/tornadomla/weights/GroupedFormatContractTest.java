package org.tornadomla.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.GroupSort;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Every number format in rows, on every device: its kernels of work-groups multiply with the weights that it says it
 * keeps. Up to 8 rows are computed one by one, more in tiles of 64. A sum of n products is within n roundings of the
 * sum of their magnitudes, and a scale, a least value, a norm and a factor are one rounding more each.
 */
class GroupedFormatContractTest {

    private static final int ROWS_AT = 3;
    private static final double ROUNDING = 0x1p-24;
    private static final float EPS = 1e-3f;

    private static Stream<NumberFormat> formats(Target target) {
        return WeightFormats.ALL.stream().filter(format -> format.refusal(target).isEmpty());
    }

    static Stream<Arguments> sizes() {
        return TestTargets.all()
                .flatMap(target -> formats(target)
                        .flatMap(type -> Stream.of(Arguments.of(target, type, 2, 129, 31, 5, true, false),
                                Arguments.of(target, type, 8, 65, 70, 16, false, true),
                                Arguments.of(target, type, 67, 101, 66, 16, true, true))));
    }

    /** Gaps between rows of x hold NaN; so does y, unless it is added to, and its row behind the last stays so. */
    @ParameterizedTest(name = "{0} {1} {2} x {3} -> {4}, groups of {5}, bias and added {6}, normed {7}")
    @MethodSource("sizes")
    void productAgreesWithTheKeptWeights(Target target, NumberFormat type, int rows, int k, int columns, int items,
            boolean added, boolean normed) {
        float[] x = Seeds.normal(1, rows * k);
        float[] bias = Seeds.normal(3, columns);
        float[] before = Seeds.normal(4, (rows + 1) * columns);
        float[] norm = Seeds.normal(5, k);
        PackedMatrix w = packed(type, columns, k);
        Problem problem = new Problem(rows);
        w.register(problem.buffers, "w");
        FloatArray y = added ? FloatArray.fromArray(before) : nan((rows + 1) * columns);
        Rows in = new Rows(problem.add("x", spread(x, k, k + 3)), k + 3);
        if (normed) {
            in = in.normed(problem.add("norm", FloatArray.fromArray(norm)), EPS);
        }
        StepList steps = new StepList(new WorkGroups(items, 7));
        w.product(steps, new Product("product", in, RowGroups.all(problem.step, ROWS_AT),
                problem.add("b", FloatArray.fromArray(bias)), added, new Rows(y, columns), added));
        problem.run(target, y, steps);
        for (int row = 0; row < rows; row++) {
            double[] read = read(x, row * k, k, normed ? norm : null);
            for (int column = 0; column < columns; column++) {
                double start = added ? (double) before[row * columns + column] + bias[column] : 0;
                assertSum(y.get(row * columns + column), start, w, 0, column, read, "row " + row);
            }
        }
        assertTrue(added || Float.isNaN(y.get(rows * columns)), "the row behind the last is untouched");
    }

    /** Sixteen gates, the sixteen of up that belong to them, and so on: silu(gate) * up comes out. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targets")
    void gateAndUpAreJoined(Target target, NumberFormat type) {
        int k = 40;
        int columns = 96;
        for (int rows : new int[]{3, 66}) {
            float[] x = Seeds.normal(1, rows * k);
            PackedMatrix w = packed(type, columns, k);
            Problem problem = new Problem(rows);
            w.register(problem.buffers, "w");
            FloatArray y = nan(rows * columns / 2);
            StepList steps = new StepList(new WorkGroups(16, 5));
            w.product(steps,
                    Product.gateUp("product", new Rows(problem.add("x", FloatArray.fromArray(x)), k),
                            RowGroups.all(problem.step, ROWS_AT), problem.add("none", new FloatArray(1)),
                            new Rows(y, columns / 2)));
            problem.run(target, y, steps);
            for (int i = 0; i < rows * columns / 2; i++) {
                int output = i % (columns / 2);
                double[] read = read(x, i / (columns / 2) * k, k, null);
                int gateAt = output / 16 * 32 + output % 16;
                double gate = sum(w, gateAt, read);
                double up = sum(w, gateAt + 16, read);
                double bound = (k + 24) * ROUNDING
                        * (magnitude(w, gateAt, read) * Math.abs(up) + magnitude(w, gateAt + 16, read) * Math.abs(gate)
                                + Math.abs(gate * up) + magnitude(w, gateAt, read) * magnitude(w, gateAt + 16, read));
                assertEquals(gate / (1 + Math.exp(-gate)) * up, y.get(i), bound, "number " + i);
            }
        }
    }

    static Stream<Arguments> targets() {
        return TestTargets.all().flatMap(target -> formats(target).map(type -> Arguments.of(target, type)));
    }

    /** Of four experts, 2 gets one row, 3 gets six; w holds those from 1 on, so that nothing asks for expert 0. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("targets")
    void expertProductAgreesWithTheKeptWeights(Target target, NumberFormat type) {
        int k = 133;
        int columns = 70;
        int experts = 4;
        int[] chosen = {3, 3, 2, 3, 3, 3, 3};
        int[] sorted = {2, 0, 1, 3, 4, 5, 6};
        float[] x = Seeds.normal(1, chosen.length * k);
        PackedMatrix w = new MatrixPacker(type.inRows()).allocate("w", experts - 1, columns, k);
        for (int expert = 1; expert < experts; expert++) {
            w.put(expert - 1, Matrix.of(columns, k, weights(columns * k + expert, columns * k)), i -> i);
        }
        Problem problem = new Problem(chosen.length);
        problem.step.set(StepLayout.TOKENS, chosen.length);
        problem.step.set(StepLayout.EXPERT_ROWS, chosen.length);
        w.register(problem.buffers, "w");
        int tokensAt = ExpertGrouping.tokensAt(experts);
        IntArray grouping = problem.buffers.add("grouping", Role.SCRATCH,
                new IntArray(ExpertGrouping.length(experts, chosen.length)));
        FloatArray y = nan(chosen.length * columns);
        StepList steps = new StepList(new WorkGroups(16, 9));
        steps.add("group", Grid.groups(1, 16), GroupSort::rows, new KernelContext(),
                problem.add("chosen", IntArray.fromArray(chosen)), problem.step, experts, 1, tokensAt,
                ExpertGrouping.placesAt(experts, chosen.length), grouping);
        w.product(steps,
                new Product("product", new Rows(problem.add("x", FloatArray.fromArray(x)), k),
                        RowGroups.experts(grouping, tokensAt, 1, experts - 1, experts),
                        problem.add("none", new FloatArray(1)), false, new Rows(y, columns), false));
        problem.run(target, y, steps);
        for (int row = 0; row < sorted.length; row++) {
            double[] read = read(x, sorted[row] * k, k, null);
            for (int column = 0; column < columns; column++) {
                assertSum(y.get(row * columns + column), 0, w, chosen[sorted[row]] - 1, column, read, "row " + row);
            }
        }
    }

    static Stream<Arguments> heads() {
        return TestTargets.all()
                .flatMap(target -> formats(target).flatMap(type -> Stream.of(Arguments.of(target, type, 1, 1, 1, 1, 1),
                        Arguments.of(target, type, 2, 3, 17, 5, 97), Arguments.of(target, type, 3, 2, 6, 10, 200))));
    }

    /** Both ways between heads and the latent space go with rows of the expansion, [head: nope, value]. */
    @ParameterizedTest(name = "{0} {1} {2} tokens, {3} heads, nope {4}, value {5}, latent {6}")
    @MethodSource("heads")
    void headsMultiplyWithRowsOfTheExpansion(Target target, NumberFormat type, int tokens, int heads, int nope,
            int value, int latent) {
        int headRows = nope + value;
        int head = nope + 2;
        int splits = 3;
        float[] q = Seeds.normal(1, tokens * heads * head);
        float[] ranges = Seeds.normal(2, tokens * splits * heads * (latent + 2));
        int statisticsAt = tokens * splits * heads * latent;
        for (int i = statisticsAt + 1; i < ranges.length; i += 2) {
            ranges[i] = Math.abs(ranges[i]);
        }
        PackedMatrix w = packed(type, heads * headRows, latent);
        Problem problem = new Problem(tokens);
        problem.step.set(StepLayout.TOKENS, tokens);
        problem.step.set(StepLayout.ABSORBED_TOKENS, tokens);
        problem.step.set(StepLayout.SPLITS, splits);
        w.register(problem.buffers, "w");
        FloatArray packed = problem.buffers.add("packed", Role.STATE, nan(tokens * heads * latent));
        FloatArray values = nan(tokens * heads * value);
        FloatArray none = problem.add("none", new FloatArray(1));
        StepList steps = new StepList(new WorkGroups(16, 5));
        w.absorbedQuery(steps,
                new HeadQueries("down", problem.add("q", FloatArray.fromArray(q)), heads * head, head, problem.step,
                        heads, nope, headRows,
                        new HeadQueries.PoolWrite(none, latent + 2, none, none, 0,
                                problem.buffers.add("pool", Role.STATE, new FloatArray(1)),
                                problem.buffers.add("pairs", Role.STATE, new IntArray(1))),
                        packed));
        w.valueUp(steps, new HeadValues("up", problem.add("partial", FloatArray.fromArray(ranges)), statisticsAt,
                splits, problem.step, heads, value, headRows, nope, values));
        problem.run(target, values, steps, packed);
        for (int i = 0; i < tokens * heads; i++) {
            int row = i % heads * headRows;
            for (int n = 0; n < latent; n++) {
                double sum = 0;
                double magnitude = 0;
                for (int j = 0; j < nope; j++) {
                    double product = w.number(0, row + j, n) * q[i * head + j];
                    sum += product;
                    magnitude += Math.abs(product) + largest(w, row + j) * Math.abs(q[i * head + j]);
                }
                assertEquals(sum, packed.get(i * latent + n), (nope + 8) * ROUNDING * magnitude,
                        "packed " + i + ", " + n);
            }
            double[] read = merged(ranges, i / heads * splits * heads + i % heads, splits, heads, latent, statisticsAt);
            for (int n = 0; n < value; n++) {
                assertSum(values.get(i * value + n), 0, w, 0, row + nope + n, read, "values " + i);
            }
        }
    }

    /** What some ranges, {@code heads} apart from the first on, give together. */
    private static double[] merged(float[] ranges, int first, int splits, int heads, int latent, int statisticsAt) {
        double[] merged = new double[latent];
        double total = 0;
        for (int s = 0; s < splits; s++) {
            int range = first + s * heads;
            double weight = Math.exp(ranges[statisticsAt + 2 * range]);
            total += weight * ranges[statisticsAt + 2 * range + 1];
            for (int i = 0; i < latent; i++) {
                merged[i] += weight * ranges[range * latent + i];
            }
        }
        for (int i = 0; i < latent; i++) {
            merged[i] /= total;
        }
        return merged;
    }

    /** The arrays of a run. */
    private static final class Problem {

        private final Buffers buffers = new Buffers();
        private final IntArray step = buffers.add("step", Role.INPUT, new IntArray(StepLayout.HEADER));

        Problem(int rows) {
            step.set(ROWS_AT, rows);
            step.set(StepLayout.ONE, 1);
        }

        <T> T add(String name, T array) {
            return buffers.add(name, Role.WEIGHT, array);
        }

        void run(Target target, FloatArray y, StepList steps, Object... others) {
            buffers.add("y", Role.STATE, y);
            try (CyclePlan plan = new CyclePlan(List.of(Stage.of(new GraphSpec("grouped", steps.steps()))), buffers,
                    target)) {
                plan.run(0).transferToHost(Stream.concat(Stream.of(y), Stream.of(others)).toArray());
            }
        }
    }

    private static PackedMatrix packed(NumberFormat type, int outputs, int inputs) {
        return new MatrixPacker(type.inRows()).columns("w",
                Matrix.of(outputs, inputs, weights(outputs, outputs * inputs)), outputs, i -> i);
    }

    /** Numbers of many magnitudes and both signs. */
    private static float[] weights(int seed, int count) {
        float[] values = Seeds.normal(seed, count);
        for (int i = 0; i < count; i++) {
            values[i] = Math.scalb(values[i], i % 40 - 30);
        }
        return values;
    }

    private static double[] read(float[] x, int from, int k, float[] norm) {
        double[] read = new double[k];
        double squares = 0;
        for (int i = 0; i < k; i++) {
            read[i] = x[from + i] * (norm == null ? 1.0 : norm[i]);
            squares += (double) x[from + i] * x[from + i];
        }
        for (int i = 0; norm != null && i < k; i++) {
            read[i] /= Math.sqrt(squares / k + EPS);
        }
        return read;
    }

    private static double sum(PackedMatrix w, int output, double[] read) {
        double sum = 0;
        for (int i = 0; i < read.length; i++) {
            sum += w.number(0, output, i) * read[i];
        }
        return sum;
    }

    /** Sum of magnitudes; a format with least values subtracts numbers that are as large as the largest of a row. */
    private static double magnitude(PackedMatrix w, int output, double[] read) {
        return magnitude(w, 0, output, read);
    }

    private static double magnitude(PackedMatrix w, int matrix, int output, double[] read) {
        double all = 0;
        double largest = 0;
        for (int i = 0; i < read.length; i++) {
            all += Math.abs(read[i]);
            largest = Math.max(largest, Math.abs(w.number(matrix, output, i)));
        }
        return all * largest;
    }

    private static double largest(PackedMatrix w, int output) {
        double largest = 0;
        for (int i = 0; i < w.shape().inputs(); i++) {
            largest = Math.max(largest, Math.abs(w.number(0, output, i)));
        }
        return largest;
    }

    private static void assertSum(float actual, double start, PackedMatrix w, int matrix, int column, double[] read,
            String what) {
        double sum = start;
        for (int i = 0; i < read.length; i++) {
            sum += w.number(matrix, column, i) * read[i];
        }
        double magnitude = Math.abs(start) + magnitude(w, matrix, column, read);
        assertEquals(sum, actual, (read.length + 12) * ROUNDING * magnitude, what + ", column " + column);
    }

    private static FloatArray nan(int floats) {
        FloatArray array = new FloatArray(floats);
        array.init(Float.NaN);
        return array;
    }

    private static FloatArray spread(float[] x, int k, int stride) {
        FloatArray spread = nan((x.length / k + 1) * stride);
        for (int i = 0; i < x.length; i++) {
            spread.set(i / k * stride + i % k, x[i]);
        }
        return spread;
    }
}
