package org.tornadomla.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.reference.Operations;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Differences;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.ManyCores;
import org.tornadomla.testing.TestTargets;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A network of all operations but attention, rotation and mixtures, from token ids to a loss, in double precision and
 * on every device; and how optimisers move its weights.
 */
class TapeNetworkTest {

    private static final int ROWS = 21;
    private static final int WORDS = 7;
    private static final int WIDTH = 18;
    private static final int INNER = 35;
    private static final double EPS = 1e-5;
    private static final double FACTOR = 1.5;
    /** Sums of a few dozen products after each other, as a fraction of a gradient's largest number. */
    private static final double TOLERANCE = 1e-5;

    static Stream<Target> targets() {
        return ManyCores.devices();
    }

    /** Shapes of the weights, [rows, columns]. */
    private static Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("table", new int[]{WORDS, WIDTH});
        shapes.put("norm_w", new int[]{1, WIDTH});
        shapes.put("norm_b", new int[]{1, WIDTH});
        shapes.put("first", new int[]{INNER, WIDTH});
        shapes.put("first_b", new int[]{1, INNER});
        shapes.put("rms_w", new int[]{1, WIDTH});
        shapes.put("second", new int[]{WIDTH, INNER});
        shapes.put("gate", new int[]{INNER, WIDTH});
        shapes.put("up", new int[]{INNER, WIDTH});
        shapes.put("head", new int[]{WORDS, INNER});
        return shapes;
    }

    private static Map<String, float[]> weights() {
        Map<String, float[]> weights = new LinkedHashMap<>();
        shapes().forEach((name, shape) -> weights.put(name,
                Seeds.normal(name.hashCode(), shape[0] * shape[1], shape[0] == 1 ? 1 : 1 / Math.sqrt(shape[1]))));
        return weights;
    }

    private static int id(int row) {
        return row * row % WORDS;
    }

    /** Every fifth row does not count. */
    private static int target(int row) {
        return row % 5 == 4 ? -1 : (row + 3) % WORDS;
    }

    private static final double WEIGHT = 1.0 / 17;

    /** The loss in double precision, with one weight given in its place. */
    private static double loss(Map<String, float[]> weights, String name, double[] given) {
        Map<String, double[]> w = new LinkedHashMap<>();
        weights.forEach((key, values) -> w.put(key, key.equals(name) ? given : Comparer.widen(values)));
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            double[] h = Arrays.copyOfRange(w.get("table"), id(row) * WIDTH, (id(row) + 1) * WIDTH);
            h = Arrays.stream(h).map(v -> v * FACTOR).toArray();
            double[] a = product(w.get("first"), norm(h, w.get("norm_w"), w.get("norm_b")));
            for (int i = 0; i < INNER; i++) {
                a[i] = Math.max(0, a[i] + w.get("first_b")[i]);
            }
            double[] second = rms(product(w.get("second"), a), w.get("rms_w"));
            for (int i = 0; i < WIDTH; i++) {
                second[i] += h[i];
            }
            double[] gate = product(w.get("gate"), second);
            double[] up = product(w.get("up"), second);
            for (int i = 0; i < INNER; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            double[] logits = product(w.get("head"), gate);
            if (target(row) >= 0) {
                sum -= WEIGHT * Math.log(Operations.softmax(logits).weights()[target(row)]);
            }
        }
        return sum;
    }

    private static double[] product(double[] matrix, double[] x) {
        double[] y = new double[matrix.length / x.length];
        for (int i = 0; i < matrix.length; i++) {
            y[i / x.length] += matrix[i] * x[i % x.length];
        }
        return y;
    }

    private static double[] norm(double[] x, double[] weight, double[] bias) {
        double mean = Arrays.stream(x).sum() / x.length;
        double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + EPS) * weight[i] + bias[i];
        }
        return y;
    }

    private static double[] rms(double[] x, double[] weight) {
        double scale = Math.sqrt(Arrays.stream(x).map(v -> v * v).sum() / x.length + EPS);
        return IntStream.range(0, x.length).mapToDouble(i -> FACTOR * weight[i] * x[i] / scale).toArray();
    }

    /** The network on a tape. */
    private record Network(Tape tape, Map<String, Parameter> parameters, CrossEntropyLoss loss) {

        static Network record() {
            Tape tape = new Tape();
            Map<String, Parameter> p = new LinkedHashMap<>();
            shapes().forEach((name, shape) -> p.put(name,
                    shape[0] == 1
                            ? tape.vector(name, Places.plain(shape[1]))
                            : tape.parameter(name, Places.plain(shape[0]), Places.plain(shape[1]))));
            IntArray ids = tape.integers("ids", ROWS);
            Tensor h = tape.embedding("h", p.get("table"), ids, FACTOR);
            Tensor normed = tape.layerNorm("normed", h, p.get("norm_w"), p.get("norm_b"), EPS);
            Tensor a = tape.relu("a", tape.linear("inner", normed, p.get("first"), p.get("first_b")));
            Tensor outer = tape.linear("outer", a, p.get("second"), null);
            Tensor sum = tape.add("sum", h, tape.rmsNorm("outer_norm", outer, p.get("rms_w"), EPS, FACTOR));
            Tensor gated = tape.swiGlu("gated", tape.linear("gates", sum, p.get("gate"), null),
                    tape.linear("ups", sum, p.get("up"), null));
            CrossEntropyLoss loss = tape.crossEntropy("loss", tape.linear("logits", gated, p.get("head"), null));
            for (int row = 0; row < ROWS; row++) {
                ids.set(row, id(row));
                loss.set(row, target(row), WEIGHT);
            }
            weights().forEach((name, values) -> p.get(name).set(values));
            return new Network(tape, p, loss);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void agreesWithDifferences(Target target) {
        Network network = Network.record();
        try (TrainingPlan plan = network.tape().plan(target)) {
            plan.forward();
            assertEquals(loss(weights(), "", new double[0]), plan.loss(network.loss()), TOLERANCE);
            plan.backward();
            network.parameters().forEach((name, parameter) -> {
                double[] expected = Differences.gradient(v -> new double[]{loss(weights(), name, v)},
                        Comparer.widen(weights().get(name)), new double[]{1});
                float[] found = plan.gradient(parameter);
                double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
                for (int i = 0; i < expected.length; i++) {
                    double error = Math.abs(found[i] - expected[i]);
                    assertTrue(error <= TOLERANCE * largest,
                            name + "[" + i + "] is off by " + error + " of " + largest);
                }
            });
        }
    }

    /** AdamW in double precision from the gradients of each step; the third gradient is too long and is clipped. */
    @ParameterizedTest
    @MethodSource("targets")
    void adamWMovesTheWeights(Target target) {
        AdamW adamW = new AdamW(0.8, 0.9, 1e-6, 0.1, 0.4);
        Schedule schedule = new Schedule(0.02, 0.001, 2, 4);
        Network network = Network.record();
        try (TrainingPlan plan = network.tape().plan(target, adamW)) {
            Parameter head = network.parameters().get("head");
            Parameter bias = network.parameters().get("first_b");
            double[] wide = Comparer.widen(weights().get("head"));
            double[] wideBias = Comparer.widen(weights().get("first_b"));
            double[][] state = new double[2][wide.length];
            double[][] biasState = new double[2][wideBias.length];
            for (int number = 1; number <= 4; number++) {
                plan.forward();
                plan.backward();
                float[] gradient = plan.gradient(head);
                float[] biasGradient = plan.gradient(bias);
                double length = length(network, plan);
                plan.step(schedule.rate(number));
                assertEquals(length, plan.gradientLength(), 1e-5 * length);
                double factor = Math.min(1, 0.4 / length);
                assertTrue(factor < 1, "the gradient is clipped: " + length);
                move(wide, gradient, state, factor, schedule.rate(number), number, 0.1);
                move(wideBias, biasGradient, biasState, factor, schedule.rate(number), number, 0);
                Comparer.assertClose("head", plan.weight(head), wide, 1e-5);
                Comparer.assertClose("bias", plan.weight(bias), wideBias, 1e-5);
            }
        }
    }

    private static double length(Network network, TrainingPlan plan) {
        return Math.sqrt(network.parameters().values().stream().mapToDouble(p -> squares(plan.gradient(p))).sum());
    }

    private static double squares(float[] values) {
        return Arrays.stream(Comparer.widen(values)).map(v -> v * v).sum();
    }

    private static void move(double[] w, float[] gradient, double[][] state, double factor, double rate, int number,
            double decay) {
        for (int i = 0; i < w.length; i++) {
            double g = gradient[i] * factor;
            state[0][i] = 0.8 * state[0][i] + 0.2 * g;
            state[1][i] = 0.9 * state[1][i] + 0.1 * g * g;
            double mean = state[0][i] / (1 - Math.pow(0.8, number));
            double square = state[1][i] / (1 - Math.pow(0.9, number));
            w[i] -= rate * (mean / (Math.sqrt(square) + 1e-6) + decay * w[i]);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void sgdMovesTheWeights(Target target) {
        Network network = Network.record();
        try (TrainingPlan plan = network.tape().plan(target, new Sgd(0.5, 0.25, 0.3))) {
            Parameter head = network.parameters().get("head");
            double[] wide = Comparer.widen(weights().get("head"));
            double[] moved = new double[wide.length];
            for (int number = 0; number < 3; number++) {
                plan.forward();
                plan.backward();
                float[] gradient = plan.gradient(head);
                double length = length(network, plan);
                plan.step(0.1);
                assertTrue(length > 0.3, "the gradient is clipped: " + length);
                for (int i = 0; i < wide.length; i++) {
                    moved[i] = 0.5 * moved[i] + gradient[i] * 0.3 / length + 0.25 * wide[i];
                    wide[i] -= 0.1 * moved[i];
                }
                Comparer.assertClose("head", plan.weight(head), wide, 1e-5);
            }
        }
    }

    private static float[] trained(Target target, int steps) {
        Network network = Network.record();
        Schedule schedule = new Schedule(0.02, 0.002, 5, steps);
        try (TrainingPlan plan = network.tape().plan(target, AdamW.standard())) {
            plan.forward();
            double before = plan.loss(network.loss());
            for (int number = 1; number <= steps; number++) {
                plan.forward();
                plan.backward();
                plan.step(schedule.rate(number));
            }
            plan.forward();
            double after = plan.loss(network.loss());
            assertTrue(after < before / 2, "the loss went from " + before + " to " + after);
            return plan.weight(network.parameters().get("second"));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theSameTrainingGivesTheSameBits(Target target) {
        assertArrayEquals(trained(target, 40), trained(target, 40));
    }

    /**
     * A weight that is set between steps is the next step's: its loss is that of the new weights, what the optimiser
     * keeps of it stays, and the others go on as they were.
     */
    @ParameterizedTest
    @MethodSource("targets")
    void weightsAreSetBetweenSteps(Target target) {
        Network network = Network.record();
        Map<String, float[]> now = new LinkedHashMap<>();
        try (TrainingPlan plan = network.tape().plan(target, new Sgd(0.5, 0, 0))) {
            plan.forward();
            plan.backward();
            Parameter head = network.parameters().get("head");
            float[] first = plan.gradient(head);
            plan.step(0.01);
            float[] other = Seeds.normal(99, first.length, 0.4);
            plan.setWeights(Map.of(head, other));
            network.parameters().forEach((name, parameter) -> now.put(name, plan.weight(parameter)));
            assertArrayEquals(other, now.get("head"));
            plan.forward();
            assertEquals(loss(now, "", new double[0]), plan.loss(network.loss()), TOLERANCE);
            plan.backward();
            float[] second = plan.gradient(head);
            plan.step(0.01);
            double[] moved = IntStream.range(0, first.length)
                    .mapToDouble(i -> other[i] - 0.01 * (0.5 * first[i] + second[i])).toArray();
            Comparer.assertClose("head", plan.weight(head), moved, 1e-6);
        }
    }

    /** A matrix decays though it has one row; a vector does not. */
    @Test
    void matricesOfOneRowDecay() {
        Tape tape = new Tape();
        Places one = Places.plain(1);
        Tensor x = tape.input("x", 16, Places.plain(3), false);
        Parameter w = tape.parameter("w", one, Places.plain(3));
        Parameter b = tape.vector("b", one);
        Tensor y = tape.linear("y", x, w, b);
        tape.result(y);
        w.set(new float[]{1, 2, 4});
        b.set(new float[]{1});
        try (TrainingPlan plan = tape.plan(TestTargets.list().getFirst(), new Sgd(0, 0.5, 0))) {
            plan.forward();
            plan.backward();
            plan.step(1);
            assertArrayEquals(new float[]{0.5f, 1, 2}, plan.weight(w));
            assertArrayEquals(new float[]{1}, plan.weight(b));
        }
    }

    @Test
    void stepsInAnotherOrderAreRefused() {
        Network network = Network.record();
        try (TrainingPlan plan = network.tape().plan(TestTargets.list().getFirst(), AdamW.standard())) {
            assertThrows(ConfigurationException.class, plan::backward);
            plan.forward();
            assertThrows(ConfigurationException.class, () -> plan.step(0.1));
            plan.backward();
            plan.step(0.1);
            assertThrows(ConfigurationException.class, () -> plan.step(0.1));
            assertThrows(ConfigurationException.class, () -> network.tape().plan(TestTargets.list().getFirst()));
        }
        assertThrows(ConfigurationException.class, () -> new AdamW(1, 0.9, 1e-8, 0, 0));
        assertThrows(ConfigurationException.class, () -> new Sgd(0.9, -1, 0));
        assertThrows(ConfigurationException.class, () -> new Schedule(0.1, 0.2, 0, 1));
    }

    @Test
    void ratesRiseAndFall() {
        Schedule schedule = new Schedule(1, 0.2, 4, 12);
        assertEquals(0.25, schedule.rate(1), 1e-12);
        assertEquals(1, schedule.rate(4), 1e-12);
        assertEquals(0.6, schedule.rate(8), 1e-12);
        assertEquals(0.2, schedule.rate(12), 1e-12);
        assertEquals(0.2, schedule.rate(99), 1e-12);
        assertEquals(0.5, Schedule.constant(0.5).rate(7), 1e-12);
    }
}
